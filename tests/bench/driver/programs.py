"""Runs the benchmark programs, which print a JSON object a line."""
import json
import subprocess


class Failed(Exception):
    """A measurement could not be taken; the text says why."""


def start(command, log):
    """The process, which writes all it says to the file `log`."""
    try:
        with open(log, "wb") as file:
            return subprocess.Popen(list(map(str, command)), stdout=file, stderr=file)
    except OSError as error:
        raise Failed(f"{command[0]} cannot be run: {error}") from None


def run(path, *arguments, timeout=300, core=None):
    """The objects that the program printed, at least one; with `core` it runs on that one alone."""
    if not path.exists():
        raise Failed(f"{path.name} is not built")
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    command = [*pinned, str(path), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except OSError as error:
        raise Failed(f"{path.name} cannot be run: {error}") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{path.name} did not end within {timeout:.0f} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise Failed(f"{path.name} ended with exit code {done.returncode}: {last}")
    try:
        printed = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    except ValueError as error:
        raise Failed(f"{path.name} printed what is not JSON: {error}") from None
    if not printed:
        raise Failed(f"{path.name} printed no figures")
    return printed
