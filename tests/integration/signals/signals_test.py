"""However a run is ended, its report or at least its events are there, and no process, namespace,
call or session stays behind."""

import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

CALLS = 4
MARK = "SIGNALS_TEST_MARK"


def wait_until(condition, limit=20):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def processes(mark):
    """Process ids of a run, by the mark in their environment: name by id."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if f"{MARK}={mark}".encode() not in file.read().split(b"\0"):
                    continue
            with open(f"/proc/{entry}/comm", encoding="utf-8") as file:
                found[int(entry)] = file.read().strip()
        except OSError:
            pass
    return found


def network_of(pid):
    return os.readlink(f"/proc/{pid}/ns/net")


def in_network(namespace):
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if network_of(entry) == namespace:
                found.append(int(entry))
        except OSError:
            pass
    return found


class Started:
    """A run of four long calls, in a process group of its own as a shell would start it."""

    def __init__(self, folder, name, talk="60"):
        self.folder = f"{folder}/{name}"
        self.name = name
        self.mark = self.folder
        self.scratch = f"{folder}/{name}-tmp"
        os.mkdir(self.scratch)
        self.process = subprocess.Popen(
            [support.BINARY, "run", support.scenario("load/outgoing_call"), "--calls", str(CALLS),
             "--talk", talk, *support.PATIENCE, *support.settings("rate=10"), "--out",
             self.folder],
            env={**support.environment(), MARK: self.mark, "TMPDIR": self.scratch},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)

    def events(self):
        """Those that are already in the file; a last line in the making left out."""
        try:
            with open(f"{self.folder}/events.jsonl", encoding="utf-8") as file:
                return [json.loads(line) for line in file if line.endswith("\n")]
        except OSError:
            return []

    def talking(self):
        return sum(event["event"] == "first_audio" for event in self.events()) >= 2 * CALLS

    def wait_for_calls(self):
        check(wait_until(self.talking), f"{self.name}: {CALLS} calls with audio both ways",
              [event["event"] for event in self.events()])
        self.namespace = network_of(self.janus())

    def janus(self):
        return next(pid for pid, name in processes(self.mark).items() if name == "janus")

    def end(self, limit=20):
        """Its exit code; the output is kept."""
        try:
            self.output, _ = self.process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            check(False, f"{self.name}: ended within {limit} s")
            self.process.kill()
            self.output, _ = self.process.communicate()
        return self.process.returncode

    def check_nothing_left(self):
        check(wait_until(lambda: not processes(self.mark), 10), f"{self.name}: no process left",
              processes(self.mark))
        check(wait_until(lambda: not in_network(self.namespace), 10),
              f"{self.name}: no process in its network namespace left")
        check_equal(os.listdir(self.scratch), [], f"{self.name}: no temporary file left")

    def check_report(self):
        files = ("result.json", "report.html", "junit.xml", "calls.csv", "events.jsonl")
        missing = [name for name in files if not os.path.exists(f"{self.folder}/{name}")]
        if not check(not missing, f"{self.name}: written", missing):
            print(self.output)
            return None
        with open(f"{self.folder}/result.json", encoding="utf-8") as file:
            return json.load(file)

    def check_interrupted(self):
        check_equal(self.end(), 130, f"{self.name}: exit code")
        result = self.check_report()
        if result is None:
            return
        check("interrupted" in result["reason"], f"{self.name}: reason", result["reason"])
        check_equal((result["calls"]["established"], result["calls"]["failures"]), (CALLS, {}),
                    f"{self.name}: established calls, and none failed")
        check_equal(result["latency_ms"]["call_setup"]["count"], CALLS,
                    f"{self.name}: what was measured is kept")
        left = result["leftovers"]
        check_equal((left["janus_sessions"], left["janus_handles"], left["balance"]), (0, 0, {}),
                    f"{self.name}: left on Janus and in the harness")
        self.check_nothing_left()


def check_signal(folder, number):
    run = Started(folder, number.name)
    run.wait_for_calls()
    os.kill(run.process.pid, number)
    run.check_interrupted()


def check_terminal(folder):
    """Ctrl-C reaches every process of the group; Janus must outlive the hang-ups nevertheless."""
    run = Started(folder, "ctrl-c")
    run.wait_for_calls()
    os.killpg(run.process.pid, signal.SIGINT)
    run.check_interrupted()


def check_impatient(folder):
    """Janus hangs, so that hanging up takes its time: the second SIGINT does not wait for it."""
    run = Started(folder, "twice")
    run.wait_for_calls()
    janus = run.janus()
    os.kill(janus, signal.SIGSTOP)
    try:
        os.kill(run.process.pid, signal.SIGINT)
        time.sleep(1.3)  # well within the time that closing is given; no repetition of the first
        check_equal(run.process.poll(), None, "twice: still hanging up after the first")
        os.kill(run.process.pid, signal.SIGINT)
        start = time.monotonic()
        check_equal(run.end(), 130, "twice: exit code")
        check(time.monotonic() - start < 5, "twice: the second ends it at once",
              time.monotonic() - start)
    finally:
        if janus in processes(run.mark):
            os.kill(janus, signal.SIGCONT)
    run.check_report()
    run.check_nothing_left()


def check_kill(folder):
    """Of a run that is killed, what was written as it happened survives, in whole lines."""
    run = Started(folder, "SIGKILL")
    run.wait_for_calls()
    time.sleep(0.3)
    os.kill(run.process.pid, signal.SIGKILL)
    check_equal(run.end(), -signal.SIGKILL, "SIGKILL: exit code")
    run.check_nothing_left()
    with open(f"{run.folder}/events.jsonl", encoding="utf-8") as file:
        text = file.read()
    check(text.endswith("\n"), "SIGKILL: the last line of events.jsonl is whole", text[-100:])
    events = [json.loads(line)["event"] for line in text.splitlines()]
    check_equal([events.count(name) for name in ("registered", "accepted")], [CALLS, CALLS],
                "SIGKILL: events.jsonl tells what happened")


def check_early(folder):
    """A signal while the testbed still starts."""
    run = Started(folder, "early")
    check(wait_until(lambda: "janus" in processes(run.mark).values()), "early: Janus starts")
    run.namespace = network_of(run.janus()) if "janus" in processes(run.mark).values() else ""
    os.kill(run.process.pid, signal.SIGINT)
    check_equal(run.end(), 130, "early: exit code")
    run.check_nothing_left()


def main():
    support.skip_without_namespaces()
    support.skip_without("janus")
    with support.temporary_folder() as folder:
        for number in (signal.SIGINT, signal.SIGTERM):
            check_signal(folder, number)
        check_terminal(folder)
        check_impatient(folder)
        check_kill(folder)
        check_early(folder)
    support.finish()


main()
