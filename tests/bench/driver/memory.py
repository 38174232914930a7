"""memory: resident growth divided by clients."""
import time

import programs
from figure import Figure, growth
from harness_run import HarnessRun
from stub import Stub

ABOUT = "resident memory of a registered client and of one in a call, over WebSocket and HTTP"
FEW = 100
SETTLE_S = 4  # after the last client is there

# By state: scenario, clients begun a second, variable that keeps them there, the stub's counter of
# them. A session is there two requests before its client is registered, which is what settling is
# for too.
STATES = {
    "registered": ("registered.json", 500, "hold", "sessions"),
    "in_call": ("calls.json", 200, "talk", "active_calls"),
}
# The figure's name in the JSON, state, transport, limit in KB.
FIGURES = (
    ("registered_kb", "registered", "ws", 20),
    ("in_call_kb", "in_call", "ws", 40),
    ("http_registered_kb", "registered", "http", 40),
    ("http_in_call_kb", "in_call", "http", 64),
)


def memory_of(options, folder, state, transport, clients):
    """Memory by kind in KiB while all clients are in that state. The run is not waited for: it has
    served its purpose when the stub has seen that all of them were there."""
    scenario, rate, stay, counter = STATES[state]
    ramp = clients / rate
    staying = {stay: f"{2 * ramp + 60:.0f}s"}
    with Stub(options, folder) as stub, \
            HarnessRun(options, folder, scenario, stub.url(transport), clients, rate=rate,
                       **staying) as run:
        run.wait_until(lambda: stub.counters()[counter] >= clients, ramp + 40,
                       f"{clients} clients were {state.replace('_', ' ')}")
        time.sleep(SETTLE_S)
        memory = run.memory_kb()
        left = stub.counters()[counter]
    if left != clients:
        raise programs.Failed(f"of {clients} clients only {left} stayed {state.replace('_', ' ')}")
    return memory


def each(options, workspace, clients, state, transport):
    """Growth by kind in KiB a client, and why it is not known."""
    try:
        low, high = [
            memory_of(options, workspace / f"memory-{state}-{transport}-{count}", state, transport,
                      count)
            for count in (FEW, clients)]
    except programs.Failed as failure:
        return {}, str(failure)
    return {kind: growth(low[kind], high[kind], FEW, clients) for kind in low}, ""


def measure(options, workspace):
    clients = max(options.calls or 5000, FEW + 1)
    result, figures = {"clients": clients}, []
    for name, state, transport, limit in FIGURES:
        kinds, reason = each(options, workspace, clients, state, transport)
        result[name] = kinds.get("resident")
        result[f"{name}_by_kind"] = kinds or None
        if reason:
            result[f"{name}_reason"] = reason
        figures.append(Figure(f"{state.replace('_', ' ')}, {transport}", kinds.get("resident"), "KB",
                              at_most=limit, reason=reason))
    reasons = [f"{figure.name}: {figure.reason}" for figure in figures if figure.reason]
    return result | {"valid": not reasons, "invalid_because": "; ".join(reasons) or None}, figures
