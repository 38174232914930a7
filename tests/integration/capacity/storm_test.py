"""What the shipped storms say of a real Janus: that registrations queue, at which rate, and how long
a client that has nothing to do with them waits meanwhile. Without a storm nothing of it is said."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

QUEUE = "janus.registrations_queue"
BLOCKING = "janus.head_of_line_blocking"


def findings_of(run):
    return {finding["id"]: finding["text"] for finding in run.result["findings"]}


def check_storm(folder):
    run = support.run_scenario(support.scenario("load/register_storm"), "--set", "clients=30",
                               folder=folder)
    if not support.check_passed(run, "register_storm"):
        return
    text = findings_of(run).get(QUEUE, "")
    check("30 registrations begun within" in text, "the queue is named", run.result["findings"])
    check("in Janus or behind it" in text, "without the probe no cause is named", text)
    # Ten a second, but for those whose SIP stack was up before the first look.
    longest = run.result["latency_ms"]["registration_request_delay"]["max"]
    check(longest > 2000, "the last of 30 registrations waited for the others", longest)
    check(QUEUE in run.output, "the console shows the finding", run.output)
    check(QUEUE in run.text("report.html"), "the page shows the finding")
    process = run.result["janus_process"]
    check(process and process["name"].startswith("janus"), "the process of Janus was found", process)
    check(process and process["max_threads"] > 40, "registered clients have threads of their own", process)
    check(process and len(process["series"]["second"]) >= 2, "samples by second", process)


def check_quiet_client(folder):
    run = support.run_scenario(support.scenario("load/quiet_client_in_storm"),
                               *support.settings("clients=25", "probe.idle=2s",
                                                  # The speed of this machine is not the question.
                                                  "thresholds.2=probe_idle.p50 < 100s"),
                               folder=folder)
    if not support.check_passed(run, "quiet_client_in_storm"):
        return
    latency = run.result["latency_ms"]
    check(latency["probe_idle"]["count"] >= 15, "answers before the storm", latency["probe_idle"])
    check(latency["probe_load"]["count"] >= 10, "answers during the storm", latency["probe_load"])
    check(latency["probe_load"]["max"] > 1000, "the probe waits behind the registrations",
          latency["probe_load"])
    check(latency["probe_load"]["p50"] > 10 * latency["probe_idle"]["p50"],
          "the probe waits far longer than when Janus is idle", latency)
    check(BLOCKING in findings_of(run), "the finding tells of it", run.result["findings"])
    check_equal(run.result["leftovers"]["janus_sessions"], 0, "the probe leaves no session")
    check(not any(run.result["leftovers"]["balance"].values()), "the probe leaves no object",
          run.result["leftovers"])


def check_no_storm(folder):
    """Also that Janus's process is found by its port, where the harness did not start it."""
    process = support.run_program(
        ["testbed", "--log-folder", os.path.dirname(folder), "--", support.BINARY, "run",
         support.scenario("load/register_only"), *support.settings("clients=12"),
         *support.PATIENCE, "--out", folder])
    run = support.Run(folder, process)
    if not check(os.path.exists(run.path("result.json")), "register_only", run.output):
        return
    check_equal(run.result["findings"], [], "registrations on a ramp are no queue")
    usage = run.result["janus_process"]
    check(usage and usage["name"].startswith("janus"), "the process that listens at the URL", usage)


support.skip_without("janus")
support.skip_without_namespaces()
with support.temporary_folder() as scratch:
    check_storm(os.path.join(scratch, "storm"))
    check_quiet_client(os.path.join(scratch, "quiet"))
    check_no_storm(os.path.join(scratch, "ramp"))
support.finish()
