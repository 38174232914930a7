"""What tools/bench computes from what it measured, and how it judges and shows it."""
import contextlib
import io
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))

import command_line  # noqa: E402
import setup  # noqa: E402
import steady_calls  # noqa: E402
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

    def test_each_way_is_counted_where_it_was_sent_and_where_it_came(self):
        found = steady_calls.losses(self.result(1000, 975), self.COUNTERS)
        self.assertEqual((found["to_stub"], found["from_stub"]), (10, 5))
        self.assertEqual(steady_calls.total(found), 15)

    def test_what_the_harness_does_not_know_is_not_zero(self):
        found = steady_calls.losses(self.result(None, 975), self.COUNTERS)
        self.assertIsNone(steady_calls.total(found))


class Steadiness(unittest.TestCase):
    @staticmethod
    def result(valid=True, failed=0):
        return {"generator": {"valid": valid, "reasons": ["it was late"]},
                "calls": {"failed": failed, "started": 10, "failures": {"timeout": failed}},
                "iterations": {"planned": 10, "failed": 0, "dropped": 0, "failures": {}}}

    def test_a_window_with_50_packets_a_second_and_call_counts(self):
        self.assertEqual(steady_calls.why_not_steady(self.result(), 50.01), "")

    def test_a_late_generator_failed_calls_and_missing_packets_do_not(self):
        self.assertIn("late", steady_calls.why_not_steady(self.result(valid=False), 50))
        self.assertIn("1 of 10", steady_calls.why_not_steady(self.result(failed=1), 50))
        self.assertIn("48.0", steady_calls.why_not_steady(self.result(), 48))


class SetUps(unittest.TestCase):
    VALID = {"rate": 100, "valid": True, "all_completed": True}
    LATE = {"rate": 200, "valid": False, "all_completed": True}
    FAILED = {"rate": 300, "valid": False, "all_completed": False}

    def test_the_highest_rate_that_was_carried_counts(self):
        self.assertEqual(setup.best_of([self.VALID, self.LATE])["rate"], 100)
        self.assertEqual(setup.best_of([self.LATE, self.FAILED])["rate"], 200)
        self.assertNotIn("rate", setup.best_of([self.FAILED]))


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
