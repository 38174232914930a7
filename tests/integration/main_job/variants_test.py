"""Two calls of a second each for every choice of the media path and every shipped kind of call."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (LATENCY_METRICS, check, check_equal, check_passed, finish,
                             run_scenario, scenario, settings, skip_without_namespaces,
                             temporary_folder)
from main_job_checks import (check_audio, check_calls, check_latencies, check_order,
                             check_result_format)

CALLS, TALK_S = 2, 1
VARIANTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "variants.json")
AES_CM, GCM = "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"
SHORT_TAG, GCM_256 = "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_256_GCM"

# Name, what is changed, codec and SRTP profile that must come out of it.
MEDIA_PATHS = [
    ("opus", ["actors.phone.codecs.0=opus"], "opus", AES_CM),
    ("PCMA", ["actors.phone.codecs.0=PCMA"], "PCMA", AES_CM),
    ("G722", ["actors.phone.codecs.0=G722"], "G722", AES_CM),
    ("chrome", ["actors.web.persona=chrome"], "PCMU", AES_CM),
    ("dtls active", ["actors.web.dtls=active"], "PCMU", AES_CM),
    ("dtls passive", ["actors.web.dtls=passive"], "PCMU", AES_CM),
    ("gcm", [f"actors.web.srtp_profiles.0={GCM}"], "PCMU", GCM),
    ("gcm 256", [f"actors.web.srtp_profiles.0={GCM_256}"], "PCMU", GCM_256),
    ("short tag", [f"actors.web.srtp_profiles.0={SHORT_TAG}"], "PCMU", SHORT_TAG),
    ("libsrtp2", ["media.srtp=libsrtp2"], "PCMU", AES_CM),
    ("trickle", ["actors.web.trickle=trickle"], "PCMU", AES_CM),
    ("full trickle", ["testbed.full_trickle=true"], "PCMU", AES_CM),
    ("both trickle, ws", ["testbed.full_trickle=true", "actors.web.trickle=trickle",
                          "actors.web.persona=chrome", "transport=ws"], "PCMU", AES_CM),
    ("chrome, gcm, active, opus", ["actors.web.persona=chrome", "actors.web.dtls=active",
                                   f"actors.web.srtp_profiles.0={GCM}",
                                   "actors.phone.codecs.0=opus"], "opus", GCM),
]


def check_media_path(name, sets, codec, profile, folder):
    run = run_scenario(VARIANTS, *settings(*sets), folder=os.path.join(folder, name))
    if not check_passed(run, name):
        return
    result, rows = run.result, run.calls
    check_result_format(result)
    check_calls(result, name, CALLS)
    check_audio(result, rows, name, CALLS, TALK_S)
    check_latencies(result, name, CALLS)
    for row in rows:
        check_order(row, name)
    check_equal([row["codec"] for row in rows], [codec] * CALLS, f"{name}: codecs")
    profiles = [event["field.profile"] for event in run.events if event["event"] == "dtls_connected"]
    check_equal(profiles, [profile] * CALLS, f"{name}: SRTP profiles")
    trickled = any(event["event"] == "trickle" for event in run.events)
    check_equal(trickled, any("full_trickle" in change for change in sets),
                f"{name}: Janus trickles its candidates")


def check_incoming_call(folder):
    name = "incoming call"
    run = run_scenario(scenario("load/incoming_call"), "--calls", str(CALLS), "--talk",
                       str(TALK_S), folder=os.path.join(folder, name))
    if not check_passed(run, name):
        return
    result = run.result
    check_calls(result, name, CALLS)
    check_audio(result, run.calls, name, CALLS, TALK_S)
    here = [metric for metric in LATENCY_METRICS if result["latency_ms"][metric]]
    print(f"{name}: metrics with samples: {', '.join(here)}")
    check_latencies(result, name, CALLS, ["create", "attach", "registration_request_delay",
                                          "session_disconnect_delay"])
    events = {event["event"] for event in run.events}
    check({"incomingcall", "accepted"} <= events, f"{name}: events of the browser", events)


def check_early_media(folder):
    name = "early media"
    run = run_scenario(scenario("load/early_media"), "--calls", str(CALLS), "--talk", str(TALK_S),
                       folder=os.path.join(folder, name))
    if not check_passed(run, name):
        return
    result, rows = run.result, run.calls
    check_calls(result, name, CALLS)
    check_audio(result, rows, name, CALLS, TALK_S)
    for row in rows:
        # The phone answers after 1.5 s and plays from 0.1 s on.
        check(float(row["first_audio_from_far_end_ms"]) < float(row["call_accepted_ms"]),
              f"{name}: call {row['id']} has audio before it is accepted", row)
    events = [event["event"] for event in run.events]
    check_equal(events.count("progress"), CALLS, f"{name}: progress events")


def check_register_only(folder):
    name = "register only"
    run = run_scenario(scenario("load/register_only"), "--set", "clients=4",
                       folder=os.path.join(folder, name))
    if not check_passed(run, name):
        return
    result = run.result
    check_equal((result["verdict"], result["calls"]["started"]), ("passed", 0), name)
    check_equal(result["iterations"]["completed"], 4, f"{name}: iterations")
    check_latencies(result, name, 4, ["create", "attach", "registration_request_delay"])
    events = [event["event"] for event in run.events]
    for event in ("registered", "unregistered"):
        check_equal(events.count(event), 4, f"{name}: {event}")


skip_without_namespaces()
with temporary_folder() as folder:
    for variant in MEDIA_PATHS:
        check_media_path(*variant, folder)
    check_incoming_call(folder)
    check_early_media(folder)
    check_register_only(folder)
finish()
