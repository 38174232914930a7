"""What tools/bench computes from what it measured, and how it judges and shows it."""
import contextlib
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

DRIVER = pathlib.Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(DRIVER))

import bare_loop  # noqa: E402
import command_line  # noqa: E402
import far_end  # noqa: E402
import media  # noqa: E402
import memory  # noqa: E402
import process_figures  # noqa: E402
import programs  # noqa: E402
import runner  # noqa: E402
import scale  # noqa: E402
import setup  # noqa: E402
import srtp  # noqa: E402
import steady_calls  # noqa: E402
import stub  # noqa: E402
import table  # noqa: E402
from figure import Figure, growth, ratio, within  # noqa: E402


class Arithmetic(unittest.TestCase):
    def test_a_ratio_needs_both_sides(self):
        self.assertEqual(ratio(3.0, 2.0), 1.5)
        self.assertIsNone(ratio(None, 2.0))
        self.assertIsNone(ratio(3.0, None))
        self.assertIsNone(ratio(3.0, 0.0))

    def test_growth_is_what_each_further_client_added(self):
        self.assertEqual(growth(12000, 110000, 100, 5000), 20.0)
        self.assertIsNone(growth(None, 110000, 100, 5000))
        self.assertIsNone(growth(12000, 110000, 100, 100))

    def test_limits(self):
        self.assertTrue(within(0.15, 0.15, None))
        self.assertFalse(within(0.16, 0.15, None))
        self.assertTrue(within(500, None, 500))
        self.assertFalse(within(499, None, 500))
        self.assertIsNone(within(None, 0.15, None))
        self.assertIsNone(within(1, None, None))


class Targets(unittest.TestCase):
    def test_both_the_value_and_the_ratio_must_hold(self):
        def met(value, reference):
            return Figure("x", value, "ms", "limit", reference, at_most=0.15,
                          ratio_at_most=1.5).met()
        self.assertTrue(met(0.14, 0.10))
        self.assertFalse(met(0.16, 0.14))
        self.assertFalse(met(0.14, 0.09))

    def test_what_was_not_measured_is_never_met(self):
        self.assertIsNone(Figure("x", None, "ms", at_most=1).met())
        self.assertFalse(Figure("x", 0.1, "ms", "limit", None, at_most=1, ratio_at_most=2).met())

    def test_a_figure_without_a_target_has_no_verdict(self):
        self.assertIsNone(Figure("x", 1.0, "ms").met())
        self.assertNotIn("met", Figure("x", 1.0, "ms").as_json())

    def test_a_run_that_is_not_valid_meets_nothing(self):
        figure = Figure("x", 0.1, "ms", at_most=1, reason="late", valid=False)
        self.assertFalse(figure.met())
        self.assertFalse(figure.as_json()["valid"])
        self.assertIn("INVALID", list(table.lines([figure]))[1])

    def test_the_reason_is_written_and_the_value_is_null(self):
        written = Figure("x", None, "ms", at_most=1, reason="no stub").as_json()
        self.assertIsNone(written["value"])
        self.assertEqual(written["reason"], "no stub")


class Losses(unittest.TestCase):
    COUNTERS = {"rtp_authenticated": 990, "rtp_reflected": 980, "receive_drops": 10,
                "send_errors": 0}

    @staticmethod
    def result(sent, received):
        return {"audio": {"to_far_end": {"sent": sent}, "from_far_end": {"received": received}}}

    def test_what_the_stub_took_but_could_not_send_back_is_lost(self):
        found = steady_calls.losses(self.result(1000, 975), self.COUNTERS)
        self.assertEqual((found["to_stub"], found["from_stub"]), (10, 15))
        self.assertEqual(steady_calls.total(found), 25)

    def test_what_the_harness_does_not_know_is_not_zero(self):
        found = steady_calls.losses(self.result(None, 975), self.COUNTERS)
        self.assertIsNone(steady_calls.total(found))


