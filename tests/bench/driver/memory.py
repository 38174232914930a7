"""memory: resident growth divided by clients."""
import time

import programs
import steady_calls
from figure import Figure, growth
from harness_run import HarnessRun, why_not_completed
from stub import Stub

ABOUT = "resident memory of a registered client and of one in a call, over WebSocket and HTTP"
FEW = 100
REGISTER_RATE = 500


def registered(options, folder, clients, transport):
    """Memory by kind in KiB while that many clients are registered and idle."""
    ramp = clients / REGISTER_RATE
    with Stub(options, folder) as stub, \
            HarnessRun(options, folder, "registered.json", stub.url(transport), clients,
                       rate=REGISTER_RATE, hold=f"{ramp + 8:.3f}s") as run:
        # Two requests after the session is there its client is registered.
        run.wait_until(lambda: stub.counters()["sessions"] >= clients, ramp + 30,
                       f"{clients} clients were registered")
        time.sleep(4)
        memory = run.memory_kb()
        if stub.counters()["sessions"] < clients:
            raise programs.Failed(f"{clients} clients were not registered at the same time")
        invalid = why_not_completed(run.finish(ramp + 60))
    return memory, invalid


def in_call(options, folder, clients, transport):
    steady = steady_calls.measure(options, folder, clients, 2, transport)
    # A generator that was late has as much memory as one that was not.
    return steady.memory_kb, why_not_completed(steady.result)


def each(options, workspace, clients, state, transport):
    """Growth by kind in KiB a client, and why it is not known or not to be trusted."""
    measure_one = in_call if state == "in_call" else registered
    try:
        (low, _), (high, invalid) = [
            measure_one(options, workspace / f"memory-{state}-{transport}-{count}", count, transport)
            for count in (FEW, clients)]
    except programs.Failed as failure:
        return {}, str(failure)
    return {kind: growth(low[kind], high[kind], FEW, clients) for kind in low}, invalid


def measure(options, workspace):
    clients = max(options.calls or 5000, FEW + 1)
    result, figures = {"clients": clients}, []
    for name, state, transport, limit in (
            ("registered_kb", "registered", "ws", 20), ("in_call_kb", "in_call", "ws", 40),
            ("http_registered_kb", "registered", "http", 40),
            ("http_in_call_kb", "in_call", "http", 64)):
        kinds, reason = each(options, workspace, clients, state, transport)
        result[name] = kinds.get("resident")
        result[f"{name}_by_kind"] = kinds or None
        if reason:
            result[f"{name}_reason"] = reason
        figures.append(Figure(f"{state.replace('_', ' ')}, {transport}", kinds.get("resident"), "KB",
                              at_most=limit, reason=reason, valid=not (reason and kinds)))
    return result, figures
