"""far_end: CPU of a call's SIP leg."""
import bare_loop
import machine
import programs
from figure import Figure

ABOUT = "CPU of the SIP leg, plain RTP both ways with its statistics, in ms per second of a call"


def measure(options, _workspace):
    calls, seconds = options.calls or 1000, options.seconds or 10
    limit_before = bare_loop.attempt(options.binaries, calls, "none")
    ours = programs.run(options.binaries / "bench_far_end", "--calls", calls, "--seconds", seconds,
                        "--core", machine.measured_core(),
                        "--reflector-core", machine.other_core())[0]
    # Before and after, because the machine drifts.
    limit, reason = bare_loop.middle(limit_before,
                                     bare_loop.attempt(options.binaries, calls, "none"))
    lost = ours["sent"] - ours["received"]
    figure = Figure(f"a call of {calls:,}", ours["cpu_ms_per_call_s"], "ms",
                    "bare loop, no cipher", limit, at_most=0.10, reason=reason)
    return {"calls": calls, "seconds": seconds, "cpu_ms_per_call_s": ours["cpu_ms_per_call_s"],
            "bare_loop_ms_per_call_s": limit, "ratio_to_bare_loop": figure.ratio(),
            "sent": ours["sent"], "lost": lost, "worst_lateness_ms": ours["worst_lateness_ms"],
            }, [figure, Figure("packets lost", lost, "", at_most=0)]
