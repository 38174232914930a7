"""A machine that cannot hold the clients of a plan is told before anything is sent: what is needed,
what there is and what to do; exit 5."""

import os
import resource
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import harness_support as support
from harness_support import check, check_equal

# Nobody listens there: whoever gets so far ends with 3.
NOWHERE = "http://127.0.0.1:9/janus"


def run(folder, *arguments, descriptors=None):
    def limit():
        if descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE, descriptors)

    return support.run_program(
        ["run", support.scenario("load/outgoing_call"), "--url", NOWHERE, "--media-address",
         "127.0.0.1", "--calls", "200", *arguments, "--out", folder], preexec_fn=limit)


with support.temporary_folder() as temporary:
    plenty = run(temporary)
    check_equal(plenty.returncode, 3, "with enough of everything it goes on: exit code")

    few = run(temporary, descriptors=(300, 300))
    check_equal(few.returncode, 5, "too few descriptors: exit code")
    check("200 clients at once need " in few.stderr and " file descriptors, and there are 300: "
          "raise the limit" in few.stderr, "too few descriptors: says so", few.stderr)
    check(not os.path.exists(f"{temporary}/result.json"), "too few descriptors: nothing was run")

    raised = run(temporary, descriptors=(300, 4096))
    check_equal(raised.returncode, 3, "a low soft limit is raised by itself: exit code")

    narrow = run(temporary, "--browser-ports", "20000-20009")
    check_equal(narrow.returncode, 5, "too few ports for the browsers: exit code")
    check("need 13 UDP ports of --browser-ports, and there are 10: give a wider range"
          in narrow.stderr, "too few ports for the browsers: says so", narrow.stderr)

    own = run(temporary, "--browser-ports", "20000-20198", "--far-end-ports", "30000-30399",
              *support.settings("media.sockets=per_call"))
    check_equal(own.returncode, 5, "a socket a call: exit code")
    check("need 200 UDP ports of --browser-ports, and there are 199" in own.stderr
          and "--far-end-ports" not in own.stderr, "a socket a call: says so", own.stderr)
support.finish()
