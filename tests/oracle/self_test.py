#!/usr/bin/env python3
"""Checks of the reference implementation, each computed by hand from one sentence of
the rule semantics.  The number in a test's name is that of the paragraph.

    python self_test.py
"""

import json
import tempfile
import unittest
from pathlib import Path

import generate
import oracle

HEAD = '[ruleset]\nid = "t"\ntimezone = "{zone}"\nregion = "{region}"\n'


class Case(unittest.TestCase):
    """Runs small logs through small rulesets."""

    def judge(self, log, rules, zone="Asia/Shanghai", region="CN", files=None, **period):
        """{call_id: verdict} of a ruleset with one rule; keeps measured and statistics.

        `log` has a header of column names and rows, cells separated by commas.
        """
        logs = log if isinstance(log, dict) else {"log.csv": log}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in {**logs, **(files or {})}.items():
                lines = [line.strip() for line in text.strip().splitlines()]
                (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
            head = HEAD.format(zone=zone, region=region)
            rule = rules if "[[rule]]" in rules else '[[rule]]\nid = "r"\n' + rules
            (folder / "rules.toml").write_text(head + rule, encoding="utf-8")
            found, statistics = oracle.audit(
                [folder / file for file in logs], folder / "rules.toml", **period
            )
        self.stats = statistics["r"]
        self.findings = sorted(
            (v for v in found if isinstance(v, oracle.Finding)), key=lambda f: f.start
        )
        found = [v for v in found if not isinstance(v, oracle.Finding)]
        self.measured = {v.call.call_id: v.measured for v in found}
        return {v.call.call_id: v.verdict for v in found}

    def broken(self, *arguments, **more):
        """The sorted ids of the calls that break the rule, as one text."""
        return " ".join(sorted(self.judge(*arguments, **more)))


def calls(*starts, callee="13812345678", day="2026-10-14", more=""):
    """A log of calls a, b, c … at times of one day."""
    rows = []
    for name, start in zip("abcdefghij", starts):
        start = start if len(start) > 8 else f"{day} {start}"
        rows.append(f"{name},{callee},{start}")
    return "call_id,callee,started_at\n" + "\n".join(rows)


CAP = 'kind = "call_cap"\nper = ["callee"]\n'
REDIAL = 'kind = "repeat_dial"\nper = ["callee"]\n'
HOURS = 'kind = "quiet_hours"\n'
DNC = 'kind = "dnc_list"\nlists = ["l"]\n{more}\n[[list]]\nid = "l"\npath = "l.csv"\n'
CALENDAR = """
    coverage = { from = 2026-01-01, to = 2026-12-31 }
    [[day]]
    date = 2026-10-01
    kind = "holiday"
    [[day]]
    date = 2026-10-10
    kind = "workday"
"""


class WhichCalls(Case):
    def test_1_rules_are_about_outbound_calls(self):
        log = """call_id,callee,started_at,direction
            a,13812345678,2026-10-14 10:00:00,inbound
            b,13812345678,2026-10-14 10:00:00,outbound
            c,13812345678,2026-10-14 10:00:00,"""
        cap = CAP + 'max = 0\nwindow = "day"\n'
        self.assertEqual(self.broken(log, cap), "b c")
        self.assertEqual(self.broken(log, cap + "where = \"direction = 'inbound'\""), "a")
        self.assertEqual(self.broken(log, cap + "where = \"direction = 'outbound'\""), "b c")
        # A word in a text does not name the column.
        self.assertEqual(self.broken(log, cap + "where = \"callee <> 'direction'\""), "b c")
        # direction_known alone does not name `direction`.
        self.assertEqual(self.broken(log, cap + 'where = "NOT direction_known"'), "c")

    def test_2_what_where_leaves_out_is_not_counted(self):
        log = """call_id,callee,started_at,purpose
            a,13812345678,2026-10-14 10:00:00,marketing
            b,13812345678,2026-10-14 10:01:00,service
            c,13812345678,2026-10-14 10:02:00,
            d,13812345678,2026-10-14 10:03:00,marketing"""
        cap = CAP + 'max = 1\nwindow = "day"\n'
        self.assertEqual(self.broken(log, cap), "b c d")
        self.assertEqual(self.broken(log, cap + "where = \"purpose = 'marketing'\""), "d")
        self.assertEqual(self.stats["calls_unknown"], 1)
        self.assertEqual(self.stats["calls_judged"], 2)
        # NULL is not exempt.
        self.assertEqual(self.broken(log, cap + "exempt = [\"purpose = 'service'\"]"), "c d")

    def test_3_effective_and_since_count_but_are_not_judged(self):
        log = calls("2026-10-13 23:59:59", "2026-10-14 00:00:00", "2026-10-15 00:00:00")
        cap = CAP + 'max = 0\nwindow = "ever"\n'
        day = "effective = { from = 2026-10-14, to = 2026-10-14 }"
        self.assertEqual(self.broken(log, cap + day), "b")
        one = cap.replace("max = 0", "max = 1")
        self.assertEqual(self.broken(log, one + day), "b")  # a counts
        self.assertEqual(self.broken(log, cap, since="2026-10-14"), "b c")
        self.assertEqual(self.broken(log, one, since="2026-10-14"), "b c")
        self.assertEqual(self.broken(log, cap, until="2026-10-14"), "a b")
        self.assertEqual(self.broken(log, cap, until="2026-10-14T00:00:00+08:00"), "a")

    def test_4_count_words(self):
        log = """call_id,callee,started_at,outcome,answered_by
            a,13812345678,2026-10-14 10:00:00,answered,human
            b,13812345678,2026-10-14 10:01:00,answered,machine
            c,13812345678,2026-10-14 10:02:00,voicemail,
            d,13812345678,2026-10-14 10:03:00,answered,
            e,13812345678,2026-10-14 10:04:00,busy,"""
        cap = CAP + 'max = 1\nwindow = "day"\ncount = '
        self.assertEqual(self.broken(log, cap + '"attempts"'), "b c d e")
        self.assertEqual(self.broken(log, cap + '"connected"'), "b c d")
        self.assertEqual(self.broken(log, cap + '"answered"'), "d")
        self.assertEqual(self.broken(log, cap + "\"outcome = 'busy' OR answered_by = 'x'\""), "")

    def test_4_an_uncounted_call_is_no_previous_attempt(self):
        log = """call_id,callee,started_at,outcome
            a,13812345678,2026-10-14 10:00:00,answered
            b,13812345678,2026-10-14 10:09:00,busy
            c,13812345678,2026-10-14 10:10:00,answered"""
        gap = REDIAL + 'min_gap = "10m"\n'
        self.assertEqual(self.broken(log, gap), "b c")
        self.assertEqual(self.broken(log, gap + 'count = "answered"'), "")

    def test_5_an_unmapped_outcome_is_unknown_and_not_answered(self):
        log = """call_id,callee,started_at,outcome
            a,13812345678,2026-10-14 10:00:00,gone
            b,13812345678,2026-10-14 10:01:00,
            c,13812345678,2026-10-14 10:02:00,answered"""
        self.assertEqual(self.broken(log, REDIAL + "max_unanswered_run = 1"), "b")
        cap = CAP + 'max = 0\nwindow = "day"\nwhere = "outcome = \'unknown\'"'
        self.assertEqual(self.broken(log, cap), "a b")

    def test_6_duplicates_are_not_counted(self):
        log = """call_id,callee,started_at
            a,13812345678,2026-10-14 10:00:00
            a,+8613812345678,2026-10-14 10:00:00
            a,13812345678,2026-10-14 10:00:01
            a,13987654321,2026-10-14 10:00:00"""
        cap = 'kind = "call_cap"\nper = []\nmax = 0\nwindow = "day"\n'
        self.judge(log, cap)
        self.assertEqual(self.stats["calls_judged"], 3)

    def test_6_of_duplicates_the_latest_end_is_the_call(self):
        log = """call_id,callee,started_at,ended_at,agent
            a,13812345678,2026-10-14 10:00:00,2026-10-14 10:05:00,late
            a,13812345678,2026-10-14 10:00:00,2026-10-14 10:01:00,zz
            b,13812345678,2026-10-14 11:00:00,,A
            b,13812345678,2026-10-14 11:00:00,,B"""
        cap = CAP + 'max = 0\nwindow = "day"\nwhere = "{}"'
        self.assertEqual(self.broken(log, cap.format("agent = 'late' OR agent = 'B'")), "a b")
        self.assertEqual(self.broken(log, cap.format("agent = 'zz' OR agent = 'A'")), "")

    def test_6_without_ids_all_fields_are_equal(self):
        log = """callee,started_at,agent
            13812345678,2026-10-14 10:00:00,A
            13812345678,2026-10-14 10:00:00,A
            13812345678,2026-10-14 10:00:00,B
            13812345678,soon,B
            13812345678,2026-10-14 10:00:00"""
        self.judge(log, CAP + 'max = 0\nwindow = "day"')
        self.assertEqual(self.stats["calls_judged"], 2)  # ragged and startless rows rejected

    def test_7_counters_and_status(self):
        log = """call_id,callee,started_at,answered_at
            a,,2026-10-14 10:00:00,2026-10-14 10:00:05
            b,13812345678,2026-10-14 10:00:00,
            c,13812345678,2026-10-14 10:00:00,2026-10-14 10:00:05"""
        self.judge(log, CAP + 'max = 5\nwindow = "day"')
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (2, 1))
        self.judge(log, HOURS + 'at = "answer"\nallow = { mon-sun = ["09:00-20:00"] }')
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_time"]), (2, 1))
        self.judge(log, CAP + 'max = 5\nwindow = "day"\nwhere = "agent IS NULL"')
        self.assertEqual(self.stats["status"], "not_evaluable")  # no column agent
        future = CAP + 'max = 5\nwindow = "day"\neffective = { from = 2030-01-01 }'
        self.judge(log, future)
        self.assertEqual(self.stats["status"], "not_in_force")
        self.judge(log, CAP + 'max = 5\nwindow = "day"\nwhere = "callee = \'x\'"')
        self.assertEqual(self.stats["status"], "not_evaluable")  # nothing judged

    def test_7_an_input_without_the_column_has_null(self):
        logs = {"a.csv": calls("10:00:00"), "b.csv": """call_id,callee,started_at,agent
            x,13812345678,2026-10-14 10:01:00,A"""}
        cap = CAP + 'max = 0\nwindow = "day"\nwhere = "agent = \'A\'"'
        self.assertEqual(self.broken(logs, cap), "x")
        self.assertEqual(self.stats["calls_unknown"], 1)


