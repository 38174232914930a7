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


def unknown(module, reason):
    """What stands in the JSON file for a benchmark that failed."""
    return module.unknown(reason) if hasattr(module, "unknown") else {"reason": reason}


def dated(result, figures):
    """The result with machine and date; each object of a list has them."""
    now = datetime.datetime.now(datetime.timezone.utc)
    taken = {"machine": machine.describe(), "date": now.isoformat(timespec="seconds")}
    if isinstance(result, list):
        return [entry | taken for entry in result]
    return result | {"figures": [figure.as_json() for figure in figures]} | taken


def run_one(name, options, workspace):
    """What the JSON file has of it, and whether all of it was measured. A benchmark that failed says
    why, and has no figures."""
    module = BENCHMARKS[name]
    print(f"{name}: {module.ABOUT}", flush=True)
    try:
        result, figures = module.measure(options, workspace)
    except (programs.Failed, OSError, LookupError, ValueError) as failure:
        # What a program printed, left or was asked for in vain: the others are still to be measured.
        reason = str(failure) if isinstance(failure, programs.Failed) else repr(failure)
        print(f"  not measured: {reason}\n", flush=True)
        return dated(unknown(module, reason), []), False
    print("\n".join(table.lines(figures)) + "\n", flush=True)
    return dated(result, figures), all(figure.known() for figure in figures)


def write(path, results):
    path.write_text(json.dumps(results, indent=4) + "\n", encoding="utf-8")


def run(options):
    """Exit code 0 when everything was measured, 1 otherwise; targets that are not met do not
    count, for they are those of one machine."""
    results, complete = {}, True
    with tempfile.TemporaryDirectory(prefix="janus-harness-bench-") as temporary:
        workspace = options.keep or pathlib.Path(temporary)
        workspace.mkdir(parents=True, exist_ok=True)
        for name in options.names:
            results[name], measured = run_one(name, options, workspace)
            complete = complete and measured
            if options.json:
                write(options.json, results)  # each time: what was measured survives a Ctrl-C
    return 0 if complete else 1
