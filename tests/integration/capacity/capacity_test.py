"""`janus-harness capacity` finds a level that is known beforehand, ends at the upper end where
nothing breaks, and never blames Janus when the harness itself did not keep up."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

LIMITED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "limited.json")


def search(folder, *arguments):
    """Exit code, console text and capacity.json of one search."""
    process = support.run_program(["capacity", LIMITED, "--hold", "0.5", *arguments, "--out", folder])
    path = os.path.join(folder, "capacity.json")
    if not check(os.path.exists(path), "capacity.json is written", process.stdout + process.stderr):
        return process, {"conclusion": {}, "trials": []}
    with open(path, encoding="utf-8") as file:
        return process, json.load(file)


def check_limit(folder):
    process, found = search(folder, *support.PATIENCE)
    conclusion = found["conclusion"]
    check_equal(process.returncode, 0, "a limit that was found: exit code")
    check_equal(conclusion.get("kind"), "limit", "a limit that was found: kind")
    check_equal(conclusion.get("level"), 6, "the highest level that holds")
    check_equal(conclusion.get("above"), 7, "the lowest level that does not")
    check_equal(conclusion.get("confirmed"), True, "the level was tried twice")
    check_equal([trial["level"] for trial in found["trials"]].count(6), 2, "trials at the level")
    check_equal(conclusion.get("ran_out"), "unknown",
                "what ran out, where Janus had nothing to do with it")
    check("6 clients (held twice); at 7" in process.stdout, "the conclusion in a sentence",
          process.stdout)
    broken = [trial for trial in found["trials"] if trial["level"] >= 7]
    check(broken and all(trial["verdict"] == "failed" for trial in broken), "levels that broke")
    check(all(trial["broken"] == "iterations.started < 7" for trial in broken),
          "which threshold broke")
    for trial in found["trials"]:
        check(os.path.exists(os.path.join(trial["folder"], "report.html")),
              "each trial has a folder of its own", trial["folder"])
        check((trial["janus_threads"] or 0) > 3, "threads of the testbed's Janus", trial)


def check_upper_end(folder):
    process, found = search(folder, "--to", "5", *support.PATIENCE)
    check_equal(process.returncode, 0, "the upper end: exit code")
    check_equal(found["conclusion"].get("kind"), "upper_end", "the upper end: kind")
    check_equal(found["conclusion"].get("level"), 5, "the upper end: level")
    check_equal(found["conclusion"].get("ran_out"), None, "the upper end: nothing ran out")


def check_generator(folder):
    process, found = search(folder, "--set", "generator.max_loop_lag=0ms")
    check_equal(process.returncode, 4, "a generator that cannot keep up: exit code")
    conclusion = found["conclusion"]
    # The shortest runs may have nothing to be judged by.
    check(conclusion.get("kind") in ("generator_first", "at_least"),
          "a generator that cannot keep up: kind", conclusion)
    check_equal(conclusion.get("ran_out"), "generator", "what ran out is the generator")
    check("says nothing about Janus" in process.stdout, "Janus is not blamed", process.stdout)


def check_usage(folder):
    storm = support.scenario("load/register_storm")
    process = support.run_program(["capacity", storm, "--hold", "5", "--out", folder])
    check_equal(process.returncode, 2, "a hold that the scenario cannot be told: exit code")
    process = support.run_program(["capacity", storm, "--out", folder])
    check_equal(process.returncode, 2, "clients that nothing keeps present: exit code")
    process = support.run_program(["capacity", LIMITED, "--from", "9", "--to", "5"])
    check_equal(process.returncode, 2, "--to below --from: exit code")
    process = support.run_program(["capacity", LIMITED, "--of", "rate", "--out", folder])
    check_equal(process.returncode, 2, "a rate where the load has none: exit code")


support.skip_without("janus")
support.skip_without_namespaces()
with support.temporary_folder() as scratch:
    check_limit(os.path.join(scratch, "limit"))
    check_upper_end(os.path.join(scratch, "upper_end"))
    check_generator(os.path.join(scratch, "generator"))
    check_usage(os.path.join(scratch, "usage"))
support.finish()
