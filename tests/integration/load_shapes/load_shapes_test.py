"""Ramps against a real Janus: which calls were planned when, what the warm-up keeps out of the
numbers, and that clients come, go, come back and are replaced when their iterations fail."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (check, check_equal, check_passed, finish, number, run_scenario,
                             scenario, settings, skip_without, skip_without_namespaces,
                             temporary_folder)

CLIENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients.json")


def check_warm_up(run, name):
    """result.json counts the warm-up apart, as calls.csv marks it."""
    calls = run.result["calls"]
    warm = [row for row in run.calls if row["warm_up"] == "yes"]
    check(warm, f"{name}: some calls belong to the warm-up")
    check_equal(calls["warm_up"], len(warm), f"{name}: calls of the warm-up")
    check_equal(calls["started"], len(run.calls) - len(warm), f"{name}: calls started")
    measured = run.result["latency_ms"]["call_setup"]["count"]
    check_equal(measured, calls["started"], f"{name}: calls measured")


def check_ramp(folder):
    """0 to 4/s in 4 s, 4/s for 2 s, back to 0 in 2 s: 8, 8 and 4 starts; the first two of them,
    at 1.41 s and 2 s, in the warm-up."""
    run = run_scenario(scenario("load/ramp"),
                       *settings("peak=4", "rise=4s", "stay=2s", "fall=2s", "talk=300ms",
                                 "load.warm_up=2100ms"), folder=folder)
    if not check_passed(run, "ramp"):
        return
    check_warm_up(run, "ramp")
    check_equal(run.result["calls"]["warm_up"], 2, "ramp: calls of the warm-up")
    check_equal(run.result["calls"]["completed"], 18, "ramp: calls completed")
    # Where clients go round, what they started is the plan; here it is known beforehand.
    check_equal(run.result["calls"]["planned"], 18, "ramp: calls planned")
    offsets = [number(row, "planned_offset_ms") for row in run.calls]
    # Area t * t / 2: start k at sqrt(2 k).
    wanted = [1000 * (2 * k) ** 0.5 for k in range(1, 9)] + [4000 + 250 * k for k in range(1, 9)]
    apart = [abs(offset - offsets[7] - (time - wanted[7]))
             for offset, time in zip(offsets, wanted)]
    check(max(apart) < 0.01, "ramp: planned at the times of the curve", str(max(apart)))


def check_clients(folder):
    run = run_scenario(CLIENTS, "--workers", "2", folder=folder)
    if not check_passed(run, "clients"):
        return
    check_warm_up(run, "clients")
    check_equal(sorted({row["client"] for row in run.calls}), ["0", "1", "2", "3"], "slots")
    # Four clients, of which two come back after they have left.
    registered = run.result["latency_ms"]["registration_request_delay"]["count"]
    check_equal(registered, 6, "clients: registrations")
    check_equal(run.result["leftovers"]["janus_sessions"], 0, "clients: sessions left")


def check_replaced_clients(folder):
    run = run_scenario(CLIENTS, *settings("talk=3s"), folder=folder)
    if not check_passed(run, "replaced clients", exit_code=1):
        return
    iterations = run.result["iterations"]
    check_equal(iterations["completed"], 0, "replaced clients: iterations completed")
    check_equal(iterations["failures"], {"far_end_hangup": iterations["failed"]},
                "replaced clients: failures")
    failed = iterations["failed"] + iterations["warm_up"]
    check(failed > 6, "replaced clients: slots go on", str(failed))
    example = run.result["failure_examples"][0]
    check_equal([example["count"], example["warm_up"]], [failed, iterations["warm_up"]],
                "replaced clients: failures told, with those of the warm-up")
    registered = run.result["latency_ms"]["registration_request_delay"]["count"]
    check_equal(registered, failed, "replaced clients: a registration for each")


def main():
    skip_without("janus")
    skip_without_namespaces()
    with temporary_folder() as folder:
        check_ramp(os.path.join(folder, "ramp"))
        check_clients(os.path.join(folder, "clients"))
        check_replaced_clients(os.path.join(folder, "replaced"))
    finish()


main()
