"""N calls in progress at once, with a window in which nothing begins or ends."""
import dataclasses
import time

from harness_run import HarnessRun, why_not_valid
from stub import Stub

RATE = 200          # calls begun a second: about 40 % of a core
SETTLE_S = 3        # after the last call is up, before the window
SET_UP_S = 3        # slack for the set-up of the last call
PACKETS_S = 50      # of a call, each way
TOLERANCE = 0.5     # packets a second: the window's ends are not those of the packets' turns


@dataclasses.dataclass
class Steady:
    calls: int
    seconds: float             # of the window
    cpu_ms_per_call_s: float
    per_call_s: dict           # packets a second of a call, by place; 50 is right
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
        # Every packet taken is to come back; those that the stub could not send are lost too.
        "from_stub": None if received is None else counters["rtp_authenticated"] - received,
        "stub_receive_drops": counters["receive_drops"],
        "stub_send_errors": counters["send_errors"],
    }


def total(found):
    ways = [found["to_stub"], found["from_stub"]]
    return None if None in ways else sum(ways)


def window(run, stub, seconds):
    """CPU seconds and duration between two readings of the kernel's counters, and the stub's
    counters at both."""
    before, started, cpu = stub.counters(), time.monotonic(), run.cpu_s()
    time.sleep(seconds)
    elapsed, cpu = time.monotonic() - started, run.cpu_s() - cpu
    return cpu, elapsed, before, stub.counters()


def rates(result, before, after, total_reflected, call_seconds):
    """Packets a second of a call: that the stub authenticated and reflected in the window, and that
    the harness took of these. It counts for the whole run, so its share of all is taken."""
    authenticated, reflected = [(after[name] - before[name]) / call_seconds
                                for name in ("rtp_authenticated", "rtp_reflected")]
    received = result["audio"]["from_far_end"]["received"]
    known = received is not None and total_reflected != 0
    return {"authenticated": authenticated, "reflected": reflected,
            "received": reflected * received / total_reflected if known else None}


def why_not_steady(result, per_call_s):
    """Empty when the run is valid and each call had its 50 packets a second, there and back."""
    if why_not_valid(result):
        return why_not_valid(result)
    for place, what in (("authenticated", "sent"), ("reflected", "was sent back"),
                        ("received", "received")):
        rate = per_call_s[place]
        if rate is None:
            return f"it is not known how many packets a call {what}"
        if abs(rate - PACKETS_S) > TOLERANCE:
            return f"a call {what} {rate:.1f} packets a second in the window, not {PACKETS_S}"
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
        cpu, elapsed, before, after = window(run, stub, seconds)
        memory = run.memory_kb()
        result = run.finish(talk + 60)
        counters = stub.counters()
    found = losses(result, counters)
    seen = rates(result, before, after, counters["rtp_reflected"], calls * elapsed)
    return Steady(calls, elapsed, cpu * 1e3 / (calls * elapsed), seen, memory, total(found), found,
                  result, why_not_steady(result, seen))


def lateness_p99_ms(steady):
    """None where no packet was sent."""
    return (steady.result["generator"]["send_lateness_ms"] or {}).get("p99")
