"""Loss is exact also for a rule that the harness knows nothing of: in `janus-harness testbed`,
nftables drops every 20th RTP packet, and `janus-harness run --url` finds out how many.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))

from harness_support import (BINARY, PATIENCE, Run, check, check_equal, finish, run_program,
                             skip_without, skip_without_namespaces, temporary_folder)
from loss_checks import check_loss

FOLDER = os.path.dirname(os.path.abspath(__file__))
CALLS = 5

# RTP: version 2, and a second byte that is no RTCP type (RFC 5761 4).
RULES = """
table inet by_hand {
    counter dropped { }
    chain drop_some {
        numgen inc mod 20 == 0 counter name "dropped" drop
    }
    chain arriving {
        type filter hook input priority 0; policy accept;
        ip daddr %s meta l4proto udp @th,64,2 2 @th,72,8 != 192-223 jump drop_some
    }
}
"""

# Runs inside the testbed, where the addresses are known. With --url the harness takes the address of
# the route to Janus for everything; browsers and phones need their own here, for the rule. The
# testbed's registrar has port 5060.
SCRIPT = """
set -e
printf '%s' "$RULES" | sed "s/TARGET/$(printenv "$TARGET_NAME")/" | nft -f -
code=0
"$BINARY" run "$SCENARIO" --url "$JANUS_URL" --media-address "$BROWSER_ADDRESS" \\
    --far-end-address "$FAR_END_ADDRESS:5070" $PATIENCE --out "$OUT" || code=$?
nft -j list counter inet by_hand dropped > "$OUT/counter.json"
exit $code
"""


def check_by_hand(name, target, lossy, folder):
    out = os.path.join(folder, target)
    os.environ.update(RULES=RULES % "TARGET", TARGET_NAME=target, BINARY=BINARY, OUT=out,
                      SCENARIO=os.path.join(FOLDER, "plain.json"), PATIENCE=" ".join(PATIENCE))
    process = run_program(["testbed", "--log-folder", out, "--", "sh", "-c", SCRIPT])
    run = Run(out, process)
    if not check_equal(run.exit_code, 0, f"{name}: exit code"):
        print(run.output)
        return
    listed = json.loads(run.text("counter.json"))["nftables"]
    dropped = next(entry["counter"]["packets"] for entry in listed if "counter" in entry)
    check(dropped > 0, f"{name}: something was dropped")
    check_equal(run.result["impairments"], [], f"{name}: the harness has no impairment of its own")
    check_loss(run, name, lossy, dropped, CALLS)


skip_without_namespaces()
skip_without("nft", "sh", "sed")
with temporary_folder() as folder:
    check_by_hand("by hand towards the browser", "BROWSER_ADDRESS", "from_far_end", folder)
    check_by_hand("by hand towards the far end", "FAR_END_ADDRESS", "to_far_end", folder)
finish()
