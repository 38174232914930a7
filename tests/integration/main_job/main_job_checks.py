"""What must hold for every run in which nothing goes wrong."""

import re
import xml.etree.ElementTree

from harness_support import (DIRECTIONS, LATENCY_METRICS, check, check_equal, number)

NUMBER = (int, float)
SUMMARY = {name: NUMBER for name in ("min", "mean", "p50", "p90", "p99", "p99_9", "max")}
SUMMARY["count"] = int

# Field by field what the published format of result.json promises.
DIRECTION = {"sent": int, "received": int, "lost": int, "duplicated": int, "reordered": int,
             "loss_ratio": NUMBER, "jitter_ms": SUMMARY, "delay_ms": SUMMARY, "mos": SUMMARY}
CHECK_ITEM = {"id": str, "verdict": str, "requirement": str, "ref": str,
              "expected": (str, type(None)), "actual": (str, type(None)), "count": int}
RESULT = {
    "schema": str,
    "run": {"id": str, "scenario": str, "started_at": str, "duration_s": NUMBER, "seed": int,
            "janus": {"version": int, "version_string": str, "url": str, "transport": str}},
    "verdict": str,
    "generator": {"valid": bool, "cpu_s": NUMBER, "cpu_ms_per_call_s": NUMBER,
                  "max_rss_bytes": int, "send_lateness_ms": SUMMARY, "loop_lag_ms": SUMMARY,
                  "dropped_iterations": int},
    "calls": {"planned": int, "started": int, "established": int, "completed": int, "failed": int,
              "failures": dict},
    "latency_ms": {name: SUMMARY for name in LATENCY_METRICS},
    "audio": {"to_far_end": DIRECTION, "from_far_end": DIRECTION},
    "checks": {"passed": int, "failed": int, "warned": int, "skipped": int, "items": [CHECK_ITEM]},
    "thresholds": [{"expression": str, "value": NUMBER, "ok": bool}],
}


def check_shape(value, shape, path):
    if isinstance(shape, dict):
        if check(isinstance(value, dict), f"{path} is an object", value):
            for key, inner in shape.items():
                if check(key in value, f"{path}.{key} is there"):
                    check_shape(value[key], inner, f"{path}.{key}")
    elif isinstance(shape, list):
        if check(isinstance(value, list) and value, f"{path} is a list with elements", value):
            for index, element in enumerate(value):
                check_shape(element, shape[0], f"{path}[{index}]")
    else:
        expected = shape if isinstance(shape, tuple) else (shape,)
        # In Python a bool is an int; in JSON it is not.
        right = isinstance(value, expected) and (bool in expected or not isinstance(value, bool))
        check(right, f"{path} has its type", f"{value!r}, expected {shape}")


def check_result_format(result):
    check_shape(result, RESULT, "result.json")
    check_equal(result["schema"], "janus-harness/result/1", "schema")
    check_equal(result["run"]["janus"]["version"], 1102, "version of Janus")
    check_equal(result["run"]["janus"]["version_string"], "1.1.2", "version of Janus as text")


def check_calls(result, name, calls):
    totals = result["calls"]
    for field in ("planned", "started", "established", "completed"):
        check_equal(totals[field], calls, f"{name}: calls {field}")
    check_equal(totals["failed"], 0, f"{name}: calls failed")
    check_equal(totals["failures"], {}, f"{name}: failures")
    check_equal(result["verdict"], "passed", f"{name}: verdict")
    check_equal(result["checks"]["failed"], 0, f"{name}: checks failed")
    check_nothing_left(result, name)


def check_nothing_left(result, name):
    check_equal(result["leftovers"], {"janus_sessions": 0, "janus_handles": 0, "balance": {}},
                f"{name}: nothing is left behind")


