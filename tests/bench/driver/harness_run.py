"""A run of janus-harness against the capacity stub, on one core, watched from outside."""
import csv
import json
import pathlib
import subprocess
import time

import machine
import process_figures
import programs

SCENARIOS = pathlib.Path(__file__).resolve().parents[1] / "scenarios"


def write_accounts(path, count):
    with open(path, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "secret"])
        writer.writerows([f"bench{number}", "secret"] for number in range(count))


class HarnessRun:
    """Use it as a context manager; what is still running at its end is killed."""

    def __init__(self, options, folder, scenario, url, clients, **variables):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        write_accounts(folder / "accounts.csv", clients)
        settings = {"calls": clients} | variables
        command = ["taskset", "-c", str(machine.measured_core()),
                   str(options.binaries / "janus-harness"), "run", str(SCENARIOS / scenario),
                   "--url", url, "--far-end", "none", "--callee", "sip:stub@127.0.0.1",
                   "--sip-proxy", "sip:127.0.0.1", "--accounts", str(folder / "accounts.csv"),
                   "--media-address", "127.0.0.1", "--out", str(folder), "--quiet"]
        for name, value in settings.items():
            command += ["--set", f"{name}={value}"]
        self.process = programs.start(command, folder / "harness.log")

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def alive(self):
        return self.process.poll() is None

    def cpu_s(self):
        return process_figures.cpu_s(self.process.pid)

    def memory_kb(self):
        return process_figures.memory_kb(self.process.pid)

    def said(self):
        """The last that it printed."""
        lines = (self.folder / "harness.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing was printed"

    def wait_until(self, condition, timeout, what):
        """Asks `condition` ten times a second."""
        deadline = time.monotonic() + timeout
        while not condition():
            if not self.alive():
                raise programs.Failed(f"janus-harness ended before {what}: {self.said()}")
            if time.monotonic() > deadline:
                raise programs.Failed(f"{what}: not within {timeout:.0f} s")
            time.sleep(0.1)

    def finish(self, timeout):
        """Its result.json, once it has ended by itself."""
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise programs.Failed(f"janus-harness did not end within {timeout:.0f} s") from None
        path = self.folder / "result.json"
        if not path.exists():
            raise programs.Failed(f"janus-harness left no result: {self.said()}")
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise programs.Failed(f"janus-harness left a broken result: {error}") from None


def why_not_completed(result):
    """Empty when every client did what it had to."""
    calls, iterations = result["calls"], result["iterations"]
    if calls["failed"] != 0:
        return f"{calls['failed']} of {calls['started']} calls failed: {calls['failures']}"
    if iterations["failed"] or iterations["dropped"]:
        return (f"of {iterations['planned']} iterations {iterations['failed']} failed: "
                f"{iterations['failures']}; {iterations['dropped']} were dropped")
    for what, counts in (("calls", calls), ("iterations", iterations)):
        if counts["interrupted"] or counts["completed"] != counts["planned"]:
            return (f"of {counts['planned']} {what} only {counts['completed']} were completed; "
                    f"{counts['interrupted']} were interrupted")
    return ""


def why_not_valid(result):
    """Empty when besides the generator kept up and nothing broke."""
    generator = result["generator"]
    if result["verdict"] == "error":
        return f"the run broke: {result['reason']}"
    return "; ".join(generator["reasons"]) if not generator["valid"] else why_not_completed(result)
