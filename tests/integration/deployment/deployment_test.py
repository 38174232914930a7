"""Somebody else's Janus and Kamailio: 20 accounts from CSV, the far end registered there under its
own accounts, listening behind the proxy, or somebody else's phones altogether."""

import contextlib

import somebodys_network as network
import harness_support as support
from harness_support import check, check_equal

CALLS = 20
# What only a far end of ours can measure, by direction; latency metrics beside.
UNKNOWN = {"to_far_end": ("received", "lost", "loss_ratio", "duplicated", "reordered"),
           "from_far_end": ("sent", "lost", "loss_ratio")}
UNKNOWN_LATENCIES = ("invite_at_far_end", "first_audio_at_far_end", "call_setup")


def run(folder, name, accounts, *arguments, url=network.HTTP_URL, calls=CALLS):
    return support.run_scenario(
        support.scenario("load/outgoing_call"), "--url", url, "--accounts", accounts,
        "--sip-proxy", network.PROXY, "--sip-domain", network.DOMAIN, *network.ADMIN, "--calls",
        str(calls), "--talk", "2", *support.settings("rate=8"), *arguments,
        folder=f"{folder}/{name}")


def check_calls(result, name, calls=CALLS):
    got = {key: result["calls"][key] for key in ("established", "completed", "failed")}
    check_equal(got, {"established": calls, "completed": calls, "failed": 0}, f"{name}: calls")
    left = result["leftovers"]
    check_equal((left["janus_sessions"], left["janus_handles"], left["balance"]), (0, 0, {}),
                f"{name}: left behind")


def check_all_measured(done, name, calls=CALLS):
    if not support.check_passed(done, name):
        return
    check_calls(done.result, name, calls)
    for direction in support.DIRECTIONS:
        audio = done.result["audio"][direction]
        check_equal(audio["lost"], 0, f"{name}: lost {direction}")
        check(audio["sent"] >= calls * 100 and audio["received"] == audio["sent"],
              f"{name}: packets {direction}", (audio["sent"], audio["received"]))
        check_equal(audio["identity"]["proven"], calls, f"{name}: proven streams {direction}")
    check_equal(done.result["latency_ms"]["invite_at_far_end"]["count"], calls,
                f"{name}: invite_at_far_end")


def check_somebodys_phones(folder, accounts):
    name = "none"
    done = run(folder, name, accounts, "--far-end", "none", "--callee",
               f"sip:800@{network.DOMAIN}")
    if not support.check_passed(done, name):
        return
    result = done.result
    check_calls(result, name)
    for direction, fields in UNKNOWN.items():
        check_equal({field: result["audio"][direction][field] for field in fields},
                    dict.fromkeys(fields), f"{name}: unknown of {direction}")
        columns = [f"{direction}_{field}" for field in fields if field != "loss_ratio"]
        check_equal({row[column] for row in done.calls for column in columns}, {""},
                    f"{name}: empty columns of {direction}")
    for metric in UNKNOWN_LATENCIES:
        check_equal(result["latency_ms"].get(metric), None, f"{name}: {metric}")
    check_equal(result["latency_ms"]["call_accepted"]["count"], CALLS, f"{name}: call_accepted")
    sent = result["audio"]["to_far_end"]["sent"]
    received = result["audio"]["from_far_end"]["received"]
    check(sent >= CALLS * 100, f"{name}: sent", sent)
    # SIPp echoes what came; the last packets may be on their way when the call ends.
    check(0.9 * sent < received <= sent, f"{name}: echo received", (sent, received))
    check_thresholds_say_they_do_not_know(done)


def check_thresholds_say_they_do_not_know(done):
    verdicts = {item["expression"]: (item["value"], item["ok"], item["note"])
                for item in done.result["thresholds"]}
    unknown = (None, None, "the far end is not ours")
    check_equal(verdicts.get("audio.loss_ratio < 0.1%"), unknown, "none: the loss threshold")
    check_equal(verdicts.get("call_setup.p99 < 1000ms"), unknown, "none: the set-up threshold")
    check_equal(verdicts.get("calls.failed == 0", (0, 0, 0))[1], True, "none: calls.failed")
    for text, where in ((done.result["reason"], "the verdict"), (done.output, "the console")):
        check("audio.loss_ratio < 0.1%" in text and "the far end is not ours" in text,
              f"none: {where} says what was not measured", text)
    check("<skipped" in done.text("junit.xml"), "none: junit.xml skips what was not measured")


def check_a_measurable_threshold_still_fails(folder, accounts):
    """Only what needs the far end is excused: no data for anything else is a failure."""
    done = run(folder, "nodata", accounts, "--far-end", "none", "--callee",
               f"sip:700@{network.DOMAIN}", calls=2)
    if support.check_passed(done, "a number that nobody has", exit_code=1):
        check_equal(done.result["calls"]["failures"], {"call_failed_404": 2},
                    "a number that nobody has")


def check_too_few_accounts(folder, accounts, phones):
    few, _ = network.write_accounts(folder, "few.csv", 3, "web")
    for name, browser, phone, words in (
            ("browsers", few, phones, ("--accounts", "few.csv", "3 accounts", "20")),
            ("phones", accounts, few, ("--far-end-accounts", "few.csv", "3 accounts", "20"))):
        done = run(folder, f"few-{name}", browser, "--far-end", "register", "--far-end-accounts",
                   phone)
        check_equal(done.exit_code, 2, f"too few accounts for {name}: exit code")
        for word in words:
            check(word in done.output, f"too few accounts for {name}: \"{word}\"", done.output)


def main():
    network.enter("janus", "kamailio", "sipp", "ip")
    with support.temporary_folder() as folder, contextlib.ExitStack() as stack:
        accounts, web = network.write_accounts(folder, "accounts.csv", CALLS, "web")
        phones, phone = network.write_accounts(folder, "phones.csv", CALLS, "phone")
        stack.enter_context(network.janus(folder))
        stack.enter_context(network.kamailio(folder, web + phone))
        stack.enter_context(network.sipp(folder))
        register = ["--far-end", "register", "--far-end-accounts", phones]
        check_all_measured(run(folder, "http", accounts, *register), "register over http")
        check_all_measured(run(folder, "ws", accounts, *register, url=network.WS_URL),
                           "register over ws")
        listen = ["--far-end", "listen", "--far-end-address",
                  f"{network.ADDRESS}:{network.LISTEN_PORT}", "--callee",
                  f"sip:900@{network.DOMAIN}"]
        check_all_measured(run(folder, "listen", accounts, *listen, calls=5), "listen", 5)
        check_somebodys_phones(folder, accounts)
        check_a_measurable_threshold_still_fails(folder, accounts)
        check_too_few_accounts(folder, accounts, phones)
    support.finish()


main()
