"""Several workers carry out the plan of one: the same calls, clients, planned times and totals; one
file of events with whole lines; an interrupt ends all of them."""

import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

CALLS = 6
SEED = "20260131"


def plan(run):
    """What of a run does not depend on time."""
    return sorted((row["id"], row["client"], row["iteration"]) for row in run.calls)


def offsets(run):
    """The planned starts, counted from the first."""
    planned = sorted((int(row["iteration"]), float(row["planned_offset_ms"])) for row in run.calls)
    return [(iteration, round(offset - planned[0][1], 3)) for iteration, offset in planned]


def totals(run):
    result = run.result
    calls = {key: value for key, value in result["calls"].items()}
    return {"calls": calls, "iterations": result["iterations"],
            "lost": [result["audio"][direction]["lost"] for direction in support.DIRECTIONS],
            "identity": [result["audio"][direction]["identity"]
                         for direction in support.DIRECTIONS],
            "latencies": {name: figures and figures["count"]
                          for name, figures in result["latency_ms"].items()
                          if not name.endswith("_raw")},
            "leftovers": result["leftovers"]}


def with_workers(folder, workers, *arguments):
    run = support.run_scenario(support.scenario("load/outgoing_call"), "--calls", str(CALLS),
                               "--talk", "3", "--seed", SEED, "--workers", str(workers),
                               *support.settings("rate=5"), *arguments,
                               folder=f"{folder}/workers{workers}")
    support.check_passed(run, f"{workers} workers")
    check_equal(run.result["generator"]["workers"], min(workers, CALLS),
                f"{workers} workers: as many as there are clients at most")
    check(len(run.events) > 10 * CALLS, f"{workers} workers: events.jsonl is whole")
    series = run.result["time_series"]
    check_equal(sum(series["completed"]), CALLS, f"{workers} workers: by second")
    return run


def kept_clients(folder, workers):
    """With a set-up: clients are kept, set up at one rate over all workers, and used again."""
    run = support.run_scenario(
        os.path.join(os.path.dirname(os.path.abspath(__file__)), "kept_clients.json"),
        "--workers", str(workers), "--seed", SEED, folder=f"{folder}/kept{workers}")
    support.check_passed(run, f"kept clients on {workers} workers")
    return run


def interrupted(folder):
    process = subprocess.Popen(
        [support.BINARY, "run", support.scenario("load/outgoing_call"), "--calls", "4", "--talk",
         "60", "--workers", "2", *support.PATIENCE, *support.settings("rate=10"), "--out", folder],
        env=support.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    events = f"{folder}/events.jsonl"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if os.path.exists(events):
            with open(events, encoding="utf-8") as file:
                if file.read().count('"accepted"') >= 4:
                    break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    run = support.Run(folder, subprocess.CompletedProcess([], process.returncode, output, ""))
    check_equal(run.exit_code, 130, "interrupted: exit code")
    calls = run.result["calls"]
    check_equal(calls["interrupted"], calls["started"], "interrupted: all calls were cut off")
    check_equal(calls["failed"] + calls["completed"], 0, "interrupted: none completed or failed")
    check_equal(run.result["leftovers"]["janus_sessions"], 0, "interrupted: nothing left on Janus")


def refused_where_the_proxy_knows_one_address(folder):
    accounts = f"{folder}/accounts.csv"
    with open(accounts, "w", encoding="utf-8") as file:
        file.write("username\n" + "".join(f"{n}\n" for n in range(1000, 1200)))
    process = support.run_program(
        ["run", support.scenario("load/outgoing_call"), "--url", "http://127.0.0.1:9/janus",
         "--workers", "2", "--far-end", "listen", "--far-end-address", "127.0.0.1:5990",
         "--sip-proxy", "sip:127.0.0.1", "--accounts", accounts, "--out", f"{folder}/listen"])
    check_equal(process.returncode, 2, "listen with two workers: exit code")
    check("--workers" in process.stderr and "listen" in process.stderr,
          "listen with two workers: says why", process.stderr)


support.skip_without("janus")
support.skip_without_namespaces()
with support.temporary_folder() as temporary:
    refused_where_the_proxy_knows_one_address(temporary)
    one = with_workers(temporary, 1)
    two = with_workers(temporary, 2)
    many = with_workers(temporary, 50)
    for other, name in ((two, "2 workers"), (many, "50 workers")):
        check_equal(plan(other), plan(one), f"{name}: the plan")
        check_equal(offsets(other), offsets(one), f"{name}: the planned times")
        check_equal(totals(other), totals(one), f"{name}: the totals")
    kept_one = kept_clients(temporary, 1)
    kept_two = kept_clients(temporary, 2)
    check_equal(plan(kept_two), plan(kept_one), "kept clients: the plan")
    check_equal(totals(kept_two), totals(kept_one), "kept clients: the totals")
    interrupted(f"{temporary}/interrupted")
support.finish()
