"""The limit: the same packets with system calls and the cipher alone (bare_loop.cpp)."""
import machine
import programs

PROFILE = "AES_CM_128_HMAC_SHA1_80"  # what the harness and Janus negotiate


def measure(binaries, calls, profile=PROFILE, seconds=5.0, peers=256):
    """CPU in ms per call-second at this number of calls, which send to so many addresses: the
    capacity stub has 256."""
    figures = programs.run(
        binaries / "bench_bare_loop", "--calls", calls, "--profile", profile, "--seconds", seconds,
        "--peers", peers,
        "--core", machine.measured_core(), "--reflector-core", machine.other_core())[0]
    if figures["sent"] != figures["received"]:
        lost = figures["sent"] - figures["received"]
        raise programs.Failed(f"the bare loop lost {lost:.0f} of {figures['sent']:.0f} packets")
    return figures["cpu_ms_per_call_s"]