class Kinds(Case):
    """From the documentation of each kind."""

    def groups(self, *arguments, **more):
        """The findings of a rule about groups: (start in UTC, verdict, measured)."""
        self.judge(*arguments, **more)
        return [(str(oracle.timestamp(f.start))[5:16], f.verdict, None if f.measured is None else float(f.measured))
                for f in self.findings]

    def test_cooldown(self):
        log = """call_id,direction,caller,callee,started_at,ended_at,response
            a,outbound,,13812345678,2026-10-14 10:00:00,2026-10-14 10:05:00,refused
            b,outbound,,13812345678,2026-10-14 10:59:59,,
            c,outbound,,13812345678,2026-10-14 11:00:00,,
            d,outbound,,13812345678,2026-10-14 11:05:00,,
            e,outbound,,13812345678,2026-10-16 23:59:59,,
            f,outbound,,13812345678,2026-10-17 00:00:00,,
            g,inbound,13987654321,02161234567,2026-10-17 09:00:00,,refused
            h,outbound,,13987654321,2026-10-17 09:00:00,,"""
        rule = 'kind = "cooldown"\nper = ["callee"]\nafter = "response = \'refused\'"\nwait = '
        self.assertEqual(self.broken(log, rule + '"1h"'), "b h")
        self.assertEqual(self.broken(log, rule + '"1h"\nfrom = "end"'), "b c h")
        self.assertEqual(self.broken(log, rule + '"2 days"'), "b c d e h")
        self.assertEqual(self.broken(log, rule + '"3 days"\nevent_day = 1'), "b c d e h")
        self.assertEqual(self.broken(log, rule + '"ever"'), "b c d e f h")
        self.assertEqual(self.judge(log, rule + '"1h"\nforce = "signal"')["b"], "possible")

    def test_cooldown_after_events_of_a_list(self):
        log = calls("10:00:00", "2026-10-15 00:00:00", "2026-10-15 23:59:59", "2026-10-16 00:00:00")
        rule = 'kind = "cooldown"\nper = ["callee"]\nevents = ["l"]\nwait = "{}"\n'
        rule += '[[list]]\nid = "l"\nkind = "events"\npath = "l.csv"'
        day = {"l.csv": "number,at\n13812345678,2026-10-14"}
        self.assertEqual(self.judge(log, rule.format("1 days"), files=day),
                         {"a": "possible", "b": "violation", "c": "violation"})
        self.assertEqual(self.judge(log, rule.format("1h"), files=day),
                         {"a": "possible", "b": "possible"})
        # A moment earlier on that day takes nothing from it.
        both = {"l.csv": "number,at\n13812345678,2026-10-14\n13812345678,2026-10-14 06:00:00"}
        self.assertEqual(self.judge(log, rule.format("1h"), files=both),
                         {"a": "possible", "b": "possible"})

    def test_ratio(self):
        log = """call_id,callee,started_at,outcome
            a,13812345678,2026-10-14 10:00:00,abandoned
            b,13812345678,2026-10-14 10:01:00,busy
            c,13812345678,2026-10-14 10:02:00,answered
            d,13812345678,2026-10-15 10:00:00,answered"""
        rule = 'kind = "ratio"\nper = []\nnumerator = "outcome = \'abandoned\'"\n'
        day = rule + 'window = "day"\nmax = '
        self.assertEqual(self.groups(log, day + "0.3"), [("10-13 16:00", "violation", 1 / 3)])
        self.assertEqual(self.groups(log, day + "0.3\nmin_count = 4"), [])
        us = day + '0.3\nformula = "us"\ndenominator = "outcome = \'answered\'"'
        self.assertEqual(self.groups(log, us), [("10-13 16:00", "violation", 0.5)])
        # Of a stretch of windows the one with the most calls.
        slides = rule + 'window = "1h"\nmin = 0.5\nmax = 0.9'
        self.assertEqual(self.groups(log, slides)[0], ("10-14 02:00", "violation", 1 / 3))
        blocks = rule + 'window = { blocks = "2 days" }\nmax = 0.2'
        self.assertEqual(self.groups(log, blocks), [("10-13 16:00", "violation", 0.25)])

    def test_concurrency(self):
        log = """call_id,callee,started_at,ended_at
            a,13812345678,2026-10-14 10:00:00,2026-10-14 10:05:00
            b,13812345678,2026-10-14 10:04:59,2026-10-14 10:05:00
            c,13812345678,2026-10-14 10:05:00,2026-10-14 10:06:00
            d,13812345678,2026-10-14 10:05:00,"""
        rule = 'kind = "concurrency"\nper = []\nmax = 1'
        self.assertEqual(self.broken(log, rule), "b")
        self.assertEqual(self.stats["calls_without_time"], 1)

    def test_sequential_dialling(self):
        log = "call_id,callee,started_at\n" + "\n".join(
            f"{name},138123400{n:02},2026-10-14 10:{minute:02}:00"
            for name, n, minute in (("a", 10, 0), ("b", 12, 1), ("c", 11, 2), ("d", 11, 3),
                                    ("e", 15, 4), ("f", 10, 32)))
        rule = 'kind = "sequential_dialling"\nper = []\nmax = 2\nwindow = "30m"\n'
        self.assertEqual(self.broken(log, rule), "c d")
        self.assertEqual(self.broken(log, rule + "block = 10"), "c d e f")

    def test_list_age(self):
        log = calls("2026-03-31 10:00:00", "2026-04-01 10:00:00", "2026-04-02 10:00:00",
                    "2026-02-01 10:00:00")
        rule = 'kind = "list_age"\nlists = ["l"]\nmax_age = "31 days"\n'
        rule += '[[list]]\nid = "l"\npath = "l.csv"\nas_of = 2026-03-01'
        found = self.groups(log, rule, files={"l.csv": "number\n13812345678"})
        self.assertEqual([f[:2] for f in found],
                         [("02-01 02:00", "possible"), ("04-01 16:00", "violation")])

    def test_completeness(self):
        log = """call_id,callee,started_at,agent
            a,13812345678,2026-10-14 10:00:00,
            b,138****5678,2026-10-14 11:00:00,A
            c,,2026-10-15 10:00:00,A"""
        rule = 'kind = "completeness"\ncolumns = ["agent", "callee"]\nmax_empty = 0.4\n'
        self.assertEqual(self.groups(log, rule), [])
        self.assertEqual(self.groups(log, rule + 'window = "day"'), [
            ("10-13 16:00", "violation", 0.5), ("10-14 16:00", "violation", 1.0)])


