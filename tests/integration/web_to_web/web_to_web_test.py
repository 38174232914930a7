"""Two browsers call each other through Janus, a proxy and Janus again: with the far end's own
forwarding and with Kamailio. Both streams are proven to be this call's, and nothing is lost."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

CALLS = 4


def check_web_to_web(folder, proxy, *more):
    name = " ".join((proxy, *more))
    run = support.run_scenario(
        support.scenario("load/web_to_web"), "--calls", str(CALLS), "--talk", "2",
        *support.settings(f"testbed.proxy={proxy}", *more), folder=f"{folder}/{name}")
    if not support.check_passed(run, name):
        return
    result = run.result
    calls = {key: result["calls"][key] for key in ("established", "completed", "failed")}
    check_equal(calls, {"established": CALLS, "completed": CALLS, "failed": 0}, f"{name}: calls")
    for direction in support.DIRECTIONS:
        audio = result["audio"][direction]
        check_equal((audio["lost"], audio["identity"]["proven"], audio["duplicated"]),
                    (0, CALLS, 0), f"{name}: lost, proven, duplicated {direction}")
        check(audio["sent"] >= CALLS * 100 and audio["received"] == audio["sent"],
              f"{name}: sent and received {direction}", (audio["sent"], audio["received"]))
    for metric in ("call_accepted", "first_audio_from_far_end", "first_audio_at_far_end",
                   "call_setup", "session_disconnect_delay"):
        check_equal(result["latency_ms"][metric]["count"], CALLS, f"{name}: {metric}")
    for row in run.calls:
        check_equal(row["codec"], "opus", f"{name}: codec of call {row['id']}")
    left = result["leftovers"]
    check_equal((left["janus_sessions"], left["janus_handles"], left["balance"]), (0, 0, {}),
                f"{name}: left behind")


def main():
    support.skip_without_namespaces()
    support.skip_without("janus", "kamailio")
    with support.temporary_folder() as folder:
        check_web_to_web(folder, "builtin")
        check_web_to_web(folder, "builtin", "transport=ws")
        check_web_to_web(folder, "kamailio")
    support.finish()


main()
