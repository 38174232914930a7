"""N calls in progress at once, with a window in which nothing begins or ends."""
import dataclasses
import time

from harness_run import HarnessRun, why_not_valid
from stub import Stub

RATE = 200          # calls begun a second: about 40 % of a core
SETTLE_S = 3        # after the last call is up, before the window
SET_UP_S = 3        # slack for the set-up of the last call


@dataclasses.dataclass
class Steady:
    calls: int
    seconds: float             # of the window
    cpu_ms_per_call_s: float
    packets_per_call_s: float  # that the stub authenticated in the window; 50 is right
    memory_kb: dict            # at the window's end
    lost: int                  # on either way, in the whole run; None: not known
    losses: dict               # by place
    result: dict               # result.json
    invalid: str               # why the run says nothing; empty when it does


def losses(result, counters):
    """Packets that went missing between harness and stub, each way, and where the stub knows of it."""
    sent = result["audio"]["to_far_end"]["sent"]
    received = result["audio"]["from_far_end"]["received"]
    return {
        "to_stub": None if sent is None else sent - counters["rtp_authenticated"],
        "from_stub": None if received is None else counters["rtp_reflected"] - received,
        "stub_receive_drops": counters["receive_drops"],
        "stub_send_errors": counters["send_errors"],
    }


def total(found):
    ways = [found["to_stub"], found["from_stub"]]
    return None if None in ways else sum(ways)


def window(run, stub, seconds):
    """CPU seconds, duration and packets between two readings of the kernel's counters."""
    packets, started, cpu = stub.counters()["rtp_authenticated"], time.monotonic(), run.cpu_s()
    time.sleep(seconds)
    elapsed, cpu = time.monotonic() - started, run.cpu_s() - cpu
    return cpu, elapsed, stub.counters()["rtp_authenticated"] - packets


def why_not_steady(result, packets_per_call_s):
    """Empty when the run is valid and each call sent its 50 packets a second in the window."""
    if why_not_valid(result):
        return why_not_valid(result)
    if abs(packets_per_call_s - 50) > 0.5:
        return f"a call sent {packets_per_call_s:.1f} packets a second in the window, not 50"
    return ""


def measure(options, folder, calls, seconds, transport="ws", rate=RATE):
    ramp = calls / rate
    talk = ramp + SET_UP_S + SETTLE_S + seconds + 1
    with Stub(options, folder) as stub, \
            HarnessRun(options, folder, "calls.json", stub.url(transport), calls, rate=rate,
                       talk=f"{talk:.3f}s") as run:
        run.wait_until(lambda: stub.counters()["active_calls"] >= calls, ramp + 30,
                       f"{calls} calls were in progress")
        time.sleep(SETTLE_S)
        cpu, elapsed, packets = window(run, stub, seconds)
        memory = run.memory_kb()
        result = run.finish(talk + 60)
        found = losses(result, stub.counters())
    rate_seen = packets / (calls * elapsed)
    return Steady(calls, elapsed, cpu * 1e3 / (calls * elapsed), rate_seen, memory, total(found), found,
                  result, why_not_steady(result, rate_seen))
