"""What the kernel says of a process."""
import pathlib


def cpu_s(pid):
    """CPU time of all its threads so far, user and system, to the nanosecond."""
    spent = 0
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent += int(path.read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass  # the thread has just ended
    return spent / 1e9


def memory_kb(pid):
    """Resident memory in KiB: all of it, and by kind."""
    kinds = {"VmRSS": "resident", "RssAnon": "anonymous", "RssFile": "file", "RssShmem": "shared"}
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name in kinds:
            found[kinds[name]] = int(value.split()[0])
    return found
