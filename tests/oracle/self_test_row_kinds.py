#!/usr/bin/env python3
"""Checks of row_kinds.py, each computed by hand from a sentence of the documentation of
`caller_id`, `destination` or `binding`.

    python self_test_row_kinds.py
"""

import unittest

from self_test import Case

CALLER = 'kind = "caller_id"\n'
PLACE = 'kind = "destination"\n'
BOUND = 'kind = "binding"\nbindings = "b"\n'
LISTS = '[[list]]\nid = "b"\nkind = "bindings"\npath = "b.csv"\n'
OWN = '[[list]]\nid = "own"\nkind = "inventory"\npath = "own.csv"\n'


def shown(*callers, callee="13900000001", day="2026-10-14"):
    """A log of calls a, b, c … a minute apart, each with its caller."""
    rows = [f"{name},{caller},{callee},{day} 10:{n:02}:00"
            for n, (name, caller) in enumerate(zip("abcdefghijklmnop", callers))]
    return "call_id,caller,callee,started_at\n" + "\n".join(rows)


def called(*callees, region=None):
    rows = [f"{name},13800000001,{callee},2026-10-14 10:00:00,{region or ''}"
            for name, callee in zip("abcdefghijklmnop", callees)]
    return "call_id,caller,callee,started_at,callee_region\n" + "\n".join(rows)


class Callers(Case):
    def test_present(self):
        log = shown("", "anonymous", "Private", "匿名", "未知", "0000", "266696687",
                    "13800000001", "95588", "138****0001", "Sales Desk", "1.38E+10")
        found = self.judge(log, CALLER + "present = true")
        self.assertEqual(" ".join(sorted(k for k, v in found.items() if v == "violation")),
                         "a b c d e f g")
        self.assertEqual(" ".join(sorted(k for k, v in found.items() if v == "possible")), "j k")
        self.assertEqual(self.stats["calls_judged"], 12)

    def test_forbid_and_allow(self):
        log = shown("4008100000", "13800000001", "138****0001", "1.38E+10", "anonymous")
        found = self.judge(log, CALLER + 'forbid = ["400*"]')
        self.assertEqual(found, {"a": "violation"})
        # c cannot begin with 400; of d and e nothing is known.
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (3, 2))
        found = self.judge(log, CALLER + 'allow = ["+86138*"]')
        self.assertEqual(found, {"a": "violation", "c": "possible", "d": "possible"})
        found = self.judge(log, CALLER + 'forbid = ["138****0001"]')
        self.assertEqual(found, {"b": "possible", "c": "possible"})

    def test_the_first_in_order_is_reported(self):
        found = self.said(shown("4008100000", "", "138****0001"),
                          CALLER + 'present = true\nforbid = ["400*"]\nallow = ["139*"]')
        self.assertEqual(found, {"a": "forbid", "b": "present", "c": "present"})
        # A check that is surely broken comes before those that may be.
        self.assertEqual(self.said(shown("13800000001"), CALLER
                                   + 'forbid = ["138****0001"]\nallow = ["139*"]'), {"a": "allow"})

    def said(self, log, rules, **more):
        """{call_id: the check that is reported}."""
        import oracle
        kept = {}
        real = oracle.Audit.checked_verdict

        def checked(audit, rule, call):
            violation = real(audit, rule, call)
            if violation:
                kept[call.call_id] = violation.said[0].check
            return violation
        oracle.Audit.checked_verdict = checked
        try:
            self.judge(log, rules, **more)
        finally:
            oracle.Audit.checked_verdict = real
        return kept

    def test_37_inventory_as_of_the_call(self):
        rule = CALLER + 'inventory = ["own"]\n' + OWN
        files = {"own.csv": """number,filed_at,expires_at
            13800000001,2026-10-14,2026-10-14
            138000000*,2026-10-14 10:02:00,
            13700000001,,2026-10-14 10:03:00"""}
        log = shown("13800000001", "13800000002", "13800000003", "13700000001", "138****0001")
        # a stands there all day, b is a minute too early, c just filed, d just ended.
        self.assertEqual(self.judge(log, rule, files=files),
                         {"b": "violation", "d": "violation", "e": "possible"})
        day = shown("13800000001", day="2026-10-15")
        self.assertEqual(self.broken(day, rule, files={"own.csv": "number,expires_at\n13800000001,2026-10-14"}), "a")
        # A purpose limits it; for a call without one it is possible.
        log = """call_id,caller,callee,started_at,purpose
            a,13800000001,13900000001,2026-10-14 10:00:00,service
            b,13800000001,13900000001,2026-10-14 10:00:00,survey
            c,13800000001,13900000001,2026-10-14 10:00:00,"""
        files = {"own.csv": "number,purpose\n13800000001,service"}
        self.assertEqual(self.judge(log, rule, files=files), {"b": "violation", "c": "possible"})
        self.judge(log, rule)
        self.assertEqual(self.stats["status"], "not_evaluable")

    def test_rotation_slides(self):
        rule = CALLER + 'per = ["callee"]\nmax_numbers = 2\nwindow = "3m"\n'
        # Minutes 0 to 5: 1 2 1 3 3 2. At d (minute 3) those after minute 0 are 2 1 3,
        # at e 1 3 3, at f 3 3 2.
        log = shown("13800000001", "13800000002", "13800000001", "13800000003", "13800000003",
                    "13800000002")
        self.assertEqual(self.broken(log, rule), "d")
        self.assertEqual(self.measured, {"d": 3})
        # Four minutes: d 1 2 1 3, e 2 1 3 3, f 1 3 3 2.
        self.assertEqual(self.broken(log, rule.replace("3m", "4m")), "d e f")
        # A caller that is withheld, masked or a name is no number.
        log = shown("13800000001", "anonymous", "138****0002", "Sales Desk", "13800000003")
        self.assertEqual(self.broken(log, rule.replace("3m", "1h")), "")
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (2, 3))

    def test_rotation_in_other_windows(self):
        log = """call_id,caller,callee,started_at
            a,13800000001,13900000001,2026-10-14 23:00:00
            b,13800000002,13900000001,2026-10-14 23:59:59
            c,13800000003,13900000001,2026-10-15 00:00:00
            d,13800000001,13900000001,2026-10-15 04:00:00
            e,13800000002,13900000001,2026-10-19 00:00:00"""
        rule = CALLER + 'per = ["callee"]\nmax_numbers = 1\nwindow = {}\n'
        for window, expected in (
            ('"day"', "b d"), ('"hour"', "b"), ('"week"', "b c d"), ('"month"', "b c d e"),
            ('"2 days"', "b c d"), ('{ resets_at = "04:00" }', "b c"), ('"ever"', "b c d e"),
            ('{ anchored = "1h" }', "b"),
        ):
            self.assertEqual(self.broken(log, rule.format(window)), expected, window)


