"""The capacity stub (tools/capacity_stub) as a process of its own, on the other core."""
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

import machine
import programs

# All run without a proxy, whatever the environment says.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stub:
    """Use it as a context manager."""

    def __init__(self, options, folder, *arguments):
        self.http_port, self.ws_port = free_port(), free_port()
        program = options.binaries / "janus-capacity-stub"
        if not program.exists():
            raise programs.Failed("janus-capacity-stub is not built")
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "stub.log", "wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(machine.other_core()), str(program), "--http",
                 str(self.http_port), "--ws", str(self.ws_port), *map(str, arguments)],
                stdout=log, stderr=log)
        self.log = folder / "stub.log"

    def __enter__(self):
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until_ready(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                return self.counters()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        lines = self.log.read_text(errors="replace").splitlines()
        raise programs.Failed(f"the capacity stub does not answer: {lines[-1] if lines else ''}")

    def url(self, transport):
        if transport == "ws":
            return f"ws://127.0.0.1:{self.ws_port}/"
        return f"http://127.0.0.1:{self.http_port}/janus"

    def counters(self):
        """See Counters in tools/capacity_stub/counters.h."""
        url = f"http://127.0.0.1:{self.http_port}/stub/counters"
        with OPENER.open(url, timeout=10) as answer:
            return json.load(answer)
