"""setup: complete set-ups a second and core."""
import machine
import programs
from figure import Figure
from harness_run import HarnessRun, why_not_completed, why_not_valid
from stub import Stub

ABOUT = ("complete calls (create, attach, register, ICE, DTLS, audio both ways, hang-up, destroy) a "
         "second of CPU")
RATES = (100, 200, 300, 400, 500)  # calls begun a second; none higher once one was too much
TALK_S = 0.2


def at_rate(options, folder, rate, seconds):
    """One run: how many calls were completed, and the CPU that the whole process took for them."""
    calls = round(rate * seconds)
    with Stub(options, folder) as stub, \
            HarnessRun(options, folder, "calls.json", stub.url("ws"), calls, rate=rate,
                       talk=f"{TALK_S}s") as run:
        result = run.finish(seconds + 90)
    completed, cpu = result["calls"]["completed"], result["generator"]["cpu_s"]
    return {"rate": rate, "planned": calls, "completed": completed, "cpu_s": cpu,
            "per_s_per_core": completed / cpu if cpu else None,
            "all_completed": not why_not_completed(result),
            "valid": not why_not_valid(result), "invalid_because": why_not_valid(result) or None}


def drive(options, workspace, seconds):
    """The rates in turn, up to the first that was too much."""
    runs = []
    for rate in RATES:
        try:
            runs.append(at_rate(options, workspace / f"setup-{rate}", rate, seconds))
        except programs.Failed as failure:
            runs.append({"rate": rate, "valid": False, "invalid_because": str(failure)})
        if not runs[-1]["valid"]:
            break
    return runs


def best_of(runs):
    """The highest rate that was carried in a valid run; else one at which the calls at least were
    all completed, whose CPU time says something too."""
    valid = [run for run in runs if run["valid"]]
    completed = [run for run in runs if run.get("all_completed")]
    return (valid or completed or [{"valid": False}])[-1]


def measure(options, workspace):
    handshake = programs.run(options.binaries / "bench_dtls_handshakes",
                             "--core", machine.measured_core())[0]
    # A browser that offers actpass is the server of the handshake when Janus takes the active part.
    peer = 1e3 / handshake["server_ms"]
    runs = drive(options, workspace, options.seconds or 6)
    best = best_of(runs)
    reasons = [f"at {run['rate']}/s: {run['invalid_because']}" for run in runs if not run["valid"]]
    figure = Figure(f"complete set-ups, at {best.get('rate', '-')}/s", best.get("per_s_per_core"),
                    "/s/core", "DTLS handshakes alone, one end", peer, at_least=500,
                    reason="; ".join(reasons), valid=best["valid"])
    return {"per_s_per_core": best.get("per_s_per_core"), "at_rate": best.get("rate"),
            "valid": best["valid"], "invalid_because": None if best["valid"] else "; ".join(reasons),
            "runs": runs,
            "dtls_handshakes_per_s_per_core": peer, "handshake": handshake,
            "ratio_to_dtls_handshakes": figure.ratio()}, [figure]