class Steadiness(unittest.TestCase):
    @staticmethod
    def result(verdict="passed", valid=True, received=980, **calls):
        calls = {"planned": 10, "started": 10, "completed": 10, "failed": 0, "interrupted": 0,
                 "failures": {"timeout": calls.get("failed", 0)}} | calls
        return {"verdict": verdict, "reason": "the far end broke",
                "generator": {"valid": valid, "reasons": ["it was late"]}, "calls": calls,
                "iterations": {"planned": 10, "completed": 10, "failed": 0, "dropped": 0,
                               "interrupted": 0, "failures": {}},
                "audio": {"from_far_end": {"received": received}}}

    @staticmethod
    def per_call_s(**places):
        return {"authenticated": 50.01, "reflected": 50.01, "received": 50.0} | places

    def why_not(self, places=None, **result):
        return steady_calls.why_not_steady(self.result(**result), self.per_call_s(**places or {}))

    def test_a_window_with_50_packets_a_second_and_call_counts(self):
        self.assertEqual(self.why_not(), "")

    def test_a_late_generator_failed_calls_and_missing_packets_do_not(self):
        self.assertIn("late", self.why_not(valid=False))
        self.assertIn("1 of 10", self.why_not(failed=1))
        self.assertIn("sent 48.0", self.why_not({"authenticated": 48.0}))

    def test_nothing_that_came_back_does_not_count(self):
        self.assertIn("sent back 0.0", self.why_not({"reflected": 0.0}))
        self.assertIn("received 41.7", self.why_not({"received": 41.7}))
        self.assertIn("not known", self.why_not({"received": None}))

    def test_a_run_that_broke_or_did_not_do_all_that_was_planned_does_not_count(self):
        self.assertIn("the far end broke", self.why_not(verdict="error"))
        self.assertIn("1 were interrupted", self.why_not(interrupted=1))
        self.assertIn("only 9 were completed", self.why_not(completed=9))
        result = self.result()
        result["iterations"]["interrupted"] = 2
        self.assertIn("iterations", steady_calls.why_not_steady(result, self.per_call_s()))

    def test_rates_are_those_of_the_window_and_what_came_back_is_its_share(self):
        before = {"rtp_authenticated": 100, "rtp_reflected": 90}
        after = {"rtp_authenticated": 1100, "rtp_reflected": 890}
        found = steady_calls.rates(self.result(received=500), before, after, 1000, 20)
        self.assertEqual(found, {"authenticated": 50.0, "reflected": 40.0, "received": 20.0})
        self.assertIsNone(
            steady_calls.rates(self.result(received=0), before, before, 0, 20)["received"])


class SetUps(unittest.TestCase):
    VALID = {"rate": 100, "valid": True, "all_completed": True}
    LATE = {"rate": 200, "valid": False, "all_completed": True}
    FAILED = {"rate": 300, "valid": False, "all_completed": False}

    def test_the_highest_rate_that_was_carried_counts(self):
        self.assertEqual(setup.best_of([self.VALID, self.LATE])["rate"], 100)
        self.assertEqual(setup.best_of([self.LATE, self.FAILED])["rate"], 200)
        self.assertNotIn("rate", setup.best_of([self.FAILED]))

    def measured(self, *runs):
        handshake = mock.patch("programs.run", return_value=[{"server_ms": 0.5}])
        with handshake, mock.patch("setup.drive", return_value=list(runs)):
            return setup.measure(OPTIONS, None)[0]

    def test_the_result_says_at_its_top_whether_it_is_valid(self):
        self.assertIs(self.measured(self.VALID)["valid"], True)
        late = self.measured(self.LATE | {"invalid_because": "it was late"})
        self.assertIs(late["valid"], False)
        self.assertIn("it was late", late["invalid_because"])


OPTIONS = types.SimpleNamespace(binaries=pathlib.Path("/no/such/folder"), calls=100, seconds=1)
STEADY = steady_calls.Steady(
    100, 1.0, 0.1, {"authenticated": 50.0, "reflected": 50.0, "received": 50.0}, {}, 0, {},
    {"verdict": "passed", "generator": {"send_lateness_ms": None, "max_rss_bytes": 1}}, "")
FAILS = mock.Mock(side_effect=programs.Failed("too much else to do"))


