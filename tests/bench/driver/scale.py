"""scale: what a call costs when there are many."""
import bare_loop
import programs
import steady_calls
from figure import Figure

ABOUT = "CPU of a call, loss, send lateness and memory at 100, 1,000, 2,500 and 5,000 calls"
POINTS = (100, 1000, 2500, 5000)


def point(options, workspace, calls):
    """A point that could not be measured has nulls and the reason."""
    try:
        steady = steady_calls.measure(options, workspace / f"scale-{calls}", calls,
                                      options.seconds or 20)
    except programs.Failed as failure:
        return {"calls": calls, "cpu_ms_per_call_s": None, "lost": None,
                "send_lateness_p99_ms": None, "max_rss_bytes": None, "valid": False,
                "invalid_because": str(failure), "reason": str(failure)}
    generator = steady.result["generator"]
    limit, no_limit = bare_loop.attempt(options.binaries, calls, seconds=3)
    return {
        "calls": calls, "cpu_ms_per_call_s": steady.cpu_ms_per_call_s, "lost": steady.lost,
        "send_lateness_p99_ms": steady_calls.lateness_p99_ms(steady),
        "max_rss_bytes": generator["max_rss_bytes"],
        "seconds": steady.seconds, "packets_per_call_s": steady.per_call_s["authenticated"],
        "packets_per_call_s_by_place": steady.per_call_s,
        "losses": steady.losses, "verdict": steady.result["verdict"],
        "valid": not steady.invalid, "invalid_because": steady.invalid or None,
        "bare_loop_ms_per_call_s": limit,
        **({"bare_loop_reason": no_limit} if no_limit else {}),
    }


def figures_of(measured, most):
    calls = measured["calls"]
    reasons = [measured.get("invalid_because"), measured.get("bare_loop_reason")]
    reason = "; ".join(filter(None, reasons))
    valid = measured["valid"]
    yield Figure(f"{calls:,} calls: CPU per call-second", measured["cpu_ms_per_call_s"], "ms",
                 "bare loop", measured.get("bare_loop_ms_per_call_s"), reason=reason, valid=valid)
    if calls == most:
        yield Figure(f"{calls:,} calls: packets lost", measured["lost"], "", at_most=0,
                     valid=valid)
        yield Figure(f"{calls:,} calls: send lateness p99", measured["send_lateness_p99_ms"], "ms",
                     at_most=5, valid=valid)


def measure(options, workspace):
    most = options.calls or POINTS[-1]
    counts = [calls for calls in POINTS if calls < most] + [most]
    points = [point(options, workspace, calls) for calls in counts]
    figures = [figure for measured in points for figure in figures_of(measured, most)]
    growth = Figure(f"a call of {most:,} beside one of {counts[0]:,}",
                    points[-1]["cpu_ms_per_call_s"], "ms", f"at {counts[0]:,} calls",
                    points[0]["cpu_ms_per_call_s"], ratio_at_most=1.2,
                    valid=points[0]["valid"] and points[-1]["valid"])
    return {"points": points, "ratio_most_to_least": growth.ratio()}, figures + [growth]
