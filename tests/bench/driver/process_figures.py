"""What the kernel says of a process."""
import pathlib

import programs


def cpu_s(pid):
    """CPU time of all its threads so far, user and system, to the nanosecond."""
    spent = []
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent.append(int(path.read_text(encoding="ascii").split()[0]))
        except (FileNotFoundError, ProcessLookupError):
            pass  # the thread has just ended
    if not spent:
        raise programs.Failed(f"the CPU time of process {pid} is not known: it has ended")
    return sum(spent) / 1e9


def memory_kb(pid):
    """Resident memory in KiB: all of it, and by kind."""
    kinds = {"VmRSS": "resident", "RssAnon": "anonymous", "RssFile": "file", "RssShmem": "shared"}
    found = {}
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError as error:
        raise programs.Failed(f"the memory of process {pid} is not known: {error}") from None
    for line in status.splitlines():
        name, _, value = line.partition(":")
        if name in kinds:
            found[kinds[name]] = int(value.split()[0])
    if "resident" not in found:  # ended, but not waited for yet
        raise programs.Failed(f"process {pid} has ended and has no memory")
    return found