class KeysAndOrder(Case):
    def test_8_null_words_are_no_key(self):
        words = ["NULL", "null", "None", "nan", "N/A", "-", "\\N", "", "  "]
        rows = [f"{n},13812345678,2026-10-14 10:00:00,{word}" for n, word in enumerate(words)]
        rows += ["x,13812345678,2026-10-14 10:00:00,Null", "y,13812345678,2026-10-14 10:00:00, Null"]
        log = "call_id,callee,started_at,agent\n" + "\n".join(rows)
        cap = 'kind = "call_cap"\nper = ["agent"]\nmax = 1\nwindow = "day"\n'
        self.assertEqual(self.broken(log, cap), "y")
        self.assertEqual(self.stats["calls_without_key"], 9)

    def test_8_an_empty_per_is_one_key(self):
        log = calls("10:00:00", callee="") + "\nz,13987654321,2026-10-14 10:00:01"
        cap = 'kind = "call_cap"\nper = []\nmax = 1\nwindow = "day"\n'
        self.assertEqual(self.broken(log, cap), "z")
        with self.assertRaises(oracle.RulesetError):
            self.judge(log, 'kind = "call_cap"\nmax = 1\nwindow = "day"\n')

    def test_9_keys_of_numbers(self):
        def key(text, region="CN"):
            return oracle.read_number(text, region).key

        for text in ("13812345678", "+86 138-1234-5678", "0086 13812345678",
                     "１３８１２３４５６７８", "138.1234.5678"):
            self.assertEqual(key(text), "+8613812345678")
        for text in ("400-810-0000", "+86 400 810 0000", "4008100000", "(400)8100000"):
            self.assertEqual(key(text), "4008100000")
        self.assertEqual(key("+8695588"), "95588")
        self.assertEqual(key("+8695588", "US"), "95588")
        self.assertEqual(key("0086-12306"), "12306")
        self.assertEqual(key("1010 8888"), "10108888")
        self.assertEqual(key("96110"), "96110")
        self.assertEqual(key("(212) 555-0123 x45", "US"), "+12125550123")
        self.assertEqual(key("8 0/0-1"), "8001")
        for text in ("138****5678", "1.38E+10", "anonymous"):
            self.assertIsNone(key(text))
        self.assertIsNone(key("646555012", "US"))  # too short
        self.assertEqual(key("1391234567"), "1391234567")  # not too short for libphonenumber
        self.assertEqual(key("22000", "US"), "22000")  # too short, but not over 6 digits

    def test_9_in_sql_a_number_is_its_key(self):
        log = """call_id,callee,started_at
            a,138-1234-5678,2026-10-14 10:00:00
            b,138****5678,2026-10-14 10:00:00
            c,+86 95588,2026-10-14 10:00:00"""
        cap = 'kind = "call_cap"\nper = []\nmax = 0\nwindow = "day"\nwhere = "{}"'
        self.assertEqual(self.broken(log, cap.format("callee = '+8613812345678'")), "a")
        self.assertEqual(self.broken(log, cap.format("callee IS NULL")), "b")
        self.assertEqual(self.broken(log, cap.format("callee = '95588'")), "c")

    def test_10_order_of_equal_instants(self):
        log = """call_id,callee,started_at
            c10,13812345678,2026-10-14 10:00:00
            c9,13812345678,2026-10-14 02:00:00Z
            B1,13812345678,2026-10-14 10:00:00"""
        cap = CAP + 'max = 1\nwindow = "day"'  # as bytes: B1, c10, c9
        self.assertEqual(self.broken(log, cap), "c10 c9")
        self.assertEqual(self.measured, {"c10": 2, "c9": 3})

    def test_10_made_ids_sort_by_path_then_line_as_a_number(self):
        rows = [f"13812345678,2026-10-14 10:00:00,{n}" for n in range(2, 12)]
        logs = {"b.csv": "callee,started_at,agent\n" + "\n".join(rows),
                "a.csv": "callee,started_at,agent\n13812345678,2026-10-14 10:00:00,x"}
        found = self.judge(logs, CAP + 'max = 9\nwindow = "day"')
        lines = sorted(name.split("/")[-1] for name in found)
        self.assertEqual(lines, ["b.csv:10", "b.csv:11"])


