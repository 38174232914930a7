"""The shipped scenarios with Kamailio, started by the testbed, as registrar and proxy: digest
accounts for browsers and phones, every call through the proxy. (SIPp as the answerer behind a
Kamailio: the test of a deployment that is not ours.)"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

CALLS = 3
KAMAILIO = support.settings("testbed.proxy=kamailio")


def check_calls(run, name):
    if not support.check_passed(run, name):
        return
    result = run.result
    check_equal((result["calls"]["completed"], result["calls"]["failed"]), (CALLS, 0),
                f"{name}: completed, failed")
    for direction in support.DIRECTIONS:
        audio = result["audio"][direction]
        check_equal((audio["lost"], audio["identity"]["proven"]), (0, CALLS),
                    f"{name}: lost and proven {direction}")
        check(audio["sent"] >= CALLS * 50, f"{name}: sent {direction}", audio["sent"])
    check_through_proxy(run, name)
    check_left_nothing(run, name)


def check_left_nothing(run, name):
    left = run.result["leftovers"]
    check_equal((left["janus_sessions"], left["janus_handles"], left["balance"]), (0, 0, {}),
                f"{name}: left behind")


def check_through_proxy(run, name):
    """Kamailio did run, and its address is everybody's domain."""
    check(os.path.exists(run.path("kamailio.log")), f"{name}: kamailio.log is in the folder")
    registered = [event for event in run.events if event["event"] == "registered"]
    check(len(registered) > 0, f"{name}: registered events")


def run(folder, name, *more):
    return support.run_scenario(support.scenario(name), *KAMAILIO, *more,
                                folder=f"{folder}/{os.path.basename(name)}")


def check_register_only(folder):
    done = run(folder, "load/register_only", *support.settings("clients=3"))
    if not support.check_passed(done, "register_only"):
        return
    check_equal((done.result["iterations"]["completed"], done.result["iterations"]["failed"]),
                (3, 0), "register_only: completed, failed")
    check_equal(done.result["latency_ms"]["registration_request_delay"]["count"], 3,
                "register_only: registration_request_delay")
    check_left_nothing(done, "register_only")


def check_faults(folder):
    """Failures keep their names behind a proxy that is not ours."""
    for name, failures in (("wrong_password", {"registration_failed_401": 3}),
                           ("unknown_callee", {"call_failed_404": 3}), ("busy", {"busy": 3})):
        done = run(folder, f"faults/{name}")
        if support.check_passed(done, f"{name} behind Kamailio"):
            check_equal(done.result["calls"]["failures"], failures, f"{name} behind Kamailio")


def main():
    support.skip_without_namespaces()
    support.skip_without("janus", "kamailio")
    with support.temporary_folder() as folder:
        for name in ("outgoing_call", "incoming_call"):
            check_calls(run(folder, f"load/{name}", "--calls", str(CALLS), "--talk", "1"), name)
        check_register_only(folder)
        check_faults(folder)
    support.finish()


main()
