"""What integration tests share: running janus-harness, reading a run's folder, and checks that go on
after a failure, so that one run of a test tells everything that is wrong.

Usage: the path of the janus-harness binary is the first argument of every test.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile

BINARY = os.path.abspath(sys.argv[1])
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
SKIPPED = 77

# In the order in which interfaces define them.
LATENCY_METRICS = (
    "create", "attach", "registration_request_delay", "message_ack", "session_request_delay",
    "invite_at_far_end", "call_accepted", "ice_connected", "dtls_connected", "webrtcup",
    "first_audio_from_far_end", "first_audio_at_far_end", "call_setup", "session_disconnect_delay")
DIRECTIONS = ("to_far_end", "from_far_end")

os.environ["PATH"] += ":/usr/sbin:/sbin"
_failures = []


def scenario(name):
    """The path of a shipped scenario: scenario("load/outgoing_call")."""
    return os.path.join(ROOT, "scenarios", name + ".json")


def check(condition, text, detail=""):
    """Notes a failure and goes on; finish() turns failures into the exit code."""
    if not condition:
        _failures.append(text)
        print(f"FAILED: {text}{': ' if detail != '' else ''}{detail}", flush=True)
    return bool(condition)


def check_equal(actual, expected, text):
    return check(actual == expected, text, f"expected {expected!r}, got {actual!r}")


def finish():
    """Ends the test: 0 when every check held."""
    print(f"{len(_failures)} checks failed" if _failures else "all checks held")
    sys.exit(1 if _failures else 0)


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def skip_without(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"{program} is not installed")


def skip_without_namespaces():
    """Ends the test as skipped only where the kernel gives us no network namespace at all."""
    probes = (["unshare", "-n", "true"], ["unshare", "-r", "-n", "true"])
    if not any(subprocess.run(p, capture_output=True).returncode == 0 for p in probes):
        skip("this machine allows no network namespaces")


class Run:
    """One run of `janus-harness run`: exit code, console text and the folder it wrote."""

    def __init__(self, folder, process):
        self.folder = folder
        self.exit_code = process.returncode
        self.output = process.stdout + process.stderr

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    @property
    def result(self):
        return json.loads(self.text("result.json"))

    @property
    def calls(self):
        """The rows of calls.csv, each a dict of texts."""
        with open(self.path("calls.csv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def events(self):
        return [json.loads(line) for line in self.text("events.jsonl").splitlines()]


def environment():
    """Ours without what would change the harness's options."""
    return {k: v for k, v in os.environ.items() if not k.startswith("JANUS_HARNESS_")}


def run_program(arguments, timeout=120, **options):
    """Runs janus-harness with these arguments."""
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=timeout,
                          env=environment(), stdin=subprocess.DEVNULL, **options)


# A machine busy with other things makes a run invalid (exit 4); what these tests look at does not
# depend on its speed.
PATIENCE = [argument for limit in ("max_send_lateness", "max_loop_lag", "max_stall", "max_run_delay")
            for argument in ("--set", f"generator.{limit}=1000s")]


def settings(*pairs):
    """The arguments --set … for pairs like "talk=3s"."""
    return [argument for pair in pairs for argument in ("--set", pair)]


def run_scenario(path, *arguments, folder, timeout=120):
    """`janus-harness run path …` with its results in `folder`."""
    process = run_program(["run", path, *arguments, *PATIENCE, "--out", folder], timeout)
    return Run(folder, process)


def check_passed(run, name, exit_code=0):
    """The exit code, with the console text when it is another one. False: no results to look at."""
    good = check_equal(run.exit_code, exit_code, f"{name}: exit code")
    if not good:
        print(run.output)
    return os.path.exists(run.path("result.json")) and check(
        good or exit_code == 0, f"{name}: wrote its results")


def temporary_folder():
    """A folder that goes away with the test; JANUS_HARNESS_TEST_KEEP=DIR keeps it there."""
    keep = os.environ.get("JANUS_HARNESS_TEST_KEEP")
    if keep:
        os.makedirs(keep, exist_ok=True)
        folder = tempfile.mkdtemp(prefix="run-", dir=keep)
        print("results are kept in", folder)
        return _Kept(folder)
    return tempfile.TemporaryDirectory(prefix="janus-harness-test-")


class _Kept:
    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        return self.folder

    def __exit__(self, *_):
        pass


def number(row, column):
    """A figure of calls.csv; None where the cell is empty."""
    return float(row[column]) if row[column] != "" else None