class Windows(Case):
    def test_11_durations_and_days(self):
        self.assertEqual(oracle.parse_duration("90m"), 5_400_000)
        for text in ("90 m", "1.5h", "1w", "h", "-1h"):
            self.assertIsNone(oracle.parse_duration(text))
        with self.assertRaises(oracle.RulesetError):
            oracle.parse_window("7days")
        self.assertEqual(oracle.parse_window("7d").kind, "sliding")
        self.assertEqual(oracle.parse_window("7 days").kind, "days")

    def test_11_max_0_allows_no_call(self):
        self.assertEqual(self.broken(calls("10:00:00"), CAP + 'max = 0\nwindow = "24h"'), "a")

    def test_12_sliding(self):
        cap = CAP + 'max = 2\nwindow = "1h"'
        self.assertEqual(self.broken(calls("10:00:00", "10:30:00", "11:00:00"), cap), "")
        self.assertEqual(self.broken(calls("10:00:01", "10:30:00", "11:00:00"), cap), "c")
        self.assertEqual(self.measured, {"c": 3})
        # A later call of the same instant is not in the window.
        self.assertEqual(self.broken(calls("10:00:00", "10:00:00", "10:00:00"), cap), "c")

    def test_13_calendar_windows(self):
        hour = CAP + 'max = 1\nwindow = "hour"'
        self.assertEqual(self.broken(calls("10:00:00", "10:59:59", "11:00:00"), hour), "b")
        week = CAP + 'max = 1\nwindow = "week"'  # 2026-10-12 is a Monday
        log = calls("2026-10-11 23:59:59", "2026-10-12 00:00:00", "2026-10-18 23:59:59")
        self.assertEqual(self.broken(log, week), "c")
        month = CAP + 'max = 1\nwindow = "month"'
        log = calls("2026-09-30 23:59:59", "2026-10-01 00:00:00", "2026-10-31 23:59:59")
        self.assertEqual(self.broken(log, month), "c")

    def test_13_an_hour_shown_twice_is_two_hours_but_a_day_is_a_date(self):
        # 05:30Z is 01:30 EDT, 06:30Z is 01:30 EST.
        log = calls("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T04:59:00Z")
        place = {"zone": "America/New_York", "region": "US"}
        self.assertEqual(self.broken(log, CAP + 'max = 1\nwindow = "hour"', **place), "")
        self.assertEqual(self.broken(log, CAP + 'max = 1\nwindow = "day"', **place), "b c")
        # Lord Howe: the clock goes from 02:00 back to 01:30.
        log = calls("2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T15:29:00Z")
        place = {"zone": "Australia/Lord_Howe", "region": "AU"}
        self.assertEqual(self.broken(log, CAP + 'max = 1\nwindow = "hour"', **place), "c")

    def test_13_resets_at(self):
        cap = CAP + 'max = 1\nwindow = { resets_at = "04:00" }'
        log = calls("2026-10-14 04:00:00", "2026-10-15 03:59:59", "2026-10-15 04:00:00")
        self.assertEqual(self.broken(log, cap), "b")
        # Where 02:15 never is, the window opens at 03:00, the first later time shown.
        cap = CAP + 'max = 1\nwindow = { resets_at = "02:15" }'
        place = {"zone": "America/New_York", "region": "US"}
        log = calls("2026-03-08 01:59:59", "2026-03-08 03:00:00", "2026-03-08 03:00:01")
        self.assertEqual(self.broken(log, cap, **place), "c")
        # Where 01:15 is twice, it opens at the first (05:15Z) only.
        cap = CAP + 'max = 1\nwindow = { resets_at = "01:15" }'
        log = calls("2026-11-01T05:14:59Z", "2026-11-01T05:15:00Z", "2026-11-01T06:14:00Z",
                    "2026-11-01T06:15:00Z")
        self.assertEqual(self.broken(log, cap, **place), "c d")

    def test_14_seven_days(self):
        log = calls("2026-10-08 00:00:00", "2026-10-08 23:59:59", "2026-10-14 23:59:59",
                    "2026-10-15 00:00:00")
        self.assertEqual(self.broken(log, CAP + 'max = 2\nwindow = "7 days"'), "c")
        # d is 6 days and a second after b.
        self.assertEqual(self.broken(log, CAP + 'max = 2\nwindow = "7d"'), "c d")
        log = log.replace("2026-10-14 23:59:59", "2026-10-15 00:00:00")
        self.assertEqual(self.broken(log, CAP + 'max = 2\nwindow = "7 days"'), "")

    def test_15_anchored_and_ever(self):
        cap = CAP + 'max = 1\nwindow = { anchored = "1h" }'
        log = calls("10:00:00", "10:59:59", "11:00:00", "11:59:59", "12:00:00")
        self.assertEqual(self.broken(log, cap), "b d")
        log = calls("10:00:00", "11:30:00", "12:00:00", "12:30:00")  # the second opens at 11:30
        self.assertEqual(self.broken(log, cap), "c")
        ever = CAP + 'max = 1\nwindow = "ever"'
        self.assertEqual(self.broken(calls("2020-01-01 00:00:00", "10:00:00"), ever), "b")

    def test_16_the_first_broken_limit_is_reported(self):
        rule = REDIAL + 'max = 1\nwindow = "day"\nmin_gap = "10m"'
        self.judge(calls("10:00:00", "10:01:00"), rule)
        self.assertEqual(self.measured, {"b": 2})
        self.judge(calls("2026-10-13 23:59:00", "2026-10-14 00:00:00"), rule)
        self.assertEqual(self.measured, {"b": 60})
        for text in ('window = "day"', "max = 1"):
            with self.assertRaises(oracle.RulesetError):
                self.judge(calls("10:00:00"), REDIAL + text)

    def test_17_min_gap(self):
        log = calls("10:00:00", "10:10:00", "10:19:59", "10:19:59")
        self.assertEqual(self.broken(log, REDIAL + 'min_gap = "10m"'), "c d")
        self.assertEqual(self.measured, {"c": 599, "d": 0})

    def test_17_gap_from_end(self):
        log = """call_id,callee,started_at,answered_at,ended_at,ring_s,talk_s
            a,13812345678,2026-10-14 10:00:00,2026-10-14 10:00:10,2026-10-14 10:05:00,10,
            b,13812345678,2026-10-14 10:15:00,2026-10-14 10:15:10,,10,50
            c,13812345678,2026-10-14 10:26:00,,,30.5,
            d,13812345678,2026-10-14 10:36:30,,,,
            e,13812345678,2026-10-14 10:46:30,,2026-10-14 11:00:00,,
            f,13812345678,2026-10-14 10:59:30,,,,"""
        gap = REDIAL + 'min_gap = "10m"\ngap_from = "end"'
        # b: 10:00 after; c: 10:00 after 10:16:00; d: 9:59.5 after 10:26:30.5; e: 10:00.
        self.assertEqual(self.broken(log, gap), "d f")
        self.assertEqual(self.measured, {"d": 599.5, "f": -30})

    def test_17_gap_after_looks_at_the_call_before_only(self):
        log = """call_id,callee,started_at,outcome
            a,13812345678,2026-10-14 10:00:00,busy
            b,13812345678,2026-10-14 10:01:00,answered
            c,13812345678,2026-10-14 10:02:00,busy"""
        gap = REDIAL + 'min_gap = "10m"\ngap_after = ["busy"]'
        self.assertEqual(self.broken(log, gap), "b")

    def test_18_unanswered_run(self):
        log = """call_id,callee,started_at,outcome,answered_by
            a,13812345678,2026-10-14 10:00:00,busy,
            b,13812345678,2026-10-14 10:10:00,answered,machine
            c,13812345678,2026-10-14 10:20:00,busy,
            d,13812345678,2026-10-14 10:30:00,busy,
            e,13812345678,2026-10-14 10:40:00,answered,human
            f,13812345678,2026-10-14 10:50:00,busy,"""
        run = REDIAL + "max_unanswered_run = 2\n"
        self.assertEqual(self.broken(log, run), "c d")
        self.assertEqual(self.broken(log, run + 'window = "20m"'), "")
        self.assertEqual(self.broken(log, run + 'window = "21m"'), "c d")
        self.assertEqual(self.broken(log, run + 'window = { resets_at = "10:05" }'), "d")


class Clocks(Case):
    NINE = HOURS + 'clock = "callee"\nallow = { mon-sun = ["09:00-21:00"] }'

    def test_19_all_zones_or_some(self):
        # 208 is America/Boise and America/Los_Angeles: 09:30 and 08:30; 08:30 and 07:30.
        log = """call_id,callee,started_at
            a,+12085550123,2026-10-14T15:30:00Z
            b,+12085550123,2026-10-14T14:30:00Z
            c,+12085550123,2026-10-14T16:00:00Z"""
        self.assertEqual(self.judge(log, self.NINE), {"a": "possible", "b": "violation"})

    def test_19_all_calls_are_placed_on_the_zone_of_the_judged_call(self):
        # Midnight in Boise is 06:00Z, in Los Angeles 07:00Z.
        log = """call_id,callee,started_at,callee_zone
            a,+12085550123,2026-10-14T05:30:00Z,Asia/Tokyo
            b,+12085550123,2026-10-14T06:30:00Z,
            c,+12085550123,2026-10-14T06:40:00Z,Asia/Tokyo"""
        cap = CAP + 'clock = "callee"\nmax = 1\nwindow = "day"'
        self.assertEqual(self.judge(log, cap), {"b": "possible", "c": "violation"})

    def test_19_other_clocks(self):
        hours = HOURS + 'clock = "{}"\nallow = {{ mon-sun = ["09:00-21:00"] }}'
        log = calls("2026-10-14T13:00:00Z")
        self.assertEqual(self.broken(log, hours.format("America/New_York")), "")
        self.assertEqual(self.broken(log, hours.format("-06:00")), "a")

    def test_20_candidate_zones(self):
        def zones(text, region="US"):
            return oracle.read_number(text, region).zones

        self.assertEqual(zones("+12125550123"), ("America/New_York",))
        self.assertEqual(zones("+12085550123"), ("America/Boise", "America/Los_Angeles"))
        self.assertIn("Pacific/Honolulu", zones("+18005550199"))
        self.assertIn("America/St_Johns", zones("+18005550199"))
        self.assertEqual(zones("646555012"), ())

    def test_20_an_exported_zone_comes_first(self):
        log = """call_id,callee,started_at,callee_zone
            a,+12125550123,2026-10-14T03:00:00Z,Asia/Tokyo
            b,+12125550123,2026-10-14T03:00:00Z,Nowhere/Land"""
        self.assertEqual(self.broken(log, self.NINE), "b")

    def test_20_without_a_candidate_a_violation_is_possible(self):
        log = calls("08:00:00", "10:00:00", callee="8001")
        self.assertEqual(self.judge(log, self.NINE), {"a": "possible"})
        cap = CAP + 'clock = "callee"\nmax = 1\nwindow = "{}"\n'
        self.assertEqual(self.judge(log, cap.format("day")), {"b": "possible"})
        self.assertEqual(self.judge(log, cap.format("24h")), {"b": "violation"})
        dated = cap.format("24h") + "effective = { from = 2026-01-01 }"
        self.assertEqual(self.judge(log, dated), {"b": "possible"})

    def test_21_a_start_that_occurs_twice(self):
        log = calls("2026-11-01 01:30:00")  # 05:30Z or 06:30Z
        place = {"zone": "America/New_York", "region": "US"}
        hours = HOURS + 'clock = "+00:00"\nforbid = { mon-sun = ["05:00-06:00"] }'
        self.assertEqual(self.judge(log, hours, **place), {"a": "possible"})
        hours = hours.replace("06:00", "07:00")
        self.assertEqual(self.judge(log, hours, **place), {"a": "violation"})
        # Counting rules use the first.
        log += "\nb,13812345678,2026-11-01T06:20:00Z"
        gap = REDIAL + 'min_gap = "40m"'
        self.assertEqual(self.broken(log, gap, **place), "")
        self.assertEqual(self.broken(log, gap.replace("40m", "51m"), **place), "b")

    def test_21_a_start_that_never_occurs(self):
        log = calls("2026-03-08 02:30:00") + "\nb,13812345678,2026-03-08T07:31:00Z"
        place = {"zone": "America/New_York", "region": "US"}
        self.assertEqual(self.broken(log, REDIAL + 'min_gap = "2m"', **place), "b")
        self.assertEqual(self.measured, {"b": 60})  # 02:30 is 03:30, 07:30Z
        hours = HOURS + 'forbid = { mon-sun = ["03:00-04:00"] }'
        self.assertEqual(self.judge(log, hours, **place), {"a": "possible", "b": "violation"})

    def test_21_ambiguous_and_impossible_ends(self):
        log = """call_id,callee,started_at,ended_at
            a,13812345678,2026-11-01T05:50:00Z,2026-11-01 01:10:00
            b,13812345678,2026-11-01T06:15:00Z,2026-11-01 06:00:00Z
            c,13812345678,2026-11-01T06:20:00Z,"""
        place = {"zone": "America/New_York", "region": "US"}
        gap = REDIAL + 'min_gap = "6m"\ngap_from = "end"'
        # a ends at 06:10Z, the earliest reading not before its start; b's end is null.
        self.assertEqual(self.broken(log, gap, **place), "b c")
        self.assertEqual(self.measured, {"b": 300, "c": 300})

    def test_21_a_start_known_to_the_minute(self):
        log = calls("2026-10-14 08:59", "2026-10-14 09:00")
        hours = HOURS + 'allow = { mon-sun = ["08:59:30-20:00"] }'
        self.assertEqual(self.judge(log, hours), {"a": "possible"})
        self.assertEqual(self.broken(log, CAP + 'max = 1\nwindow = "60s"'), "")
        self.assertEqual(self.broken(log, CAP + 'max = 1\nwindow = "61s"'), "b")


