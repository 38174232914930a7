"""Runs benchmarks one after the other, prints their tables and writes the JSON."""
import datetime
import json
import pathlib
import sys
import tempfile

import far_end
import ice
import machine
import media
import memory
import programs
import scale
import setup
import signalling
import srtp
import table

BENCHMARKS = {
    "media": media, "far_end": far_end, "setup": setup, "memory": memory,
    "signalling": signalling, "scale": scale, "srtp": srtp, "ice": ice,
}


def names():
    return list(BENCHMARKS)


def print_list():
    for name, module in BENCHMARKS.items():
        print(f"{name:<12}{module.ABOUT}")


def run_one(name, options, workspace):
    """The object for the JSON file. A benchmark that failed says why, and has no figures."""
    print(f"{name}: {BENCHMARKS[name].ABOUT}", flush=True)
    try:
        result, figures = BENCHMARKS[name].measure(options, workspace)
    except programs.Failed as failure:
        print(f"  not measured: {failure}\n", flush=True)
        result, figures = {"reason": str(failure)}, []
    else:
        print("\n".join(table.lines(figures)) + "\n", flush=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    return result | {"figures": [figure.as_json() for figure in figures],
                     "machine": machine.describe(), "date": now.isoformat(timespec="seconds")}


def write(path, results):
    path.write_text(json.dumps(results, indent=4) + "\n", encoding="utf-8")


def run(options):
    """Exit code 0 when everything was measured, 1 otherwise; targets that are not met do not
    count, for they are those of one machine."""
    results = {}
    with tempfile.TemporaryDirectory(prefix="janus-harness-bench-") as temporary:
        workspace = options.keep or pathlib.Path(temporary)
        workspace.mkdir(parents=True, exist_ok=True)
        for name in options.names:
            results[name] = run_one(name, options, workspace)
            if options.json:
                write(options.json, results)  # each time: what was measured survives a Ctrl-C
    return 1 if any("reason" in result for result in results.values()) else 0
