"""Loss is exact: what the harness calls lost is what the impairment's own counter says it dropped."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (check, check_equal, check_passed, finish, run_scenario, settings,
                             skip_without, skip_without_namespaces, temporary_folder)
from loss_checks import check_loss

FOLDER = os.path.dirname(os.path.abspath(__file__))
CALLS = 5

# Where packets are dropped, by which rule, which direction of the call's audio that is.
RUNS = [
    ("to_browser", 20, "from_far_end"),
    ("to_far_end", 20, "to_far_end"),
    ("from_browser", 7, "to_far_end"),
    ("from_far_end", 7, "from_far_end"),
]


def check_impairment(name, scenario, sets, direction, lossy, folder):
    run = run_scenario(os.path.join(FOLDER, scenario), *settings(*sets, f"direction={direction}"),
                       folder=os.path.join(folder, name.replace(" ", "_")))
    if not check_passed(run, name):
        return None
    impairments = run.result["impairments"]
    check_equal([one["direction"] for one in impairments], [direction], f"{name}: impairments")
    dropped = impairments[0]["dropped"]
    check(dropped > 0, f"{name}: something was dropped")
    check_loss(run, name, lossy, dropped, CALLS)
    return run, dropped


skip_without_namespaces()
skip_without("nft")
with temporary_folder() as folder:
    for direction, every, lossy in RUNS:
        done = check_impairment(f"every {every}th {direction}", "loss.json", [f"every={every}"],
                                direction, lossy, folder)
        if done and direction.startswith("from"):
            # The rule stands right behind the sender, so it saw all that was sent.
            run, dropped = done
            check_equal(dropped, run.result["audio"][lossy]["sent"] // every,
                        f"every {every}th {direction}: dropped by the rule")
    check_impairment("one in ten to_browser", "random_loss.json", [], "to_browser",
                     "from_far_end", folder)
finish()