class Hours(Case):
    def test_22_ends_are_exclusive(self):
        log = calls("08:59:59", "09:00:00", "11:59:59", "12:00:00")
        self.assertEqual(self.broken(log, HOURS + 'allow = { mon-sun = ["09:00-12:00"] }'), "a d")
        self.assertEqual(self.broken(log, HOURS + 'forbid = { mon-sun = ["09:00-12:00"] }'), "b c")
        self.assertEqual(self.broken(log, HOURS + 'allow = { mon-sun = ["09:00:01-24:00"] }'), "a b")

    def test_22_over_midnight(self):
        # 2026-10-16 is a Friday; its night holds on Saturday, which has no hours.
        hours = HOURS + 'allow = { fri = ["22:00-06:00"] }'
        log = calls("2026-10-16 05:00:00", "2026-10-16 22:00:00", "2026-10-17 05:59:59",
                    "2026-10-17 06:00:00", "2026-10-17 22:00:00")
        self.assertEqual(self.broken(log, hours), "a d e")

    def test_22_days_that_no_key_names(self):
        log = calls("2026-10-16 10:00:00", "2026-10-17 10:00:00")  # Friday, Saturday
        self.assertEqual(self.broken(log, HOURS + 'allow = { mon-fri = ["09:00-12:00"] }'), "b")
        self.assertEqual(self.broken(log, HOURS + 'forbid = { mon-fri = ["09:00-12:00"] }'), "a")
        self.assertEqual(self.broken(log, HOURS + 'allow = { sat-mon = ["09:00-12:00"] }'), "a")

    def test_22_errors(self):
        for text in ('allow = { mon = ["09:00-09:00"] }',
                     'allow = { mon-wed = [], tue = [] }',
                     'allow = { mon = [] }\nforbid = { tue = [] }',
                     'allow = { holiday = [] }'):
            with self.assertRaises(oracle.RulesetError, msg=text):
                self.judge(calls("10:00:00"), HOURS + text)

    def test_22_overlapping_intervals_are_their_union(self):
        hours = HOURS + 'at = "any"\nallow = { mon-sun = ["09:00-12:00", "11:00-14:00"] }'
        log = "call_id,callee,started_at,ended_at\n" \
              "a,13812345678,2026-10-14 10:00:00,2026-10-14 13:59:59"
        self.assertEqual(self.broken(log, hours), "")

    def test_23_holidays_and_make_up_workdays(self):
        # 2026-10-01 (Thursday) is a holiday, 2026-10-10 (Saturday) a workday.
        log = calls("2026-10-01 10:00:00", "2026-10-10 10:00:00", "2027-01-01 10:00:00")
        files = {"c.toml": CALENDAR}
        hours = HOURS + 'calendar = "c.toml"\nallow = {{ mon-fri = ["09:00-12:00"], {} }}'
        both = 'holiday = [], workday = ["09:00-12:00"]'
        self.assertEqual(self.broken(log, hours.format(both), files=files), "a")
        self.assertEqual(self.stats["calls_uncovered"], 1)
        only = 'workday = ["09:00-12:00"]'
        self.assertEqual(self.broken(log, hours.format(only), files=files), "")
        self.assertEqual(self.broken(log, hours.format("holiday = []"), files=files), "a b")

    ANY = """call_id,callee,started_at,answered_at,ended_at
        a,13812345678,2026-10-14 11:59:00,2026-10-14 11:59:10,2026-10-14 13:01:00
        b,13812345678,2026-10-14 11:58:00,2026-10-14 11:59:00,2026-10-14 12:00:00
        c,13812345678,2026-10-14 11:58:00,2026-10-14 12:00:00,
        d,13812345678,2026-10-14 11:59:59,,
        e,13812345678,2026-10-14 11:58:00,2026-10-14 11:59:00,2026-10-14 11:59:59"""

    def test_24_at(self):
        hours = HOURS + 'at = "{}"\nallow = {{ mon-sun = ["09:00-12:00", "13:00-20:00"] }}'
        self.assertEqual(self.broken(self.ANY, hours.format("start")), "")
        self.assertEqual(self.broken(self.ANY, hours.format("answer")), "c")
        self.assertEqual(self.stats["calls_without_time"], 1)
        self.assertEqual(self.broken(self.ANY, hours.format("end")), "b")
        self.assertEqual(self.broken(self.ANY, hours.format("any")), "a b c")

    def test_24_a_log_without_the_column(self):
        hours = HOURS + 'at = "{}"\nallow = {{ mon-sun = ["09:00-12:00"] }}'
        self.judge(calls("10:00:00"), hours.format("answer"))
        self.assertEqual(self.stats["status"], "not_evaluable")
        self.assertEqual(self.broken(calls("10:00:00", "12:00:00"), hours.format("any")), "b")