class Places(Case):
    def test_classes(self):
        log = called("110", "0574-120", "95588", "4008100000", "13800000001", "010-62345678",
                     "8008100123", "8001")
        for name, expected in (("emergency", "a b"), ("service", "c d"), ("mobile", "e"),
                               ("fixed", "f"), ("toll_free", "g")):
            self.assertEqual(self.broken(log, PLACE + f'classes = ["{name}"]'), expected, name)

    def test_in_north_america_mobile_and_fixed_look_alike(self):
        log = called("+12125550123")
        self.assertEqual(self.judge(log, PLACE + 'classes = ["mobile"]'), {"a": "possible"})
        self.assertEqual(self.judge(log, PLACE + 'classes = ["mobile", "fixed"]'), {"a": "violation"})

    def test_areas(self):
        log = called("0891-6322222", "0991-2345678", "13889012345", "13999011234", "010-62345678")
        self.assertEqual(self.broken(log, PLACE + 'areas = ["CN-54"]'), "a c")
        self.assertEqual(self.broken(log, PLACE + 'areas = ["CN-65"]'), "b d")
        log = called("0891-6322222", "010-62345678", region="CN-65")
        self.assertEqual(self.broken(log, PLACE + 'areas = ["CN-65"]'), "a b")
        self.assertEqual(self.broken(log, PLACE + 'areas = ["CN-54"]'), "")

    def test_34_regions(self):
        log = called("+12125550123", "+14165550123", "+18005550199", "+442079460018",
                     "+447797712345", "+61412345678", "138****0001")
        us = PLACE + 'regions = ["US"]'
        self.assertEqual(self.judge(log, us), {"a": "violation", "c": "possible"})
        self.assertEqual(self.stats["calls_without_key"], 1)
        self.assertEqual(self.judge(log, us.replace("US", "US-NY")), {"a": "violation", "c": "possible"})
        self.assertEqual(self.judge(log, us.replace("US", "US-FL")), {"c": "possible"})
        self.assertEqual(self.judge(log, us.replace("US", "GB")), {"d": "violation"})
        self.assertEqual(self.judge(log, us.replace("US", "JE")), {"e": "violation"})
        # An Australian mobile number may be on Christmas Island.
        self.assertEqual(self.judge(log, us.replace("US", "CX")), {"f": "possible"})
        only = 'kind = "destination"\nonly_regions = ["AU"]'
        self.assertEqual(self.judge(log, only), {
            "a": "violation", "b": "violation", "c": "violation", "d": "violation",
            "e": "violation", "f": "possible"})
        # What the log names comes first.
        self.assertEqual(self.broken(called("+12125550123", "138****0001", region="US-FL"),
                                     us.replace("US", "US-FL")), "a b")

    def test_35_of_a_masked_number_what_can_be_told_is(self):
        log = called("138****5678", "1.38E+10", "13812345678")
        self.assertEqual(self.judge(log, PLACE + 'forbid = ["138*"]'),
                         {"a": "possible", "c": "violation"})
        self.assertEqual(self.stats["calls_without_key"], 1)
        self.assertEqual(self.judge(log, PLACE + 'allow = ["139*"]'),
                         {"a": "possible", "c": "violation"})
        self.judge(log, PLACE + 'classes = ["mobile"]')
        self.assertEqual(self.stats["calls_without_key"], 2)

    def test_lists_as_of_the_call(self):
        rule = PLACE + 'lists = ["l"]\n[[list]]\nid = "l"\npath = "l.csv"\n'
        log = called("13812345678", "13912345678", "13912345679")
        files = {"l.csv": """number,added_at,expires_at
            13812345678,2026-10-14 10:00:00,
            13912345678,2026-10-14 10:00:01,
            13912345679,,2026-10-14 10:00:00"""}
        self.assertEqual(self.judge(log, rule, files=files), {"a": "violation"})


