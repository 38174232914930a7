"""After 200 calls in one process nothing is left: no handle, client, SSL or SRTP context in the
harness, no session or handle on Janus.

The harness's own word is checked against Janus's: in the second half this script asks the admin
API itself. There the questions must also be able to find something: during the run, and after a
harness that was killed in the middle of its calls.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (BINARY, PATIENCE, check, check_equal, check_passed, environment,
                             finish, run_program, run_scenario, settings,
                             skip_without_namespaces, temporary_folder)

SCENARIO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "balance.json")
NOTHING = {"janus_sessions": 0, "janus_handles": 0, "balance": {}}


def check_two_hundred_calls(folder):
    run = run_scenario(SCENARIO, folder=os.path.join(folder, "many"))
    if not check_passed(run, "200 calls"):
        return
    result = run.result
    check_equal(result["calls"]["completed"], 200, "calls completed")
    check_equal(result["leftovers"], NOTHING, "what 200 calls leave behind")
    check_equal(result["audio"]["to_far_end"]["lost"], 0, "lost to the far end")
    # Few clients for many calls, or the calls would not have shared anything.
    check(len({row["client"] for row in run.calls}) <= 30, "clients are used again")


def admin(request, path=""):
    """What Janus's admin API replies."""
    body = {"janus": request, "transaction": "balance",
            "admin_secret": os.environ["JANUS_ADMIN_SECRET"]}
    question = urllib.request.Request(os.environ["JANUS_ADMIN_URL"] + path,
                                      json.dumps(body).encode())
    with urllib.request.urlopen(question, timeout=10) as reply:
        return json.load(reply)


def count_on_janus():
    """Sessions and handles that Janus has now."""
    sessions = admin("list_sessions")["sessions"]
    replies = [admin("list_handles", f"/{session}") for session in sessions]
    return len(sessions), sum(len(reply.get("handles", [])) for reply in replies)


def start_run(out, *arguments):
    command = [BINARY, "run", SCENARIO, "--url", os.environ["JANUS_URL"], "--admin-url",
               os.environ["JANUS_ADMIN_URL"], *PATIENCE, "--out", out, *arguments]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)


def most_on_janus_until(harness, enough):
    """The largest counts seen until the harness ends or `enough` says stop."""
    most = (0, 0)
    end = time.monotonic() + 60
    while harness.poll() is None and time.monotonic() < end:
        most = tuple(map(max, most, count_on_janus()))
        if enough(most):
            break
        time.sleep(0.05)
    return most


def check_inside(out):
    """Runs in the testbed, where Janus and its admin API can be asked."""
    check_equal(count_on_janus(), (0, 0), "Janus before the runs")
    whole = os.path.join(out, "whole")
    harness = start_run(whole, *settings("calls=20", "load.max_clients=5", "rate=5"))
    most = most_on_janus_until(harness, lambda counts: False)
    check_equal(harness.wait(60), 0, "exit code of the whole run")
    check_equal(most, (5, 5), "sessions and handles on Janus during the run")
    check_equal(count_on_janus(), (0, 0), "sessions and handles on Janus after the run")
    with open(os.path.join(whole, "result.json"), encoding="utf-8") as file:
        check_equal(json.load(file)["leftovers"], NOTHING, "leftovers in the result")

    harness = start_run(os.path.join(out, "killed"), *settings("load.max_clients=5"))
    most_on_janus_until(harness, lambda counts: counts == (5, 5))
    harness.kill()
    harness.wait()
    check_equal(count_on_janus(), (5, 5), "a killed harness leaves its sessions on Janus")
    finish()


if len(sys.argv) > 2:
    check_inside(sys.argv[2])
skip_without_namespaces()
with temporary_folder() as folder:
    check_two_hundred_calls(folder)
    inside = run_program(["testbed", "--log-folder", folder, "--", sys.executable, "-B", __file__,
                          BINARY, folder])
    print(inside.stdout + inside.stderr)
    check_equal(inside.returncode, 0, "exit code of the part inside the testbed")
finish()
