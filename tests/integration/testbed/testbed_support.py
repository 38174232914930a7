"""What the tests of this folder share: running testbed_program and looking for what it left."""

import os
import subprocess
import sys
import time

PROGRAM = os.path.abspath(sys.argv[1])
SIPP_SCENARIOS = os.path.join(os.path.dirname(__file__), "../../support/sipp")
SKIPPED = 77


def skip_without_namespaces():
    """Ends the script as skipped where the machine lets us make no namespaces."""
    probe = subprocess.run([PROGRAM, "network", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        print("skipped:", probe.stderr.strip())
        sys.exit(SKIPPED)


def skip_without(program):
    if subprocess.run(["which", program], capture_output=True,
                      env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}).returncode:
        print(f"skipped: {program} is not installed")
        sys.exit(SKIPPED)


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          **options)


def wait_until(condition, limit=10):
    """Asks until the condition holds; False when it does not within the limit (seconds)."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def processes_marked(mark):
    """Process ids whose environment holds the mark, this script's own left out."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if mark.encode() in file.read():
                    found.append(int(entry))
        except OSError:
            pass
    return found


def processes_in_namespace(link):
    """Process ids that still live in the network namespace named as "net:[4026532000]"."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/ns/net") == link:
                found.append(int(entry))
        except OSError:
            pass
    return found
