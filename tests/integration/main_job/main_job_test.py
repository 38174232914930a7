"""The main job on a real Janus: 20 outgoing calls with audio both ways, over HTTP and WebSocket.

Talks are 3 s long here, for CI; the figures scale.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (check_equal, check_passed, finish, run_scenario, scenario,
                             skip_without_namespaces, temporary_folder)
from main_job_checks import (check_audio, check_calls, check_events, check_junit, check_latencies,
                             check_order, check_report, check_result_format)

CALLS, TALK_S = 20, 3


def check_main_job(name, folder, *arguments):
    run = run_scenario(scenario("load/outgoing_call"), "--calls", str(CALLS), "--talk",
                       str(TALK_S), *arguments, folder=folder)
    if not check_passed(run, name):
        return
    result, rows = run.result, run.calls
    check_result_format(result)
    check_equal(result["run"]["janus"]["transport"], name, f"{name}: transport")
    check_calls(result, name, CALLS)
    check_equal(len(rows), CALLS, f"{name}: rows of calls.csv")
    check_audio(result, rows, name, CALLS, TALK_S)
    check_latencies(result, name, CALLS)
    for row in rows:
        check_order(row, name)
        check_equal((row["outcome"], row["codec"]), ("completed", "PCMU"),
                    f"{name}: call {row['id']}")
    check_equal(len({row["sip_call_id"] for row in rows}), CALLS, f"{name}: SIP Call-IDs")
    check_events(run, name)
    check_junit(run, name)
    check_report(run, name)
    setup = result["latency_ms"]["call_setup"]
    print(f"{name}: call_setup p50 {setup['p50']:.1f} ms, p99 {setup['p99']:.1f} ms; sent "
          f"{result['audio']['to_far_end']['sent']} to and "
          f"{result['audio']['from_far_end']['sent']} from the far end")


skip_without_namespaces()
with temporary_folder() as folder:
    check_main_job("http", os.path.join(folder, "http"))
    check_main_job("ws", os.path.join(folder, "ws"), "--set", "transport=ws")
finish()
