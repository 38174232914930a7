"""srtp: our SRTP beside libsrtp2 and the cipher alone."""
import machine
import programs
from figure import Figure

ABOUT = "protecting and unprotecting a packet, beside libsrtp2 and the cipher alone"
ACTIONS = ("protect", "unprotect")


def figures_of(profile):
    name = profile["profile"]
    for action in ACTIONS:
        ours = profile[f"{action}_us"]
        yield Figure(f"{name} {action}", ours, "us", "cipher", profile[f"bare_{action}_us"])
        yield Figure("", ours, "us", "libsrtp2", profile[f"libsrtp2_{action}_us"])
    # Contexts that are out of the caches, as those of thousands of calls are.
    both = sum(profile[f"in_turn_{action}_us"] for action in ACTIONS)
    bare = sum(profile[f"bare_in_turn_{action}_us"] for action in ACTIONS)
    yield Figure(f"{name} both, 5,000 sessions in turn", both, "us", "cipher", bare)
    yield Figure(f"{name} heap of a session", profile["heap_bytes"] / 1024, "KB", "libsrtp2",
                 profile["libsrtp2_heap_bytes"] / 1024)


def unknown(reason):
    """What stands in the JSON file where nothing was measured: a list too."""
    return [{"profile": None, "protect_us": None, "unprotect_us": None, "reason": reason}]


def measure(options, _workspace):
    profiles = programs.run(options.binaries / "bench_srtp", core=machine.measured_core())
    return profiles, [figure for profile in profiles for figure in figures_of(profile)]