class Lists(Case):
    def list(self, log, entries, more="", **options):
        """Verdicts of a dnc_list rule with these entries."""
        return self.judge(log, DNC.format(more=more),
                          files={"l.csv": entries, "c.toml": CALENDAR}, **options)

    def test_25_as_of_the_call(self):
        log = calls("10:00:00", "10:00:01", "10:00:02")
        entries = """number,added_at,expires_at
            138 1234 5678,2026-10-14 10:00:01,2026-10-14T02:00:02Z"""
        self.assertEqual(self.list(log, entries), {"b": "violation"})

    def test_25_dates_stand_for_the_whole_day(self):
        log = calls("2026-10-13 23:59:59", "2026-10-14 00:00:00", "2026-10-15 23:59:59",
                    "2026-10-16 00:00:00")
        entries = "number,added_at,expires_at\n13812345678,2026-10-14,2026-10-15"
        self.assertEqual(sorted(self.list(log, entries)), ["b", "c"])

    def test_25_one_of_several_entries_suffices(self):
        entries = "number,added_at\n13812345678,2027-01-01\n+8613812345678,2026-01-01"
        self.assertEqual(self.list(calls("10:00:00"), entries), {"a": "violation"})

    def test_25_scope(self):
        log = """call_id,callee,started_at,purpose
            a,13812345678,2026-10-14 10:00:00,marketing
            b,13812345678,2026-10-14 10:00:00,service
            c,13812345678,2026-10-14 10:00:00,"""
        entries = "number,scope\n13812345678,marketing"
        self.assertEqual(self.list(log, entries), {"a": "violation", "c": "possible"})

    def test_25_unreadable_rows(self):
        entries = "number,added_at\nnobody,\n13812345678,sometime"
        self.assertEqual(self.list(calls("10:00:00"), entries), {"a": "violation"})
        self.list(calls("10:00:00"), "number\nnobody\n")
        self.assertEqual(self.stats["status"], "not_evaluable")

    def test_25_logs_of_a_list(self):
        log = calls("2026-10-01 23:59:59", "2026-10-02 00:00:00", "2026-10-04 23:59:59",
                    "2026-10-05 00:00:00", "2026-10-07 09:00:00")
        entries = """number,action,added_at
            13812345678,add,2026-10-02
            13812345678,delete,2026-10-04
            +8613812345678,A,2026-10-07 09:00:00
            13812345678,?,2026-10-03
            13812345678,D,sometime"""
        entries = "\n".join(line.strip() for line in entries.splitlines())
        self.assertEqual(sorted(self.list(log, entries)), ["b", "c", "e"])
        # What was not added before stood there since nobody knows when.
        entries = "number,action,added_at\n13812345678,delete,2026-10-02"
        self.assertEqual(sorted(self.list(log, entries)), ["a", "b"])

    def test_26_grace(self):
        log = calls("2026-10-01 12:00:00", "2026-10-02 00:00:00", "2026-10-04 00:00:00",
                    "2026-10-09 00:00:00", "2026-10-10 00:00:00", "2026-10-11 00:00:00")
        entries = "number,added_at\n13812345678,2026-09-30 12:00:00"
        def first(more):
            return min(self.list(log, entries, more), default=None)

        self.assertEqual(first('grace = "24h"'), "a")
        self.assertEqual(first('grace = "25h"'), "b")
        self.assertEqual(first('grace = "1 days"'), "b")
        self.assertEqual(first('grace = "3 days"'), "c")
        # From Wednesday 09-30: day 1 is Thu 10-01, … day 6 is Thu 10-08, day 7 Fri 10-09.
        self.assertEqual(first('grace = "6 business days"'), "d")
        self.assertEqual(first('grace = "7 business days"'), "e")
        # With the calendar 10-01 is none, so day 6 is 10-09 and day 7 the workday 10-10.
        self.assertEqual(first('grace = "6 business days"\ncalendar = "c.toml"'), "e")
        self.assertEqual(first('grace = "7 business days"\ncalendar = "c.toml"'), "f")

    def test_26_grace_is_not_for_exempt(self):
        rule = CAP + 'max = 0\nwindow = "day"\nexempt = ["l"]\n[[list]]\nid = "l"\npath = "l.csv"'
        files = {"l.csv": "number,added_at\n13812345678,2026-10-14 10:00:00"}
        log = calls("09:59:59", "10:00:00")
        self.assertEqual(self.broken(log, rule, files=files), "a")

    def test_27_prefixes(self):
        def matches(prefix, callee, region="CN"):
            return self.list(calls("10:00:00", callee=callee), f"number\n{prefix}", region=region)

        self.assertEqual(matches("+86138*", "138-1234-5678"), {"a": "violation"})
        self.assertEqual(matches("138*", "+8613812345678"), {"a": "violation"})
        self.assertEqual(matches("138*", "13912345678"), {})
        self.assertEqual(matches("020*", "+442079460018", "GB"), {"a": "violation"})
        self.assertEqual(matches("80*", "8001"), {"a": "violation"})
        self.assertEqual(matches("400*", "400-810-0000"), {"a": "violation"})

    def test_27_masks(self):
        def matches(entry, callee):
            return self.list(calls("10:00:00", callee=callee), f"number\n{entry}")

        possible = {"a": "possible"}
        self.assertEqual(matches("138****5678", "+8613812345678"), possible)
        self.assertEqual(matches("+86138****5678", "13812345678"), possible)
        self.assertEqual(matches("138****567", "13812345678"), {})
        self.assertEqual(matches("13812345678", "138****5678"), possible)
        self.assertEqual(matches("13812345679", "138****5678"), {})
        self.assertEqual(matches("010***5678", "010-62345678"), {})
        self.assertEqual(matches("010****5678", "+861062345678"), possible)
        rule = CAP + 'max = 0\nwindow = "day"\nexempt = ["l"]\n[[list]]\nid = "l"\npath = "l.csv"'
        files = {"l.csv": "number\n138****5678"}
        self.assertEqual(self.broken(calls("10:00:00"), rule, files=files), "a")

    def test_28_missing_lists(self):
        self.judge(calls("10:00:00"), DNC.format(more="").replace('path = "l.csv"', ""))
        self.assertEqual(self.stats["status"], "not_evaluable")
        with self.assertRaises(oracle.RulesetError):
            self.judge(calls("10:00:00"), 'kind = "dnc_list"\nlists = ["l"]')
        rule = CAP + 'max = 0\nwindow = "day"\nexempt = ["l", "agent IS NULL"]\n[[list]]\nid = "l"'
        self.assertEqual(self.broken(calls("10:00:00"), rule), "a")

    def test_7_a_masked_callee_is_judged_and_a_null_one_is_not(self):
        log = calls("10:00:00", callee="138****5678") + "\nz,,2026-10-14 10:00:00"
        self.list(log, "number\n13987654321")
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (1, 1))


