"""Kamailio as the testbed starts it: digest registration, and calls between two SIPp."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import testbed_support as support


def sipp(scenario, *arguments, port):
    return ["sipp", "-sf", os.path.join(support.SIPP_SCENARIOS, scenario + ".xml"), "-i",
            "10.99.0.3", "-p", str(port), "-m", "1", "-nostdin", "-cp", "0", "-timeout", "5",
            "-timeout_error", "-key", "domain", "10.99.0.4", *arguments]


def register(user, auth_user, password, port):
    return sipp("register", "-key", "user", user, "-au", auth_user, "-ap", password,
                "10.99.0.4:5060", port=port)


def call(callee, port):
    return sipp("call", "-key", "user", "alice", "-key", "callee", callee, "-au", "alice", "-ap",
                "wonderland", "10.99.0.4:5060", port=port)


STEPS = {
    "right": [register("alice", "alice", "wonderland", 5070)],
    "other_auth_user": [register("bob", "bob-auth", "builder", 5071)],
    "wrong": [register("alice", "alice", "looking-glass", 5072)],
    "unknown": [register("mallory", "mallory", "wonderland", 5073)],
    "absent": [call("bob", 5074)],
}


def run_inside(name):
    """Run in the namespace; exits as the last SIPp does."""
    if name == "call":
        subprocess.run(register("bob", "bob-auth", "builder", 5071), check=True)
        answerer = subprocess.Popen(sipp("answer", port=5071))
        code = subprocess.run(call("bob", 5074)).returncode
        sys.exit(code or answerer.wait(timeout=10))
    for step in STEPS[name]:
        code = subprocess.run(step).returncode
    sys.exit(code)


class Kamailio(unittest.TestCase):
    def run_step(self, name):
        folder = tempfile.mkdtemp(prefix="kamailio-test-")
        self.addCleanup(shutil.rmtree, folder)
        return support.run("kamailio", folder, sys.executable, os.path.abspath(__file__),
                           support.PROGRAM, name, cwd=folder)

    def assert_succeeds(self, name):
        result = self.run_step(name)
        self.assertEqual(result.returncode, 0, result.stdout[-2000:] + result.stderr[-2000:])

    def assert_fails_with(self, name, text):
        result = self.run_step(name)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(text, result.stdout + result.stderr)

    def test_registration_with_the_right_password(self):
        self.assert_succeeds("right")

    def test_registration_with_an_authentication_user(self):
        self.assert_succeeds("other_auth_user")

    def test_registration_with_a_wrong_password(self):
        self.assert_fails_with("wrong", "SIP/2.0 401")

    def test_registration_of_an_unknown_user(self):
        self.assert_fails_with("unknown", "SIP/2.0 401")

    def test_a_call_through_the_proxy(self):
        self.assert_succeeds("call")

    def test_a_call_to_an_absent_user(self):
        self.assert_fails_with("absent", "SIP/2.0 480")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_inside(sys.argv[2])
    support.skip_without_namespaces()
    support.skip_without("kamailio")
    support.skip_without("sipp")
    unittest.main(argv=["kamailio"], verbosity=2)