class BareLoop(unittest.TestCase):
    """One that fails takes nothing with it but what stands beside it."""

    def setUp(self):
        for place, value in (("bare_loop.measure", FAILS),
                             ("steady_calls.measure", lambda *_: STEADY)):
            patch = mock.patch(place, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_the_points_of_scale_stay(self):
        result, figures = scale.measure(OPTIONS, pathlib.Path())
        self.assertEqual(result["points"][0]["cpu_ms_per_call_s"], 0.1)
        self.assertIsNone(result["points"][0]["bare_loop_ms_per_call_s"])
        self.assertIn("too much else", result["points"][0]["bare_loop_reason"])
        self.assertIn("too much else", figures[0].reason)

    def test_media_stays(self):
        result, figures = media.measure(OPTIONS, pathlib.Path())
        self.assertEqual(result["cpu_ms_per_call_s"], 0.1)
        self.assertIsNone(result["bare_loop_ms_per_call_s"])
        self.assertIn("too much else", figures[0].reason)
        self.assertIn("too much else", result["bare_loop_reasons"]["AEAD_AES_128_GCM"])

    def test_far_end_stays(self):
        ours = {"cpu_ms_per_call_s": 0.1, "sent": 9, "received": 9, "worst_lateness_ms": 0}
        with mock.patch("programs.run", return_value=[ours]):
            result, figures = far_end.measure(OPTIONS, None)
        self.assertEqual(result["cpu_ms_per_call_s"], 0.1)
        self.assertIn("too much else", figures[0].reason)

    def test_the_mean_is_that_of_the_attempts_that_gave_one(self):
        self.assertEqual(bare_loop.middle((1.0, ""), (3.0, "")), (2.0, ""))
        self.assertEqual(bare_loop.middle((1.0, ""), (None, "why")), (1.0, "why"))
        self.assertEqual(bare_loop.middle((None, "why"), (None, "why")), (None, "why"))


class Memory(unittest.TestCase):
    def test_the_result_says_at_its_top_whether_it_is_valid(self):
        with mock.patch("memory.memory_of", side_effect=[{"resident": 0}, {"resident": 1}] * 4):
            self.assertIs(memory.measure(OPTIONS, pathlib.Path())[0]["valid"], True)
        with mock.patch("memory.memory_of", FAILS):
            result = memory.measure(OPTIONS, pathlib.Path())[0]
        self.assertIs(result["valid"], False)
        self.assertIn("too much else", result["invalid_because"])


class BrokenPrograms(unittest.TestCase):
    """Whatever they do is a measurement that could not be taken."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def program(self, text):
        path = self.folder / "program"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def test_one_that_prints_nothing_or_what_is_no_json(self):
        for text in ("true", "echo '{\"a\":'"):
            with self.assertRaises(programs.Failed):
                programs.run(self.program(text))

    def test_one_that_is_not_there(self):
        for core in (None, 0):
            with self.assertRaisesRegex(programs.Failed, "not built"):
                programs.run(self.folder / "none", core=core)
        with self.assertRaises(programs.Failed):
            programs.start([self.folder / "none"], self.folder / "log")

    def test_one_that_is_pinned_has_one_core(self):
        core = sorted(os.sched_getaffinity(0))[0]
        program = self.program("printf '{\"cores\": %d}' $(nproc)")
        self.assertEqual(programs.run(program, core=core), [{"cores": 1}])

    def test_a_process_that_has_ended(self):
        process = subprocess.Popen(["true"])
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with self.assertRaises(programs.Failed):  # not waited for: there, but without memory
            process_figures.memory_kb(process.pid)
        process.wait()
        for read in (process_figures.memory_kb, process_figures.cpu_s):
            with self.assertRaises(programs.Failed):
                read(process.pid)

    def test_a_stub_that_does_not_answer(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))  # refuses, for it does not listen
            gone = types.SimpleNamespace(http_port=silent.getsockname()[1])
            with self.assertRaises(programs.Failed):
                stub.Stub.counters(gone)
        for answer in (TimeoutError("timed out"), ValueError("no JSON")):
            with mock.patch("stub.OPENER.open", side_effect=answer), \
                    self.assertRaises(programs.Failed):
                stub.Stub.counters(gone)


class Runner(unittest.TestCase):
    def run_it(self, **benchmarks):
        """The exit code and the JSON of a run of these: what `measure` gives, or raises."""
        modules = {name: types.SimpleNamespace(ABOUT=name, measure=mock.Mock(side_effect=[outcome]))
                   for name, outcome in benchmarks.items()}
        if "srtp" in modules:
            modules["srtp"].unknown = srtp.unknown
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch("runner.BENCHMARKS", modules), \
                contextlib.redirect_stdout(io.StringIO()):
            path = pathlib.Path(folder) / "out.json"
            code = runner.run(types.SimpleNamespace(names=list(modules), keep=None, json=path))
            return code, json.loads(path.read_text(encoding="utf-8"))

    def test_an_unmet_target_does_not_count(self):
        self.assertEqual(self.run_it(a=({}, [Figure("x", 2, "ms", at_most=1)]))[0], 0)

    def test_what_was_not_measured_does_though_the_reason_is_further_inside(self):
        null = Figure("x", None, "ms", reason="no stub")
        self.assertEqual(self.run_it(a=({"points": [{"reason": "no stub"}]}, [null]))[0], 1)
        self.assertEqual(self.run_it(a=({}, [Figure("x", 1, "ms", "limit", None)]))[0], 1)

    def test_a_benchmark_that_broke_leaves_the_others_to_run(self):
        for broken in (programs.Failed("why"), OSError("why"), IndexError("why"),
                       ValueError("why")):
            code, written = self.run_it(a=broken, b=({"x": 1}, [Figure("x", 1, "ms")]))
            self.assertEqual(code, 1)
            self.assertIn("why", written["a"]["reason"])
            self.assertEqual(written["b"]["x"], 1)

    def test_srtp_is_a_list_by_profile_each_with_machine_and_date(self):
        profiles = [{"profile": "one", "protect_us": 1}, {"profile": "two", "protect_us": 2}]
        written = self.run_it(srtp=(profiles, []))[1]["srtp"]
        self.assertEqual([entry["profile"] for entry in written], ["one", "two"])
        for entry in written:
            self.assertIn("cores", entry["machine"])
            self.assertIn("date", entry)

    def test_srtp_is_a_list_too_when_it_was_not_measured(self):
        code, written = self.run_it(srtp=programs.Failed("why"))
        self.assertEqual(code, 1)
        self.assertEqual([(entry["protect_us"], entry["reason"]) for entry in written["srtp"]],
                         [(None, "why")])

    def test_srtp_gives_what_its_program_printed_pinned_to_a_core(self):
        with mock.patch("programs.run", return_value=[]) as ran:
            self.assertEqual(srtp.measure(OPTIONS, None), ([], []))
        self.assertIsNotNone(ran.call_args.kwargs["core"])


class Script(unittest.TestCase):
    def test_python_is_installed_first_where_there_is_none(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tools").mkdir()
            (root / "bin").mkdir()
            shutil.copy(DRIVER.parents[2] / "tools/bench", root / "tools/bench")
            for program in ("bash", "dirname", "chmod"):
                (root / "bin" / program).symlink_to(shutil.which(program))
            set_up = root / "tools/set-up"
            set_up.write_text(f"#!{shutil.which('bash')}\n[ \"$*\" = build ] || exit 9\n"
                              f"printf '#!%s\\necho ran' {shutil.which('bash')} "
                              f">{root}/bin/python3\nchmod +x {root}/bin/python3\n")
            set_up.chmod(0o755)
            done = subprocess.run([shutil.which("bash"), root / "tools/bench", "--list"],
                                  env={"PATH": str(root / "bin")}, capture_output=True, text=True,
                                  check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "ran\n"), done.stderr)


class Table(unittest.TestCase):
    def test_a_line_has_figure_reference_ratio_and_verdict(self):
        figure = Figure("a call", 0.132, "ms", "bare loop", 0.11, at_most=0.15, ratio_at_most=1.5)
        line = list(table.lines([figure]))[1]
        for part in ("a call", "0.132 ms", "bare loop 0.11", "1.2x", "<= 0.15, <= 1.5x: met"):
            self.assertIn(part, line)

    def test_an_unmet_target_is_said_loudly_and_the_reason_follows(self):
        lines = list(table.lines([Figure("a call", 0.2, "ms", at_most=0.15, reason="it was late")]))
        self.assertIn("NOT MET", lines[1])
        self.assertEqual(lines[2].strip(), "it was late")

    def test_an_unknown_figure_is_a_dash(self):
        self.assertIn("- ms", list(table.lines([Figure("a call", None, "ms")]))[1])


class CommandLine(unittest.TestCase):
    NAMES = ["media", "ice"]

    def refused(self, *arguments):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
            command_line.read(arguments, self.NAMES)
        self.assertEqual(ended.exception.code, 2)
        return said.getvalue()

    def test_no_name_is_all_of_them(self):
        self.assertEqual(command_line.read([], self.NAMES).names, self.NAMES)

    def test_a_name_given_twice_runs_once(self):
        self.assertEqual(command_line.read(["ice", "ice"], self.NAMES).names, ["ice"])

    def test_an_unknown_name_is_refused_with_those_there_are(self):
        self.assertIn("there are: media, ice", self.refused("medai"))

    def test_a_folder_for_the_json_must_exist(self):
        self.assertIn("no folder", self.refused("ice", "--json", "/no/such/folder/x.json"))

    def test_windows_and_numbers_of_calls_must_be_positive(self):
        self.refused("--seconds", "0")
        self.refused("--calls", "0")


if __name__ == "__main__":
    unittest.main()
