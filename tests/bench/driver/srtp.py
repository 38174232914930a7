"""srtp: our SRTP beside libsrtp2 and the cipher alone."""
ABOUT = "protecting and unprotecting a packet, beside libsrtp2 and the cipher alone"

import programs
from figure import Figure


def measure(options, _workspace):
    profiles = programs.run(options.binaries / "bench_srtp")
    figures = []
    for profile in profiles:
        for action in ("protect", "unprotect"):
            for peer in ("libsrtp2", "bare"):
                figures.append(Figure(f"{profile['profile']} {action}", profile[f"{action}_us"],
                                      "us", peer, profile[f"{peer}_{action}_us"]))
    return {"profiles": profiles}, figures