class Patterns(Case):
    """What each feature measures, by hand."""

    def told(self, log, rule, per="[]", min_count=1, **more):
        self.judge(log, f'kind = "pattern"\nforce = "signal"\nper = {per}\n'
                        f'min_count = {min_count}\n{rule}', **more)
        self.assertEqual({f.verdict for f in self.findings} - {"possible"}, set())
        return [f.measured for f in self.findings]

    def test_volume(self):
        log = calls("10:00:00", "10:59:59", "11:00:00")
        volume = 'feature = "volume"\nwindow = "hour"\n'
        self.assertEqual(self.told(log, volume + "max = 1"), [2])
        self.assertEqual(self.told(log, volume + "max = 2"), [])
        self.assertEqual(self.told(log, volume + "min = 2"), [1])
        self.assertEqual(self.told(log, volume + "min = 2", min_count=2), [])

    def test_burst(self):
        # Exactly half an hour apart is too far: two of the three at most.
        log = calls("10:00:00", "10:29:59", "10:30:00")
        burst = 'feature = "burst"\nwindow = "day"\nwithin = "30m"\n'
        self.assertEqual(self.told(log, burst + "max = 1"), [2])
        self.assertEqual(self.told(log, burst + "max = 2"), [])

    def test_pacing(self):
        # Gaps of 60 and 120 seconds: mean 90, standard deviation 30.
        log = calls("10:00:00", "10:01:00", "10:03:00")
        (found,) = self.told(log, 'feature = "pacing"\nwindow = "day"\nmin = 0.4')
        self.assertAlmostEqual(float(found), 1 / 3)

    def test_repeat_short_and_answered(self):
        log = """call_id,callee,started_at,outcome,talk_s
            a,13812345678,2026-10-14 10:00:00,answered,5
            b,13812345678,2026-10-14 10:00:01,answered,6
            c,13812345678,2026-10-14 10:00:02,answered,6.001
            d,13987654321,2026-10-14 10:00:03,no_answer,0"""
        # Four calls to two people; three of four answered; two of the three at most 6 s long.
        repeat = 'feature = "repeat"\nwindow = "day"\nmax = 1.9'
        self.assertEqual(self.told(log, repeat), [2])
        answered = 'feature = "answered"\nwindow = "day"\nmax = 0.7'
        self.assertEqual(self.told(log, answered), [0.75])
        short = 'feature = "short"\nwindow = "day"\nwithin = "6s"\nmax = 0.6\n'
        (found,) = self.told(log, short)
        self.assertAlmostEqual(float(found), 2 / 3)
        self.assertEqual(self.told(log, short, min_count=4), [])

    def test_night(self):
        log = calls("21:59:59", "22:00:00", "07:59:59", "08:00:00")
        night = 'feature = "night"\nwindow = "day"\nnight = "22:00-08:00"\nmax = 0.4'
        self.assertEqual(self.told(log, night), [0.5])

    def days(self, *counts):
        return calls(*[
            f"2026-10-{n + 1:02} 10:00:{m:02}" for n, count in enumerate(counts) for m in range(count)
        ])

    def test_the_past(self):
        past = 'feature = "volume"\nwindow = "day"\nbaseline = "5 days"\n'
        log = self.days(1, 1, 1, 2, 0, 2, 3)
        # Of 7 October the five days before have 1, 1, 2, 2 calls: four windows are too few.
        self.assertEqual(self.told(log, past + "factor = 1.5"), [])
        # Six days before: 1, 1, 1, 2, 2 with the mean 1.4, so that 3 are more than twice it.
        six = past.replace("5 days", "6 days")
        self.assertEqual(self.told(log, six + "factor = 2"), [3])
        self.assertEqual(float(self.findings[0].limit), 2.8)
        self.assertEqual(self.told(log, six + "factor = 2.2"), [])  # 3.08

    def test_exactly_as_in_the_past(self):
        past = 'feature = "volume"\nwindow = "day"\nbaseline = "9 days"\n'
        self.assertEqual(self.told(self.days(1, 1, 1, 1, 1, 2), past + "factor = 2"), [])
        self.assertEqual(self.told(self.days(1, 1, 1, 1, 1, 2), past + "factor = 1.99"), [2])
        self.assertEqual(self.told(self.days(2, 2, 2, 2, 2, 2), past + "factor = 1"), [])

    def test_less_than_in_the_past(self):
        past = 'feature = "volume"\nwindow = "day"\nbaseline = "9 days"\n'
        log = self.days(2, 2, 2, 2, 1, 1)  # the mean of five is 1.8
        self.assertEqual(self.told(log, past + "factor = 0.5"), [])
        self.assertEqual(self.told(log, past + "factor = 1"), [1])

    def test_burnt(self):
        log = """call_id,callee,started_at,line
            a,13812345678,2026-10-01 10:00:00,L1
            b,13812345678,2026-10-02 09:59:59,L1
            c,13812345678,2026-10-01 10:00:00,L2
            d,13812345678,2026-10-02 10:00:00,L2
            e,13812345678,2026-10-03 10:00:00,L3"""
        burn = 'feature = "burn"\nwithin_days = "1 days"'
        # L1 a second less than a day, then more than a day of log; L2 a day; L3 to the end.
        self.assertEqual(self.told(log, burn, per='["line"]'), [2])
        self.assertEqual(self.findings[0].key, "line=L1")
        self.assertEqual(self.told(log, burn, per='["line"]', min_count=3), [])


class Gaps(Case):
    def told(self, log, limit, **more):
        self.judge(log, f'kind = "completeness"\nmax_gap = "{limit}"', zone="UTC", **more)
        return [(f.verdict[0], int(f.measured)) for f in self.findings]

    def test_of_a_short_log(self):
        # From 11:00 to 15:00 there are four whole hours: of less than three weeks of log.
        log = calls("10:00:00", "15:00:00")
        self.assertEqual(self.told(log, "4h"), [("p", 4)])
        self.assertEqual(self.told(log, "5h"), [("p", 4)])  # it lasted less than 6 h
        self.assertEqual(self.told(log, "6h"), [])

    def test_of_a_day(self):
        # From 11:00 to 11:00 on the next day, and to 10:00.
        log = calls("2026-10-14 10:59:59", "2026-10-15 11:00:00")
        self.assertEqual(self.told(log, "24h"), [("v", 24)])
        self.assertEqual(self.told(log, "1441m"), [("p", 24)])
        log = calls("2026-10-14 10:59:59", "2026-10-15 10:00:00")
        self.assertEqual(self.told(log, "24h"), [("p", 23)])
        self.assertEqual(self.told(log, "22h"), [("p", 23)])
        self.assertEqual(self.told(log, "25h"), [])

    def test_since_and_effective(self):
        log = calls("2026-10-14 10:00:00", "2026-10-16 15:00:00", "2026-10-20 15:00:00")
        self.assertEqual(self.told(log, "24h"), [("v", 52), ("v", 95)])
        self.assertEqual(self.told(log, "24h", since="2026-10-16T14:59:59Z"), [("v", 52), ("v", 95)])
        self.assertEqual(self.told(log, "24h", since="2026-10-16T15:00:00Z"), [("v", 95)])
        self.assertEqual(
            self.told(log, '24h"\neffective = { to = 2026-10-15 }\n#"'), [("v", 52)])

    def test_against_the_rhythm(self):
        # Five weeks with calls from 9 to 11 on Mondays to Fridays; 22 September lacks them.
        rows = [
            f"c{day}-{hour},13812345678,2026-09-{day + 6:02} {hour:02}:30:00"
            if day + 6 <= 30 else f"c{day}-{hour},13812345678,2026-10-{day - 24:02} {hour:02}:30:00"
            for day in range(1, 34) if (day - 1) % 7 < 5 and day + 6 != 22 for hour in (9, 10)
        ]
        log = "call_id,callee,started_at\n" + "\n".join(rows)
        # From Monday 11:00 to Wednesday 9:00; nights of 22 and weekends of 70 hours are none.
        self.assertEqual(self.told(log, "12h"), [("v", 46)])
        self.assertEqual(self.told(log, "47h"), [("p", 46)])
        self.assertEqual(self.told(log, "48h"), [])


class Tools(unittest.TestCase):
    def test_the_same_seed_gives_the_same_files(self):
        def files(folder):
            return {p.name: p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}

        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            generate.make(7, one)
            generate.make(7, two)
            self.assertEqual(files(one), files(two))

    def test_command_line(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "l.csv").write_text(calls("10:00:00", "10:00:30"), encoding="utf-8")
            text = HEAD.format(zone="Asia/Shanghai", region="CN")
            text += '[[rule]]\nid = "r"\n' + CAP + 'max = 1\nwindow = "hour"\n'
            (folder / "r.toml").write_text(text, encoding="utf-8")
            status = oracle.main([
                str(folder / "l.csv"), "--rules", str(folder / "r.toml"),
                "--out", str(folder / "out.csv"), "--stats", str(folder / "s.json"),
            ])
            self.assertEqual(status, 0)
            out = (folder / "out.csv").read_text(encoding="utf-8")
            self.assertEqual(out, "rule,call_id,verdict,measured,key,started_at\nr,b,violation,2,,\n")
            statistics = json.loads((folder / "s.json").read_text(encoding="utf-8"))
            self.assertEqual(statistics["r"]["calls_judged"], 2)

    def test_cutting_a_log_changes_nothing(self):
        import compare
        import random

        for seed in range(1, 13):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                scenario = generate.make(seed, folder)
                def judged(names):
                    found, _ = oracle.audit(
                        [folder / n for n in names], folder / "rules.toml", **scenario,
                        as_of=compare.AS_OF,
                    )
                    return oracle.csv_rows(found)

                if "call_id" not in compare.header_of(folder / "log.csv"):
                    continue  # made ids have the file's name in them
                whole = judged(["log.csv"])
                r = random.Random(seed)
                self.assertEqual(whole, judged(self.cut_evenly(folder, r)), f"seed {seed}")

    @staticmethod
    def cut_evenly(folder, r):
        """Two files, rows shuffled, all columns kept."""
        with open(folder / "log.csv", encoding="utf-8", newline="") as file:
            header, *rows = file.read().splitlines()
        r.shuffle(rows)
        for name, part in (("a.csv", rows[::2]), ("b.csv", rows[1::2])):
            (folder / name).write_text("\n".join([header, *part]) + "\n", encoding="utf-8")
        return ["b.csv", "a.csv"]


