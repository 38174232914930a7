"""call_setup is what a packet capture says it is: from the POST of the call to the first RTP packet
at the later of the browser's media socket and the phone's RTP port.

tcpdump listens in the testbed while `janus-harness run --url` places calls there. The harness
counts from the planned start and takes the time when its loop reads the packet; both differ from
the wire by some tens of microseconds on an idle machine. Being late is a matter of the machine's
load, so at least one call must agree within 2 ms, and none may be faster than the wire.
"""

import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

import packets
from harness_support import (BINARY, PATIENCE, Run, check, check_equal, environment, finish,
                             number, run_program, scenario, settings, skip_without,
                             skip_without_namespaces, temporary_folder)

FOLDER = os.path.dirname(os.path.abspath(__file__))
CALLS = 8
AGREE_MS = 2.0
# The same packet gets its time from two places; clocks of different kinds drift a little, too.
CLOCK_SLACK_MS = 0.1


def start_dump(command):
    """The capture program once it listens; None when it does not."""
    dump = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in dump.stderr:
        if "listening on" in line:
            break
    # tcpdump says so before it gives up root.
    try:
        dump.wait(0.2)
    except subprocess.TimeoutExpired:
        return dump
    print(f"{command[0]}: {dump.stderr.read()}")
    return None


def record(out):
    """Runs in the testbed: the run of janus-harness with a capture beside it. Its exit code."""
    file = os.path.join(out, "lo.pcap")
    # Traffic between addresses of one host goes over lo. -Z root: the file is ours to write. Without
    # immediate mode the last second would be lost with the buffer.
    dump = start_dump(["tcpdump", "-i", "lo", "-n", "-s", "0", "-B", "16384", "--immediate-mode",
                       "--time-stamp-precision=nano", "-U", "-Z", "root", "-w", file])
    if dump is None:
        dump = start_dump([sys.executable, "-B", os.path.join(FOLDER, "dump.py"), file])
    code = subprocess.run(
        [BINARY, "run", scenario("load/outgoing_call"), "--url", os.environ["JANUS_URL"],
         "--media-address", os.environ["BROWSER_ADDRESS"],
         "--far-end-address", os.environ["FAR_END_ADDRESS"] + ":5070", "--calls", str(CALLS),
         "--talk", "0.3", *settings("rate=4"), *PATIENCE, "--out", out],
        env=environment()).returncode
    dump.send_signal(signal.SIGINT)
    print(dump.stderr.read())
    dump.wait()
    return code


def first_rtp(datagrams, address, after):
    """When the first RTP packet to this address was on the wire."""
    return next((d.time for d in datagrams
                 if d.destination == address and d.time >= after and packets.is_rtp(d.payload)),
                None)


def sip_messages(datagrams):
    """(time, text) of every SIP message."""
    for datagram in datagrams:
        if b"SIP/2.0" in datagram.payload[:200]:
            yield datagram.time, datagram.payload.decode(errors="replace")


def call_id(message):
    return re.search(r"^Call-ID: *(.*?)\r$", message, re.M | re.I).group(1)


def phone_address(messages, sip_call_id):
    """Where the phone's answer to this call wants its RTP."""
    for _, message in messages:
        if message.startswith("SIP/2.0 200 ") and call_id(message) == sip_call_id:
            port = re.search(r"^m=audio (\d+)", message, re.M)
            if port:
                host = re.search(r"^c=IN IP4 (.*?)\r?$", message, re.M).group(1)
                return host, int(port.group(1))
    return None


def browser_address(offer):
    candidate = re.search(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", offer, re.M | re.I)
    return candidate.group(1), int(candidate.group(2))


def call_on_the_wire(request, datagrams, messages):
    """(SIP Call-ID, ms to the first audio at the browser, the same at the phone) of one POST."""
    message = json.loads(request.body)
    # A client that has ended its call places the next one, to the same phone.
    invite = next(text for time, text in messages
                  if time >= request.time and text.startswith(f"INVITE {message['body']['uri']} "))
    sip_call_id = call_id(invite)
    times = []
    for address in (browser_address(message["jsep"]["sdp"]), phone_address(messages, sip_call_id)):
        first = first_rtp(datagrams, address, request.time)
        times.append(None if first is None else (first - request.time) * 1000)
    return sip_call_id, *times


def compare(rows, path):
    datagrams, requests = packets.read(path)
    messages = list(sip_messages(datagrams))
    calls = [request for request in requests if b'"request":"call"' in request.body]
    check_equal(len(calls), CALLS, "POSTs with \"request\":\"call\" in the capture")
    rows = {row["sip_call_id"]: row for row in rows}
    differences = []
    for request in calls:
        sip_call_id, at_browser, at_phone = call_on_the_wire(request, datagrams, messages)
        if not check(sip_call_id in rows and None not in (at_browser, at_phone),
                     "a call of the capture is in calls.csv and has audio", sip_call_id):
            continue
        row, wire = rows[sip_call_id], max(at_browser, at_phone)
        measured = number(row, "call_setup_ms")
        differences.append(measured - wire)
        print(f"call {row['id']}: call_setup {measured:.3f} ms, capture {wire:.3f} ms, "
              f"difference {measured - wire:+.3f} ms (browser "
              f"{number(row, 'first_audio_from_far_end_ms') - at_browser:+.3f}, phone "
              f"{number(row, 'first_audio_at_far_end_ms') - at_phone:+.3f})")
    check(any(abs(difference) <= AGREE_MS for difference in differences),
          f"one call agrees within {AGREE_MS} ms", differences)
    check(all(difference > -CLOCK_SLACK_MS for difference in differences),
          "no call is set up before its packets are on the wire", differences)


if len(sys.argv) > 2:
    sys.exit(record(sys.argv[2]))
skip_without_namespaces()
skip_without("tcpdump")
with temporary_folder() as folder:
    run = Run(folder, run_program(["testbed", "--log-folder", folder, "--", sys.executable, "-B",
                                   __file__, BINARY, folder]))
    if check_equal(run.exit_code, 0, "exit code of the run"):
        compare(run.calls, run.path("lo.pcap"))
    else:
        print(run.output)
finish()
