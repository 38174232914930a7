"""The testbed comes up with a real Janus and, however it ends, leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

import testbed_support as support

FETCH = ("import os, urllib.request as u;"
         "print(u.urlopen(os.environ['JANUS_URL'] + '/info').read().decode())")


class Lifecycle(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="testbed-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.run_folder = os.path.join(self.folder, "run")
        self.scratch = os.path.join(self.folder, "tmp")
        os.mkdir(self.scratch)
        self.mark = "TESTBED_TEST_MARK=" + self.folder
        name, value = self.mark.split("=", 1)
        self.environment = {**os.environ, name: value, "TMPDIR": self.scratch}

    def run_testbed(self, *command, janus="janus"):
        return support.run("testbed", self.run_folder, janus, *command, env=self.environment)

    def start(self):
        """The testbed with a command that never ends; gives it and its network namespace."""
        command = "echo namespace $(readlink /proc/self/ns/net); exec sleep 1000"
        process = subprocess.Popen(
            [support.PROGRAM, "testbed", self.run_folder, "janus", "sh", "-c", command],
            env=self.environment, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        word, namespace = process.stdout.readline().split()
        self.assertEqual(word, "namespace")
        return process, namespace

    def assert_nothing_left(self, namespace=None):
        gone = support.wait_until(lambda: not support.processes_marked(self.mark))
        self.assertTrue(gone, f"processes left: {support.processes_marked(self.mark)}")
        if namespace:
            # A process that is just ending shows its namespace for longer than its environment.
            gone = support.wait_until(lambda: not support.processes_in_namespace(namespace))
            self.assertTrue(gone, "the network namespace still has processes")
        self.assertEqual(os.listdir(self.scratch), [])
        self.assertEqual(os.listdir(self.run_folder), ["janus.log"])
        self.assertFalse(os.path.exists("/run/lock/janus"))

    def test_janus_answers_at_the_address_in_the_environment(self):
        result = self.run_testbed("python3", "-c", FETCH)
        self.assertEqual(result.returncode, 0, result.stderr)
        info = json.loads(result.stdout)
        self.assertEqual(info["local-ip"], "10.99.0.1")
        self.assertEqual(list(info["plugins"]), ["janus.plugin.sip"])
        self.assert_nothing_left()

    def test_the_command_finds_its_environment(self):
        result = self.run_testbed("sh", "-c", "echo $JANUS_WS_URL $JANUS_ADMIN_URL $SIP_PROXY"
                              " $SIP_DOMAIN $BROWSER_ADDRESS $FAR_END_ADDRESS")
        self.assertEqual(result.stdout.split(),
                         ["ws://10.99.0.1:8188", "http://10.99.0.1:7088/admin",
                          "sip:10.99.0.3:5060", "10.99.0.3", "10.99.0.2", "10.99.0.3"])

    def test_the_exit_code_is_the_command_s(self):
        self.assertEqual(self.run_testbed("sh", "-c", "exit 7").returncode, 7)
        self.assert_nothing_left()

    def test_what_the_command_leaves_running_is_killed(self):
        result = self.run_testbed("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & exit 0")
        self.assertEqual(result.returncode, 0)
        self.assert_nothing_left()

    def test_signals_end_the_command_and_everything_beside_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process, namespace = self.start()
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=20), 128 + number)
                self.assert_nothing_left(namespace)

    def test_sigkill_of_any_of_its_processes_leaves_nothing(self):
        for index in range(4):  # the caller, the entrance, init, the body
            with self.subTest(index):
                process, namespace = self.start()
                own = [pid for pid in sorted(support.processes_marked(self.mark))
                       if os.readlink(f"/proc/{pid}/exe") == support.PROGRAM]
                os.kill(own[index], signal.SIGKILL)
                self.assertIn(process.wait(timeout=10), (-signal.SIGKILL, 128 + signal.SIGKILL))
                self.assert_nothing_left(namespace)

    def test_a_missing_janus_is_exit_code_3(self):
        result = self.run_testbed("true", janus="/nowhere/janus")
        self.assertEqual(result.returncode, 3)
        self.assertIn("/nowhere/janus cannot be run: No such file or directory", result.stderr)

    def test_a_janus_that_gives_up_shows_its_log(self):
        result = self.run_testbed("true", janus="sort")
        self.assertEqual(result.returncode, 3)
        self.assertIn("Janus exited with 2 before it was ready", result.stderr)
        self.assertIn("sort: invalid option", result.stderr)

    def test_a_command_that_cannot_be_run_is_exit_code_5(self):
        self.assertEqual(self.run_testbed("/nowhere/command").returncode, 5)
        self.assert_nothing_left()

    def test_the_death_of_janus_is_told(self):
        result = support.run("janus-killed", self.run_folder)
        self.assertIn("janus killed by signal 9 (Killed)", result.stdout)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
    def test_an_ordinary_user_can_run_it(self):
        os.chmod(self.folder, 0o777)
        os.chmod(self.scratch, 0o777)
        ordinary = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        program = os.path.join(self.folder, "program")
        shutil.copy(support.PROGRAM, program)
        if subprocess.run([*ordinary, program, "network", "true"]).returncode != 0:
            self.skipTest("ordinary users may not make namespaces here")
        result = subprocess.run([*ordinary, program, "testbed", self.run_folder, "janus",
                                 "python3", "-S", "-c", FETCH],
                                env={**self.environment, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["janus"], "server_info")
        self.assert_nothing_left()


if __name__ == "__main__":
    support.skip_without_namespaces()
    support.skip_without("janus")
    unittest.main(argv=["lifecycle"], verbosity=2)