class Applies(Case):
    # A toll-free number may be in any state; 305 is Florida, 212 New York.
    LOG = """call_id,callee,started_at,mode,agent
        a,+18005550199,2026-10-14 10:00:00,robot,A
        b,+13055550123,2026-10-14 10:10:00,robot,A
        c,+12125550123,2026-10-14 10:20:00,robot,A
        d,+13055550123,2026-10-14 10:30:00,,A
        e,+13055550123,2026-10-14 10:40:00,robot,A"""
    FLORIDA = 'applies = {{ region = ["US-FL"], mode = ["robot"]{more} }}\n'
    CAP = 'kind = "call_cap"\nper = ["agent"]\nmax = 1\nwindow = "day"\n'

    def test_broken_with_and_without_uncertain_calls(self):
        # With a: a, b, e are 1, 2, 3; without it b, e are 1, 2: only e is broken both ways.
        verdicts = self.judge(self.LOG, self.CAP + self.FLORIDA.format(more=""))
        self.assertEqual(verdicts, {"b": "possible", "e": "violation"})
        self.assertEqual(self.measured["e"], 3)
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_unknown"]), (3, 1))

    def test_unknown(self):
        strict = self.FLORIDA.format(more=', unknown = "applies"')
        self.assertEqual(self.judge(self.LOG, self.CAP + strict), {"b": "violation", "e": "violation"})
        lenient = self.FLORIDA.format(more=', unknown = "left_out"')
        self.assertEqual(self.judge(self.LOG, self.CAP + lenient), {"e": "violation"})

    def test_an_uncertain_call_can_excuse_another(self):
        # With b the gap before c is 20 minutes; without it 40: possible, as b itself is.
        log = """call_id,callee,started_at
            a,+13055550123,2026-10-14 10:00:00
            b,+18005550199,2026-10-14 10:20:00
            c,+13055550123,2026-10-14 10:40:00"""
        rule = 'kind = "repeat_dial"\nper = []\nmin_gap = "30m"\napplies = { region = ["US"] }\n'
        self.assertEqual(self.judge(log, rule), {"b": "possible", "c": "possible"})
        # Answered, it ends a run that goes on without it.
        log = """call_id,callee,started_at,outcome
            a,+13055550123,2026-10-14 10:00:00,busy
            b,+18005550199,2026-10-14 10:20:00,answered
            c,+13055550123,2026-10-14 10:40:00,busy"""
        rule = 'kind = "repeat_dial"\nper = []\nmax_unanswered_run = 1\napplies = { region = ["US"] }\n'
        self.assertEqual(self.judge(log, rule), {"c": "possible"})

    def test_groups(self):
        # Of the share 2/3 with a, 1/2 without it: both above 0.4, only the first above 0.5.
        log = """call_id,callee,started_at,outcome
            a,+18005550199,2026-10-14 10:00:00,abandoned
            b,+13055550123,2026-10-14 10:10:00,abandoned
            c,+13055550123,2026-10-14 10:20:00,answered"""
        rule = 'kind = "ratio"\nper = []\nwindow = "day"\nnumerator = "outcome = \'abandoned\'"\n'
        rule += 'applies = { region = ["US-FL"] }\n'
        for most, verdict in ((0.4, "violation"), (0.5, "possible")):
            self.judge(log, rule + f"max = {most}\n")
            self.assertEqual([f.verdict for f in self.findings], [verdict])
        self.judge(log, rule + "max = 0.7\n")
        self.assertEqual(self.findings, [])

    def test_34_exported_regions(self):
        log = """call_id,callee,started_at,callee_region
            a,+442079460018,2026-10-14 10:00:00,US-FL
            b,+13055550123,2026-10-14 10:00:00,US
            c,+18005550199,2026-10-14 10:00:00,US
            d,+12125550123,2026-10-14 10:00:00,
            e,,2026-10-14 10:00:00,"""
        rule = HOURS + 'forbid = { mon-sun = ["00:00-24:00"] }\napplies = { region = ["US-FL"] }\n'
        self.assertEqual(self.judge(log, rule), {
            "a": "violation", "b": "violation", "c": "possible", "e": "possible"})


class Exemptions(Case):
    RULE = """[[rule]]
        id = "r"
        kind = "quiet_hours"
        forbid = { mon-sun = ["00:00-24:00"] }
        exempt = ["e"]
        [[list]]
        id = "l"
        kind = "events"
        path = "l.csv"
        [[exemption]]
        id = "e"
        list = "l"
        """

    def left(self, at, more, *starts):
        files = {"l.csv": f"number,at\n13812345678,{at}"}
        return self.broken(calls(*starts), self.RULE + more, files=files)

    def test_within(self):
        day = ["2026-02-27 12:00:00", "2026-02-28 23:59:59", "2026-03-01 00:00:00"]
        # A month after 31 January is the last day of February.
        self.assertEqual(self.left("2026-01-31 20:00:00", 'within = "1 months"', *day), "c")
        self.assertEqual(self.left("2026-02-26 20:00:00", 'within = "2 days"', *day), "c")
        self.assertEqual(self.left("2026-02-26", 'within = "2 days"\nevent_day = 1', *day), "b c")
        # Exactly so long is too long; an event after the call takes nothing out.
        self.assertEqual(self.left("2026-02-27 12:00:00", 'within = "132h"', *day), "")
        self.assertEqual(self.left("2026-02-27 00:00:00", 'within = "48h"', *day), "c")
        self.assertEqual(self.left("2026-02-27 12:00:01", "", *day), "a")
        self.assertEqual(self.stats["exempted"], {"e": 2})


class Consent(Case):
    RULE = '[[rule]]\nid = "r"\nkind = "consent"\nlists = ["l"]\n{more}\n[[list]]\nid = "l"\nkind = "consent"\npath = "l.csv"\n'

    def verdicts(self, rows, *starts, more="", log=None):
        log = log or calls(*starts)
        return self.judge(log, self.RULE.format(more=more), files={"l.csv": rows})

    def test_36_from_and_to(self):
        rows = "number,granted_at,revoked_at\n138 1234 5678,2026-10-10 10:00:00,2026-10-12 09:00:00"
        starts = ["2026-10-10 09:59:59", "2026-10-10 10:00:00", "2026-10-12 09:00:00",
                  "2026-10-14 23:59:59", "2026-10-15 00:00:00"]
        self.assertEqual(" ".join(self.verdicts(rows, *starts)), "a c d e")
        # The day of the revocation is day 0: it counts until the end of the 14th.
        self.assertEqual(" ".join(self.verdicts(rows, *starts, more='grace = "2 days"')), "a e")
        self.assertEqual(" ".join(self.verdicts(rows, *starts, more='max_age = "0 days"')), "a c d e")

    def test_36_a_row_that_takes_back(self):
        rows = """number,granted_at,revoked_at,purpose
            13812345678,2026-10-01,,
            13812345678,,2026-10-10,marketing
            13812345678,2026-10-12,,survey"""
        log = """call_id,callee,started_at,purpose
            a,13812345678,2026-10-11 10:00:00,marketing
            b,13812345678,2026-10-11 10:00:00,service
            c,13812345678,2026-10-11 10:00:00,
            d,13812345678,2026-10-13 10:00:00,marketing
            e,13812345678,2026-10-13 10:00:00,survey
            f,13987654321,2026-10-13 10:00:00,survey"""
        self.assertEqual(self.verdicts(rows, log=log), {
            "a": "violation", "c": "possible", "d": "violation", "f": "violation"})

    def test_36_possible(self):
        rows = "number,granted_at\n13812345678,soon\n139****4321,2026-10-01"
        log = """call_id,callee,started_at
            a,13812345678,2026-10-11 10:00:00
            b,13987654321,2026-10-11 10:00:00
            c,138****5678,2026-10-11 10:00:00
            d,15012340001,2026-10-11 10:00:00
            e,,2026-10-11 10:00:00"""
        self.assertEqual(self.verdicts(rows, log=log), {
            "a": "possible", "b": "possible", "c": "possible", "d": "violation"})
        self.assertEqual(self.stats["calls_without_key"], 1)
        self.verdicts(rows, log=log, more="proof = true")
        self.assertEqual(self.stats["status"], "not_evaluable")


if __name__ == "__main__":
    from self_test_row_kinds import Bindings, Callers, Places  # noqa: F401

    unittest.main()
