"""The harness says so itself when it could not keep up: a run that was starved on purpose is
invalid, exit 4, and says what happened and when; the same run unstarved is valid."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal
import starving

CALLS = ["--calls", "3", "--talk", "5", "--set", "rate=10"]
SILENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "register_and_wait.json")


def check_invalid(ended, name, *words):
    if not check_equal(ended.exit_code, 4, f"{name}: exit code"):
        print(ended.output)
    check_equal(ended.result.get("verdict"), "invalid", f"{name}: verdict")
    check(ended.result.get("generator", {}).get("valid") is False, f"{name}: generator.valid")
    for word in words:
        check(word in ended.reason, f"{name}: the reason says {word!r}", ended.reason)
    print(f"{name}: {ended.reason}")


def worst(ended, column):
    """The worst second of the run in this column, and its number."""
    seconds = ended.result["generator"]["seconds"]
    rows = [(value, second) for value, second in zip(seconds[column], seconds["second"])
            if value is not None]
    return max(rows, default=(0, None))


def unstarved(folder):
    """An idle machine makes no invalid run. This one may be busy: one of three must do."""
    for attempt in range(3):
        ended = starving.Running(f"{folder}/unstarved{attempt}",
                                 support.scenario("load/outgoing_call"), *CALLS).finish()
        print(f"unstarved: exit code {ended.exit_code}: {ended.reason}")
        if ended.exit_code == 0:
            check_equal(ended.result["verdict"], "passed", "unstarved: verdict")
            check(ended.result["generator"]["valid"] is True, "unstarved: generator.valid")
            check_equal(ended.result["generator"]["reasons"], [], "unstarved: no reasons")
            check(worst(ended, "loop_lag_max_ms")[0] < 100, "unstarved: no stall")
            return
    check(False, "the unstarved run is valid in one of three")


def stopped(folder, name, scenario, event, arguments, victim):
    run = starving.Running(f"{folder}/{name}", scenario, *arguments)
    run.wait_for_event(event, 2)
    starving.stop_for(victim(run), 0.3)
    ended = run.finish()
    check_invalid(ended, name, "the harness stood still", " ms late in ", "of the run")
    lag, second = worst(ended, "loop_lag_max_ms")
    check(200 < lag < 2000, f"{name}: the row of the second tells how long", lag)
    check(f"{second}" in ended.reason, f"{name}: and the reason tells the second", ended.reason)


def core_taken(folder):
    run = starving.Running(f"{folder}/core", support.scenario("load/outgoing_call"), *CALLS)
    run.wait_for_event("first_audio", 4)
    how = starving.take_the_core(run.worker_process(), 0.9)
    print("busy loops:", how)
    ended = run.finish()
    check_invalid(ended, "core taken", "waited", "for a CPU", "of the run")
    check(worst(ended, "run_delay_ms")[0] > 250, "core taken: the row tells the wait")


support.skip_without("janus")
support.skip_without_namespaces()
with support.temporary_folder() as temporary:
    call = support.scenario("load/outgoing_call")
    unstarved(temporary)
    stopped(temporary, "stopped while audio flows", call, "first_audio", CALLS,
            starving.Running.worker_process)
    # Who stops the command means the harness, whatever processes it is made of.
    stopped(temporary, "command stopped", call, "first_audio", CALLS,
            lambda run: run.process.pid)
    stopped(temporary, "stopped without audio", SILENT, "registered", [],
            starving.Running.worker_process)
    core_taken(temporary)
support.finish()
