"""The capacity stub (tools/capacity_stub) as a process of its own, on the other core."""
import http.client
import json
import socket
import subprocess
import time
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
        self.log = folder / "stub.log"
        self.process = programs.start(
            ["taskset", "-c", machine.other_core(), program, "--http", self.http_port,
             "--ws", self.ws_port, *arguments], self.log)

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
            except programs.Failed:
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
        try:
            with OPENER.open(url, timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise programs.Failed(f"the capacity stub gave no counters: {error}") from None
