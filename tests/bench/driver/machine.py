"""The machine, and which cores the benchmarks use."""
import os
import platform


def model():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return None


def describe():
    return {"cores": len(os.sched_getaffinity(0)), "model": model(), "kernel": platform.release()}


def measured_core():
    """The core of what is measured."""
    return sorted(os.sched_getaffinity(0))[0]


def other_core():
    """The core of everything else: stub, reflectors. The same one where there is no other."""
    return sorted(os.sched_getaffinity(0))[-1]
