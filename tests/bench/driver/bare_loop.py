"""The limit: the same packets with system calls and the cipher alone (bare_loop.cpp)."""
import machine
import programs

PROFILE = "AES_CM_128_HMAC_SHA1_80"  # what the harness and Janus negotiate


TRIES = 3
LOSS = 0.01  # what is lost is not received either: above this the figure would be too low


def measure(binaries, calls, profile=PROFILE, seconds=5.0):
    """CPU in ms per call-second at this number of calls."""
    for _ in range(TRIES):
        figures = programs.run(
            binaries / "bench_bare_loop", "--calls", calls, "--profile", profile,
            "--seconds", seconds, "--core", machine.measured_core(),
            "--reflector-core", machine.other_core())[0]
        lost = 1 - figures["received"] / figures["sent"] if figures["sent"] else 1.0
        if lost <= LOSS:
            return figures["cpu_ms_per_call_s"]
    raise programs.Failed(f"the bare loop lost {lost:.1%} of its packets {TRIES} times: the machine "
                          "has too much else to do")


def attempt(binaries, calls, profile=PROFILE, seconds=5.0):
    """The same, or None, and why: what stands beside a figure must not take the figure with it."""
    try:
        return measure(binaries, calls, profile, seconds), ""
    except programs.Failed as failure:
        return None, str(failure)


def middle(*attempts):
    """The mean of those attempts that gave a figure, None if none did; and why others did not."""
    known = [value for value, _ in attempts if value is not None]
    reasons = dict.fromkeys(reason for _, reason in attempts if reason)
    return (sum(known) / len(known) if known else None), "; ".join(reasons)
