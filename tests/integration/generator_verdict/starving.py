"""Runs of janus-harness that are starved on purpose."""

import json
import os
import shutil
import signal
import subprocess
import time

import harness_support as support

MARK = "GENERATOR_VERDICT_TEST_MARK"


class Running:
    """A run on the testbed with the default limits, while it goes on."""

    def __init__(self, folder, scenario, *arguments):
        self.folder = folder
        self.process = subprocess.Popen(
            [support.BINARY, "run", scenario, *arguments, "--out", folder],
            env={**support.environment(), MARK: folder}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait_for_event(self, name, count, limit=30):
        """Until so many events of this name are in events.jsonl."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.process.poll() is None:
            if self.events().count(name) >= count:
                return True
            time.sleep(0.05)
        return support.check(False, f"{count} {name} came")

    def events(self):
        try:
            with open(f"{self.folder}/events.jsonl", encoding="utf-8") as file:
                return [json.loads(line)["event"] for line in file if line.endswith("\n")]
        except OSError:
            return []

    def worker_process(self):
        """The process that does the work: the one of the run that has several threads."""
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    ours = f"{MARK}={self.folder}".encode() in file.read().split(b"\0")
                with open(f"/proc/{entry}/comm", encoding="utf-8") as file:
                    harness = file.read().startswith("janus-harness")
                if ours and harness and len(os.listdir(f"/proc/{entry}/task")) > 1:
                    return int(entry)
            except OSError:
                pass
        return None

    def finish(self, timeout=60):
        output, _ = self.process.communicate(timeout=timeout)
        return Ended(self.folder, self.process.returncode, output)


class Ended:
    def __init__(self, folder, exit_code, output):
        self.exit_code = exit_code
        self.output = output
        try:
            with open(f"{folder}/result.json", encoding="utf-8") as file:
                self.result = json.load(file)
        except OSError:
            self.result = {}

    @property
    def reason(self):
        return self.result.get("reason", "")


def stop_for(process, seconds):
    """SIGSTOP for so long."""
    os.kill(process, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(process, signal.SIGCONT)


def take_the_core(process, seconds):
    """Busy loops that win against the process on one core. Says which."""
    core = min(os.sched_getaffinity(0))
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setaffinity(int(thread), {core})
    loop = f"import os,time\nos.sched_setaffinity(0,{{{core}}})\nend=time.monotonic()+{seconds}\n" \
           "while time.monotonic()<end: pass"
    real_time = ["chrt", "-f", "50"]
    allowed = shutil.which("chrt") and \
        subprocess.run([*real_time, "true"], capture_output=True).returncode == 0
    if allowed:
        subprocess.run([*real_time, "python3", "-c", loop], check=True)
        return "one at real-time priority"
    loops = [subprocess.Popen(["python3", "-c", loop]) for _ in range(40)]
    for each in loops:
        each.wait()
    return "40 of ordinary priority, real-time priority not being allowed here"
