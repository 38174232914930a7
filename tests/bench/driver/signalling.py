"""signalling: requests of the Janus API a second and core."""
import programs
from figure import Figure

ABOUT = "requests of the Janus API (message, ack and event) answered a second of CPU"
CLIENTS = 100
TARGETS = {"ws": 10000, "http": 4000}


def measure(options, _workspace):
    seconds = round(options.seconds or 4)
    result, figures = {}, []
    for transport, target in TARGETS.items():
        limit = programs.run(options.binaries / "bench_bare_signalling", "--transport", transport,
                             "--clients", CLIENTS, "--seconds", seconds)[0]
        ours = programs.run(options.binaries / "signalling_bench", "rate", transport, CLIENTS,
                            seconds)[0]
        figure = Figure(f"requests answered over {transport}", ours["requests_per_core"], "/s/core",
                        "raw ping-pong", limit["requests_per_core"], at_least=target)
        figures.append(figure)
        result[f"{transport}_per_s_per_core"] = ours["requests_per_core"]
        result[f"{transport}_bare_per_s_per_core"] = limit["requests_per_core"]
        result[f"{transport}_ratio_to_bare"] = figure.ratio()
        result[f"{transport}_messages_per_s_per_core"] = ours["messages_per_core"]
        result[f"{transport}_detail"] = ours
    return result, figures