def check_audio(result, rows, name, calls, talk_s):
    """Enough was sent each way, all of it arrived, and it was each call's own audio."""
    for direction in DIRECTIONS:
        audio, place = result["audio"][direction], f"{name}: {direction}"
        least = calls * talk_s * 50 * 0.99
        check(audio["sent"] >= least, f"{place}: sent enough", f"{audio['sent']} of {least:g}")
        check_equal(audio["received"], audio["sent"], f"{place}: received as many as sent")
        for field in ("lost", "duplicated", "reordered", "loss_ratio"):
            check_equal(audio[field], 0, f"{place}: {field}")
        check_equal(audio["streams"], calls, f"{place}: streams")
        identity = {key: count for key, count in audio["identity"].items() if count}
        check_equal(identity, {"proven": calls}, f"{place}: identity of the audio")
        for field in ("sent", "received", "lost"):
            check_equal(sum(number(row, f"{direction}_{field}") for row in rows), audio[field],
                        f"{place}: calls.csv adds up to result.json in {field}")
        for row in rows:
            check_equal(row[f"{direction}_identity"], "proven", f"{place}: call {row['id']}")
            check_equal(row[f"{direction}_lost"], "0", f"{place}: lost in call {row['id']}")


def check_latencies(result, name, calls, metrics=LATENCY_METRICS):
    for metric in metrics:
        figures = result["latency_ms"][metric]
        if not check(figures, f"{name}: {metric} is measured"):
            continue
        check_equal(figures["count"], calls, f"{name}: samples of {metric}")
        order = [figures[key] for key in ("min", "p50", "p90", "p99", "p99_9", "max")]
        check(order == sorted(order) and order[0] > 0, f"{name}: percentiles of {metric}", figures)


def check_order(row, name):
    """The phases of one outgoing call in the order in which they can only happen."""
    at = {metric: number(row, metric + "_ms") for metric in LATENCY_METRICS}
    place = f"{name}: call {row['id']}"
    if not check(None not in at.values(), f"{place}: every phase has its time", at):
        return
    # Strict where one causes the other. What Janus reports one after the other can reach us at once.
    before = [("create", "attach"), ("attach", "registration_request_delay"),
              ("invite_at_far_end", "session_request_delay"), ("ice_connected", "dtls_connected"),
              ("dtls_connected", "first_audio_from_far_end"),
              ("dtls_connected", "first_audio_at_far_end")]
    for first, second in before:
        check(at[first] < at[second], f"{place}: {first} before {second}",
              f"{at[first]} and {at[second]}")
    for first, second in [("session_request_delay", "call_accepted"),
                          ("call_accepted", "ice_connected")]:
        check(at[first] <= at[second], f"{place}: {first} not after {second}",
              f"{at[first]} and {at[second]}")
    for metric, value in at.items():
        check(value > 0, f"{place}: {metric} is above zero", value)
    check_equal(at["call_setup"],
                max(at["first_audio_from_far_end"], at["first_audio_at_far_end"]),
                f"{place}: call_setup is the later first audio")


def check_events(run, name):
    lines = run.text("events.jsonl").splitlines()
    check(len(lines) > 10, f"{name}: events.jsonl has events", len(lines))
    for event in run.events:
        if not check(isinstance(event, dict) and {"time", "event"} <= event.keys(),
                     f"{name}: an event has its time and name", event):
            break


def check_junit(run, name):
    suites = xml.etree.ElementTree.parse(run.path("junit.xml")).getroot()
    check_equal(suites.tag, "testsuites", f"{name}: root of junit.xml")
    cases = suites.findall(".//testcase")
    check_equal(int(suites.get("tests")), len(cases), f"{name}: test cases of junit.xml")
    check_equal(suites.get("failures"), "0", f"{name}: failures in junit.xml")
    check(not suites.findall(".//failure"), f"{name}: no failure in junit.xml")


def check_report(run, name):
    """One file that loads nothing: a link to an RFC is allowed, a resource from elsewhere is not."""
    html = run.text("report.html")
    check(html.lstrip().lower().startswith("<!doctype html"), f"{name}: report.html is HTML")
    without_scripts = re.sub(r"<script\b[^>]*>.*?</script>", "", html, flags=re.S)
    loads = re.findall(r"""<(?:script|img|iframe|link|source|embed|object)\b[^>]*?\b
                           (?:src|href|data)\s*=\s*["']?(?!data:|\#)([^"'\s>]+)""", html, re.X)
    check_equal(loads, [], f"{name}: report.html loads nothing")
    loads = re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", without_scripts)
    check_equal(loads, [], f"{name}: the styles of report.html load nothing")
