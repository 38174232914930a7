"""media: CPU of a call's browser leg."""
import bare_loop
import steady_calls
from figure import Figure

ABOUT = ("CPU of the browser leg, SRTP authenticated and decrypted both ways, in ms per second of "
         "a call")


def measure(options, workspace):
    calls = options.calls or 1000
    limit_before = bare_loop.attempt(options.binaries, calls)
    steady = steady_calls.measure(options, workspace / "media", calls, options.seconds or 10)
    # Before and after, because the machine drifts.
    limit, no_limit = bare_loop.middle(limit_before, bare_loop.attempt(options.binaries, calls))
    others = {profile: bare_loop.attempt(options.binaries, calls, profile, seconds=3)
              for profile in ("AEAD_AES_128_GCM", "none")}
    reasons = [reason for reason in (steady.invalid, no_limit) if reason]
    figure = Figure(f"a call of {calls:,}, whole process", steady.cpu_ms_per_call_s, "ms",
                    "bare loop", limit, at_most=0.15, ratio_at_most=1.5, reason="; ".join(reasons),
                    valid=not steady.invalid)
    lost = Figure("packets lost, both ways", steady.lost, "", at_most=0,
                  valid=not steady.invalid)
    system_calls = Figure("the same", steady.cpu_ms_per_call_s, "ms", "bare loop, no cipher",
                          others["none"][0], reason=others["none"][1],
                          valid=not steady.invalid)
    return {
        "calls": calls, "seconds": steady.seconds,
        "cpu_ms_per_call_s": steady.cpu_ms_per_call_s,
        "bare_loop_ms_per_call_s": limit,
        "ratio_to_bare_loop": figure.ratio(),
        "bare_loop_other_profiles_ms_per_call_s": {
            profile: value for profile, (value, _) in others.items()},
        "bare_loop_reasons": {
            profile: reason for profile, (_, reason) in others.items() if reason},
        "packets_per_call_s": steady.per_call_s["authenticated"],
        "packets_per_call_s_by_place": steady.per_call_s,
        "lost": steady.lost, "losses": steady.losses,
        "send_lateness_p99_ms": steady_calls.lateness_p99_ms(steady),
        "valid": not steady.invalid, "invalid_because": steady.invalid or None,
    }, [figure, system_calls, lost]