class Bindings(Case):
    """X is 17012345678; A 13800000001, B 13800000002, a stranger 13800000003."""

    def bound(self, rows, rule, log, header="x,a,b,from,to"):
        files = {"b.csv": header + "\n" + rows}
        return self.judge("call_id,caller,callee,started_at,mode\n" + log, BOUND + rule + "\n" + LISTS,
                          files=files)

    ROW = "17012345678,13800000001,13800000002,2026-10-14 09:00:00,2026-10-14 10:00:00"
    LOG = """a,13800000001,17012345678,2026-10-14 09:00:00,axb
        b,17012345678,13800000002,2026-10-14 09:59:59,axb
        c,13800000001,17012345678,2026-10-14 10:00:00,axb
        d,13800000002,17012345678,2026-10-14 08:59:00,axb
        e,13800000003,17012345678,2026-10-14 09:30:00,axb
        f,138****0001,17012345678,2026-10-14 09:30:00,axb
        g,13800000001,13900000009,2026-10-14 09:30:00,axb
        h,13800000001,13900000009,2026-10-14 09:30:00,manual"""

    def test_38_pair_and_time(self):
        found = self.bound(self.ROW, "", self.LOG)
        self.assertEqual(" ".join(sorted(found)), "c d e g")
        # f is masked, h names no number of the list.
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (6, 2))
        self.assertEqual(" ".join(sorted(self.bound(self.ROW, 'check = ["pair"]', self.LOG))), "e g")
        # Of the time the party is not asked, and without `pair` nor is g.
        self.assertEqual(" ".join(sorted(self.bound(self.ROW, 'check = ["time"]', self.LOG))), "c d")
        self.assertEqual((self.stats["calls_judged"], self.stats["calls_without_key"]), (6, 2))

    def test_direction(self):
        rule, header = 'check = ["direction"]', "x,a,b,from,to,direction"
        log = "a,13800000001,17012345678,2026-10-14 09:00:00,\nb,17012345678,13800000001,2026-10-14 09:00:00,"
        for word, expected in (("A→B", "b"), ("B→A", "a"), ("both", ""), ("1", "b"), ("2", "a"), ("0", "")):
            found = self.bound(f"{self.ROW},{word}", rule, log, header)
            self.assertEqual(" ".join(found), expected, word)
        self.assertEqual(self.bound(self.ROW + ",", rule, log, header), {"a": "possible", "b": "possible"})
        self.bound(self.ROW, rule, log)
        self.assertEqual(self.stats["status"], "not_evaluable")
        # By default it is checked where the list has it.
        self.assertEqual(self.bound(self.ROW + ",A→B", "", log, header), {"b": "violation"})
        # The party that is masked decides.
        log = "f,138****0001,17012345678,2026-10-14 09:30:00,axb"
        self.assertEqual(self.bound(self.ROW + ",A→B", rule, log, header), {})
        self.assertEqual(self.stats["calls_without_key"], 1)

    def test_life(self):
        log = "a,13800000001,17012345678,2026-10-14 09:00:00,"
        rule = 'check = []\nmax_life = "{}"'
        self.assertEqual(self.bound(self.ROW, rule.format("1h"), log), {})
        self.assertEqual(self.bound(self.ROW, rule.format("59m"), log), {"a": "violation"})
        endless = "17012345678,13800000001,13800000002,2026-10-14 09:00:00,"
        self.assertEqual(self.bound(endless, rule.format("90d"), log), {"a": "violation"})
        # The binding of another pair does not help.
        other = "\n17012345678,13800000005,13800000006,2026-10-14 09:00:00,2026-10-14 10:00:00"
        self.assertEqual(self.bound(endless + other, rule.format("90d"), log), {"a": "violation"})
        # Without a beginning it lasts an hour from the call at least.
        since = "17012345678,13800000001,13800000002,,2026-10-14 10:00:00"
        self.assertEqual(self.bound(since, rule.format("59m"), log), {"a": "violation"})
        self.assertEqual(self.bound(since, rule.format("1h"), log), {"a": "possible"})

    def test_pairs(self):
        rows = self.ROW + """
            17012345678,13800000002,13800000001,2026-10-14 09:00:00,2026-10-14 11:00:00
            17012345678,13800000001,13800000003,2026-10-14 09:30:00,2026-10-14 11:00:00"""
        rule = "check = []\nmax_pairs = {}"
        log = """a,13800000001,17012345678,2026-10-14 09:29:59,
            b,13800000001,17012345678,2026-10-14 09:30:00,
            c,138****0001,17012345678,2026-10-14 09:30:00,"""
        # The same pair named from either side counts once.
        self.assertEqual(self.bound(rows, rule.format(1), log), {"b": "violation", "c": "violation"})
        self.assertEqual(self.bound(rows, rule.format(2), log), {})

    def test_of_two_ends_the_earlier_one_holds(self):
        header = "x,a,b,from,to,unbound_at"
        log = "a,13800000001,17012345678,2026-10-14 09:30:00,"
        self.assertEqual(self.bound(self.ROW + ",2026-10-14 09:30:00", "", log, header), {"a": "violation"})
        self.assertEqual(self.bound(self.ROW + ",2026-10-14", "", log, header), {})

    def test_who_is_behind(self):
        cap = 'kind = "call_cap"\nper = ["callee"]\nmax = 1\nwindow = "day"\n'
        files = {"b.csv": "x,a,b,from,to\n" + self.ROW + """
            17011111111,13800000001,,2026-10-14,"""}
        log = """call_id,caller,callee,started_at
            a,13800000001,17012345678,2026-10-14 09:00:00
            b,13800000009,13800000002,2026-10-14 09:01:00
            c,13800000002,17012345678,2026-10-14 09:02:00
            d,13800000009,17011111111,2026-10-14 09:03:00
            e,13800000009,13800000001,2026-10-14 09:04:00
            f,13800000001,17012345678,2026-10-14 10:00:00
            g,13800000009,17012345678,2026-10-14 10:01:00"""
        # B is reached by a and b, A by c, d and e; at ten o'clock X stays X.
        self.assertEqual(self.broken(log, cap + LISTS, files=files), "b d e g")
        # The person sees X.
        seen = 'kind = "caller_id"\nforbid = ["17012345678"]\n'
        self.assertEqual(self.broken(log, seen + LISTS, files=files), "a c")


del Case  # whose tests are in self_test.py

if __name__ == "__main__":
    unittest.main()
