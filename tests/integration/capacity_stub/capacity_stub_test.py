"""The capacity stub answers 20 calls over HTTP and over WebSocket and sends every packet back; with
a planted fault just those are missing that it says it dropped; it survives nonsense."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

STUB = sys.argv[2]
CALLS = 20


class Stub:
    def __init__(self, process):
        self.process = process
        self.http, self.web_socket = process.stdout.readline().split()
        self.last = None  # the counters it printed at its end

    def counters(self):
        url = self.http.removesuffix("/janus") + "/stub/counters"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)


@contextlib.contextmanager
def stub(*arguments):
    process = subprocess.Popen([STUB, "--http", "0", "--ws", "0", *arguments], text=True,
                               stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        started = Stub(process)
        yield started
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=10)
        check_equal(process.returncode, 0, "the stub's exit code")
        started.last = json.loads(output.splitlines()[-1])
    finally:
        process.kill()
        process.wait()


def run(folder, name, url, *arguments, calls=CALLS):
    accounts = os.path.join(folder, "accounts.csv")
    with open(accounts, "w", encoding="utf-8") as file:
        file.write("username,secret\n")
        file.writelines(f"user{i},secret{i}\n" for i in range(calls))
    return support.run_scenario(
        support.scenario("load/outgoing_call"), "--url", url, "--far-end", "none", "--callee",
        "sip:reflector@127.0.0.1", "--sip-domain", "stub.invalid", "--sip-proxy",
        "sip:127.0.0.1:5060", "--accounts", accounts, "--calls", str(calls), "--talk", "1",
        *support.settings("rate=40"), *arguments, folder=f"{folder}/{name}")


def packets(done):
    audio = done.result["audio"]
    return audio["to_far_end"]["sent"], audio["from_far_end"]["received"]


def check_calls(done, name, calls=CALLS):
    if not support.check_passed(done, name):
        return False
    result = done.result
    got = [result["calls"][key] for key in ("established", "completed", "failed")]
    check_equal(got, [calls, calls, 0], f"{name}: calls")
    check_equal((result["checks"]["failed"], result["checks"]["warned"]), (0, 0),
                f"{name}: checks failed and warned")
    check("not" in result["run"]["janus"]["version_string"], f"{name}: it says that it is no Janus",
          result["run"]["janus"])
    return True


def check_nothing_left(counters, name):
    for what in ("sessions", "handles", "active_calls", "failed_calls", "send_errors",
                 "receive_drops"):
        check_equal(counters[what], 0, f"{name}: {what}")


def check_reflected(folder, transport, *arguments):
    with stub() as started:
        url = started.http if transport == "http" else started.web_socket
        done = run(folder, transport, url, *arguments)
        counters = started.counters()
    if not check_calls(done, transport):
        return
    sent, received = packets(done)
    check(sent >= CALLS * 50, f"{transport}: sent", sent)
    check_equal((counters["rtp_received"], counters["rtp_authenticated"],
                 counters["rtp_reflected"], received), (sent, sent, sent, sent),
                f"{transport}: packets")
    check_equal((counters["calls"], counters["connected_calls"]), (CALLS, CALLS),
                f"{transport}: calls of the stub")
    check_nothing_left(counters, transport)
    check_equal(started.last["rtp_reflected"], sent, f"{transport}: the last line")


def check_dropped(folder):
    with stub("--drop-every", "10") as started:
        done = run(folder, "dropped", started.web_socket)
        counters = started.counters()
    if not check_calls(done, "dropped"):
        return
    sent, received = packets(done)
    check_equal(counters["rtp_dropped_on_purpose"], sent // 10, "dropped: every tenth packet")
    check_equal((counters["rtp_received"], sent - received), (sent, sent // 10),
                "dropped: missing at the browsers")
    check_nothing_left(counters, "dropped")


def check_stalled(folder):
    with stub("--stall-after", "0.5", "--stall-for", "300", "--delay-answer", "100") as started:
        done = run(folder, "stalled", started.http, calls=5)
        counters = started.counters()
    if not check_calls(done, "stalled", 5):
        return
    sent, received = packets(done)
    check_equal((counters["stalls"], counters["rtp_reflected"], received), (1, sent, sent),
                "stalled: once, and nothing is lost")
    check(counters["longest_media_wait_ms"] >= 300, "stalled: seen in the counters", counters)
    accepted = done.result["latency_ms"]["call_accepted"]["min"]
    check(accepted >= 100, "stalled: the answer is delayed", accepted)


def check_nonsense(folder):
    random.seed(5)
    with stub() as started:
        for url in (started.http, started.web_socket):
            address = ("127.0.0.1", int(url.split(":")[2].split("/")[0]))
            for text in (b"\0" * 100000, b"GET / HTTP/1.1\r\n\r\n", b"POST /janus HTTP/1.1\r\n",
                         b"GET /janus/1/2/3/4 HTTP/1.1\r\n\r\n", random.randbytes(5000)):
                with socket.create_connection(address, timeout=5) as connection:
                    with contextlib.suppress(ConnectionError):
                        connection.sendall(text)
        done = run(folder, "nonsense", started.web_socket, calls=2)
        check_calls(done, "after nonsense", 2)


def main():
    with support.temporary_folder() as folder:
        check_reflected(folder, "http")
        check_reflected(folder, "ws")
        check_dropped(folder)
        check_stalled(folder)
        check_nonsense(folder)
    support.finish()


main()
