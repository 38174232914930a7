"""Runs the benchmark programs, which print a JSON object a line."""
import json
import subprocess


class Failed(Exception):
    """A measurement could not be taken; the text says why."""


def run(path, *arguments, timeout=300):
    """The objects that the program printed."""
    command = [str(path), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except FileNotFoundError:
        raise Failed(f"{path.name} is not built") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{path.name} did not end within {timeout:.0f} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise Failed(f"{path.name} ended with exit code {done.returncode}: {last}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
