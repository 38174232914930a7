"""ice: our agent beside libnice's."""
import machine
import programs
from figure import Figure

ABOUT = "our ICE agent beside libnice's: CPU to connect a pair, heap of an agent, CPU of a packet"
PAIRS = 250


def measure(options, _workspace):
    ours, theirs = [
        programs.run(options.binaries / "bench_ice", "--implementation", implementation,
                     "--pairs", PAIRS, "--core", machine.measured_core())[0]
        for implementation in ("own", "libnice")]
    beside = "libnice"
    return {"own": ours, "libnice": theirs}, [
        Figure("gather to connected, a pair", ours["connect_ms_per_pair"], "ms", beside,
               theirs["connect_ms_per_pair"]),
        Figure("heap of an agent and its socket", ours["bytes_per_agent"] / 1024, "KB", beside,
               theirs["bytes_per_agent"] / 1024),
        Figure(f"a packet, send to callback, {PAIRS} pairs", ours["packet_us"], "us", beside,
               theirs["packet_us"]),
    ]
