"""Clients that are set up once run all their iterations: with none but the last clients at work,
the plan once counted as over, and what they still had to do was dropped."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (check_equal, check_passed, finish, run_scenario,
                             skip_without_namespaces, temporary_folder)

SCENARIO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "iterations.json")


def main():
    skip_without_namespaces()
    with temporary_folder() as folder:
        run = run_scenario(SCENARIO, folder=os.path.join(folder, "run"))
        if check_passed(run, "two clients, two iterations of two calls"):
            check_equal(run.result["iterations"]["completed"], 4, "iterations completed")
            check_equal(run.result["calls"]["completed"], 8, "calls completed")
            check_equal(len({row["client"] for row in run.calls}), 2, "clients")
            registered = run.result["latency_ms"]["registration_request_delay"]["count"]
            check_equal(registered, 2, "registrations")
    finish()


main()
