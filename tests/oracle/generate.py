#!/usr/bin/env python3
"""Makes one small, random and nasty scenario for the reference implementation.

    generate.py SEED OUTDIR

Writes OUTDIR/log.csv, rules.toml, list and calendar files, and scenario.json (since
and until, if any).  The same seed gives the same files.  What the rule semantics leave
open is not generated on purpose; each such place says so with `# open:`.
"""

import csv
import datetime as dt
import io
import json
import random
import re
import sys
from pathlib import Path

import generate_gaps
import generate_scope
import oracle

sys.modules.setdefault("generate", sys.modules[__name__])  # for the modules beside this one

# ------------------------------------------------------------------ what there is

REGIONS = {
    "Asia/Shanghai": "CN",
    "America/New_York": "US",
    "Europe/London": "GB",
    "Australia/Lord_Howe": "AU",
    "America/Havana": "CU",
}

# Local times around which calls are made: changes of the clock in 2026 …
CHANGES = {
    "Asia/Shanghai": [],
    "America/New_York": ["2026-11-01 01:20:00", "2026-11-01 00:50:00", "2026-03-08 01:50:00"],
    "Europe/London": ["2026-10-25 01:15:00", "2026-10-25 00:45:00", "2026-03-29 00:55:00"],
    "Australia/Lord_Howe": ["2026-04-05 01:40:00", "2026-04-05 01:15:00", "2026-10-04 01:50:00"],
    "America/Havana": ["2026-11-01 00:20:00", "2026-10-31 23:30:00", "2026-03-07 23:50:00"],
}
# … times that the clock never shows there …
NEVER = {
    "America/New_York": "2026-03-08 02:10:00",
    "Europe/London": "2026-03-29 01:10:00",
    "Australia/Lord_Howe": "2026-10-04 02:05:00",
    "America/Havana": "2026-03-08 00:10:00",
}
# … and midnights, ends of months and weeks, holidays, borders of usual hours.
MOMENTS = [
    "2026-10-31 23:58:30", "2026-02-28 23:59:00", "2026-01-31 23:40:00",
    "2026-10-05 00:00:00", "2026-10-11 23:59:30", "2026-09-30 23:30:00",
    "2026-10-01 08:59:30", "2026-10-07 20:59:00", "2026-09-20 11:58:00",
    "2026-10-10 19:59:00", "2026-06-12 17:59:30", "2026-06-13 03:58:00",
    "2026-05-04 21:00:00", "2026-08-17 11:59:00", "2026-08-21 14:00:00",
    "2026-11-02 09:00:00",
]
HOLIDAYS = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-07", "2026-06-12",
            "2026-11-02", "2026-05-04", "2026-08-17"]
WORKDAYS = ["2026-09-20", "2026-10-10", "2026-10-31", "2026-02-28", "2026-06-13"]

# Numbers with the ways in which each is written, by region.
HOME_NUMBERS = {
    "CN": [
        ["13812345678", "+8613812345678", "138 1234 5678", "138-1234-5678",
         "008613812345678", "１３８１２３４５６７８"],
        ["13987654321", "+86 139 8765 4321", "8613987654321"],
        ["15012340001", "+8615012340001"],
        ["010-62345678", "01062345678", "+861062345678", "(010) 6234 5678",
         "010-62345678 ext 12"],
        ["02161234567", "+86 21 6123 4567"],
    ],
    "US": [
        ["2125550123", "(212) 555-0123", "+12125550123", "1-212-555-0123", "212.555.0123",
         "212-555-0123 x45"],
        ["+12085550123", "208 555 0123"],
        ["7015550123", "+1 701 555 0123"],
        ["3125550188", "+13125550188"],
        ["8005550199", "+18005550199"],
    ],
    "GB": [
        ["02079460018", "+442079460018", "020 7946 0018"],
        ["07400123456", "+447400123456"],
        ["0131 496 0123", "+441314960123"],
        ["08001111111", "+448001111111"],
    ],
    "AU": [
        ["0412345678", "+61412345678", "0412 345 678"],
        ["0261234567", "(02) 6123 4567", "+61261234567"],
        ["0891234567", "+61891234567"],
        ["1800123456", "+611800123456"],
    ],
    "CU": [
        ["51234567", "+5351234567"],
        ["72123456", "+5372123456"],
    ],
}
# Two candidate zones, a toll-free number with all of its country code, and others.
FOREIGN_NUMBERS = [
    ["+12085550123"], ["+17015550123"], ["+18005550199"], ["+12125550123"],
    ["+442079460018"], ["+447400123456"], ["+61412345678"], ["+61891234567"],
    ["+5351234567"], ["+8613812345678", "+86 138 1234 5678"],
]
SERVICE_NUMBERS = [
    ["95588", "+8695588", "0086-95588"],
    ["400-810-0000", "4008100000", "+864008100000", "864008100000"],
    ["12306", "+8612306"], ["10108888", "1010-8888", "+8610108888"], ["96110"],
]
DESTROYED = ["1.38E+10", "1.38123E+10", "anonymous", "unknown", "Anonymous"]
# Short codes, extensions, numbers too short to be one, and a Chinese mobile that misses
# a digit without being too short for libphonenumber.
ODD = {
    "CN": ["8001", "110", "1391234567", "8 002"],
    "US": ["911", "22000", "646555012", "+1646555012", "(646) 555-01"],
    "GB": ["999", "2001"], "AU": ["000", "3001"], "CU": ["106", "201"],
}
# Numbers in a row and across the borders of blocks, and some that are no valid numbers.
ROWS = {
    "CN": [("1381234", 5696, 8), ("1391234", 95, 8), ("010-6234", 5676, 8), ("80", 0, 6), ("139123456", 3, 6)],
    "US": [("212555", 96, 8), ("+1208555", 9996, 8), ("55501", 96, 8), ("212555012", 3, 6)],
    "GB": [("02079460", 96, 8), ("+447400123", 996, 8), ("20", 1, 8)],
    "AU": [("041234", 5676, 8), ("+61891234", 566, 8), ("30", 1, 8)],
    "CU": [("5123", 4566, 8), ("20", 1, 8)],
}
PURPOSES = ["marketing", "collection", "service", "survey"]
CAMPAIGNS = ["spring", "spring, big", "autumn_a", "Spring"]
AGENTS = ["A1", "A2", "a1", "王伟"]
LINES = ["L1", "L2"]
RESPONSES = ["refused", "do_not_call", "interested", "callback"]
OUTCOMES = ["answered", "no_answer", "busy", "voicemail", "abandoned", "rejected",
            "unreachable", "failed", "unknown", "blocked"]
NULLS = ["", "", "", "NULL", "null", "None", "nan", "N/A", "-", "\\N"]
LENGTHS = [30, 60, 600, 1800, 3600, 4 * 3600, 86400, 2 * 86400]  # seconds
COLUMNS = ["call_id", "direction", "caller", "callee", "started_at", "answered_at",
           "ended_at", "ring_s", "talk_s", "outcome", "answered_by", "agent", "campaign",
           "line", "purpose", "callee_zone", "response", "person"]


def duration(seconds):
    """Seconds as a ruleset duration, in the biggest unit that holds them."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0 and seconds:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


# ------------------------------------------------------------------ the scenario


def time_of_day(wall):
    """HH:MM or HH:MM:SS."""
    return wall.strftime("%H:%M:%S" if wall.second else "%H:%M")


class Scenario:
    """Random choices that the log, the rules and the lists share."""

    def __init__(self, seed):
        self.random = random.Random(f"callaudit oracle {seed}")
        r = self.random
        # What the scenario is mostly about: changes of the clock, gaps between calls,
        # hours, lists, or everything.
        self.theme = r.choice(
            ["clock", "gaps", "hours", "lists", "waits", "shares", "lines", "sequence",
             "records", "", ""])
        self.zone_name = r.choice(list(NEVER) if self.theme == "clock" else list(REGIONS))
        self.region = REGIONS[self.zone_name]
        self.zone = oracle.named_zone(self.zone_name)
        self.minutes = r.random() < 0.14  # starts known to the minute
        self.fractions = not self.minutes and r.random() < 0.1
        self.style = r.choice(["local", "local", "utc", "offset", "mixed"])
        self.separator = r.choice([" ", " ", "T"])
        self.lengths = r.sample(LENGTHS, 3)
        self.columns = self.choose_columns()
        self.callees = self.choose_numbers(r.randint(1, 4), odd=0.25)
        if self.theme == "sequence":
            self.callees = self.numbers_in_a_row()
        self.callers = self.choose_numbers(r.randint(1, 3), odd=0.15)
        if self.theme == "waits" and self.chance(0.7):  # who is called rings, too
            self.callers += r.sample(self.callees, r.randint(1, len(self.callees)))
        # How often a call is an inbound one.
        self.inbound = 2 if self.theme == "waits" else 0
        self.files = {}  # name -> text
        self.lists = {}  # id -> path or None
        self.texts = []  # started_at as written
        self.calls = []  # (start, end or answer or None, callee as written) of each row
        self.late_hours = True  # quiet_hours with `at` other than start may occur
        if self.minutes and {"answered_at", "ended_at"} & set(self.columns):
            # open: an answer at second precision against a start of a minute.
            self.late_hours = False

    def chance(self, share):
        return self.random.random() < share

    def choose_columns(self):
        columns = list(COLUMNS)
        for name in COLUMNS:
            if name in ("callee", "started_at"):
                continue
            missing = {"call_id": 0.06, "direction": 0.35, "callee_zone": 0.6,
                       "outcome": 0.015}.get(name, 0.03)
            if name in ("answered_at", "ended_at") and self.minutes:
                missing = 0.6
            if self.chance(missing):
                columns.remove(name)
        self.random.shuffle(columns)
        return columns

    def choose_numbers(self, count, odd):
        """A few numbers, each as the list of its spellings; mostly one at least is a key."""
        chosen = []
        while len(chosen) < count:
            if self.chance(odd if chosen else odd / 5):
                kind = self.random.choice(["masked", "destroyed", "odd", "odd", "service", "service"])
                if kind == "service":
                    # A Chinese service number outside of China has its country code.
                    spellings = self.random.choice(SERVICE_NUMBERS)
                    if self.region != "CN":
                        spellings = [s for s in spellings if s.startswith("+86")]
                    number = spellings
                else:
                    pool = {"masked": [mask_of(self, None)], "destroyed": DESTROYED,
                            "odd": ODD[self.region]}[kind]
                    number = [self.random.choice(pool)]
            elif self.chance(0.35):
                number = self.random.choice(FOREIGN_NUMBERS)
            else:
                number = self.random.choice(HOME_NUMBERS[self.region])
            if number:
                chosen.append(number)
        return chosen

    def numbers_in_a_row(self):
        """Numbers that follow each other, some with two spellings, and others."""
        r = self.random
        found = self.choose_numbers(r.randint(0, 2), odd=0.4)
        for head, first, count in r.sample(ROWS[self.region], 2):
            last = head + str(first)
            width = len(str(first + count)) if r.random() < 0.7 else len(str(first))
            for n in range(first, first + count):
                text = head + str(n).zfill(width)
                number = oracle.read_number(text, self.region)
                spellings = [text]
                if number.e164:
                    spellings.append(number.e164)
                if self.chance(0.85) or text == last:
                    found.append(spellings)
        return found

    # ---- times

    def near(self):
        """An instant in seconds near one of the interesting local times."""
        r = self.random
        changes = CHANGES[self.zone_name]
        if changes and (self.theme == "clock" or self.chance(0.4)):
            text, zone = r.choice(changes), self.zone
        elif self.chance(0.2):
            name = r.choice([name for name in CHANGES if CHANGES[name]])
            text, zone = r.choice(CHANGES[name]), oracle.named_zone(name)
        else:
            text, zone = r.choice(MOMENTS), self.zone
        at = oracle.parse_time(text).readings(zone)[0] // 1000
        return at + r.choice([0, 0, r.randint(-60, 60), r.randint(-3600, 3600)])

    def clock_time(self, zone):
        """A time of day at which, or a second before or after which, a call began or
        ended on the clock of `zone`."""
        start, end, _ = self.random.choice(self.calls)
        at = end if end is not None and self.chance(0.4) else start
        at = at // 1000 + self.random.choice([0, 0, 0, 0, 1, -1, 30, -1800])
        return time_of_day(oracle.local(at * 1000, zone))

    def times(self, count):
        """Instants of calls, in seconds: bursts, exact distances, borders of days."""
        r = self.random
        found = []
        episodes = r.randint(1, 3)
        for _ in range(episodes):
            at = self.near()
            chain = r.choice(self.lengths) if self.chance(0.25) else 0
            for _ in range(-(-count // episodes)):
                found.append(at)
                step = r.random()
                if chain and step < 0.8:  # each exactly that much after the one before
                    at += chain
                elif self.theme in ("sequence", "lines") and step < 0.6:
                    at += r.choice([0, 1, 5, 20, 20, 60])
                elif self.theme == "clock" and step < 0.6:
                    at += r.choice([60, 300, 600, 900, 1800])
                elif step < 0.22:
                    continue  # the same second
                elif step < 0.42:
                    at += r.choice(self.lengths)
                elif step < 0.54:
                    at += max(0, r.choice(self.lengths) + r.choice([-1, 1]))
                elif step < 0.72:
                    at += r.randint(1, 120)
                elif step < 0.84:
                    at += r.choice([600, 900, 1800, 2400, r.randint(60, 3600)])
                elif step < 0.90:
                    at += r.randint(60, 3 * 3600)
                elif step < 0.95:
                    at += r.choice([86400, 86399, 7 * 86400, 6 * 86400])
                else:
                    at -= r.choice([1, 3600, r.choice(self.lengths)])
        return found[:count]

    def write_time(self, instant_ms, style=None):
        """An instant as the log writes it."""
        style = style or self.style
        if style == "mixed":
            style = self.random.choice(["local", "utc", "offset"])
        if style == "local":
            wall, suffix = oracle.local(instant_ms, self.zone), ""
        elif style == "utc":
            wall, suffix = oracle.local(instant_ms, oracle.UTC), "Z"
        else:
            zone = self.zone if self.chance(0.7) else oracle.fixed_offset("+05:30")
            offset = oracle.offset_at(instant_ms, zone) // dt.timedelta(minutes=1)
            wall = oracle.local(instant_ms, zone)
            suffix = f"{'+' if offset >= 0 else '-'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
        return self.write_wall(wall) + suffix

    def write_wall(self, wall):
        pattern = f"%Y-%m-%d{self.separator}%H:%M"
        if not self.minutes:
            pattern += ":%S"
        text = wall.strftime(pattern)
        if self.fractions and wall.microsecond:
            text += f".{wall.microsecond // 1000:03}"
        return text


# ------------------------------------------------------------------ the log


def make_log(s):
    """The rows of the log as dictionaries of written cells."""
    r = s.random
    count = r.choice([r.randint(5, 20), r.randint(20, 60), r.randint(60, 120)])
    rows = []
    s.steady = r.choice([0.2, 0.7, 0.9])  # how often a call is like the one before
    if s.theme == "sequence":
        s.steady = 0.2
    for n, seconds in enumerate(s.times(count)):
        start = seconds * 1000 + (r.choice([0, 250, 999]) if s.fractions else 0)
        rows.append(make_call(s, n, start))
    if s.style == "local" and s.zone_name in NEVER and s.chance(0.25):
        for n in range(r.randint(1, 4)):
            rows.append(make_never(s, count + n))
    rows += duplicates(s, rows)
    r.shuffle(rows)
    return rows


def make_call(s, n, start):
    """One call that begins at `start` (ms)."""
    r = s.random
    row = common_cells(s, n)
    outcome = row["outcome"]
    ring = r.randint(0, 40)
    talk = r.choice([0, r.randint(1, 30), r.randint(30, 900)])
    style = s.style
    if style == "mixed":
        style = r.choice(["local", "utc", "offset"])
    row["started_at"] = s.write_time(start, style)
    answer = start + ring * 1000 if outcome == "answered" or s.chance(0.05) else None
    end = (start if answer is None else answer) + (talk if answer else ring) * 1000
    row["answered_at"] = "" if answer is None else s.write_time(answer, style)
    row["ended_at"] = s.write_time(end, style)
    row["ring_s"] = r.choice([str(ring), f"{ring}.5"])
    row["talk_s"] = str(talk if answer is not None else 0)
    if s.chance(0.03):  # before the start, so null
        row["ended_at"] = s.write_time(start - 7200_000 - 60_000, "utc")
    elif s.chance(0.5 if s.theme == "gaps" else 0.25):
        row["ended_at"] = r.choice(["", "", "later", "N/A"])
        if s.chance(0.2):
            row["talk_s"] = ""
        if s.chance(0.2):
            row["ring_s"] = ""
    keep_determined(s, row)
    return row


def keep_determined(s, row):
    """Takes answer and end from a call where the readings of the start contradict them.

    # open: whether a start that occurs twice is read the second time where its answer
    # or end, in the same hour of the clock, can then not follow it.
    """
    start = oracle.parse_time(row["started_at"])
    readings = oracle.wall_readings(start.first, start.zone or s.zone)
    if len(readings) == 1:
        return
    for name in ("answered_at", "ended_at"):
        other = oracle.parse_time(row[name])
        if other is None:
            continue
        texts = {start.zone, other.zone}
        later = oracle.wall_readings(other.first, other.zone or s.zone)
        if len(texts) > 1 or other.first < start.first or max(later) < max(readings):
            row["answered_at"] = row["ended_at"] = ""
            return


def make_never(s, n):
    """A call at a local time that the clock never shows."""
    r = s.random
    wall = oracle.parse_time(NEVER[s.zone_name]).first
    wall += dt.timedelta(seconds=r.randint(0, 1200))
    row = common_cells(s, n)
    row["started_at"] = s.write_wall(wall)
    row["answered_at"] = row["ended_at"] = ""
    if s.chance(0.4):  # an end in the same hour that does not occur
        later = wall + dt.timedelta(seconds=r.randint(0, 120))
        row["ended_at"] = s.write_wall(later)
    row["ring_s"], row["talk_s"] = "5", "0"
    return row


def common_cells(s, n):
    """All cells but the times."""
    r = s.random

    def maybe(values, share=0.15):
        text = r.choice(NULLS) if s.chance(share) else r.choice(values)
        return f" {text} " if s.chance(0.03) else text

    if n == 0 or not s.chance(s.steady):
        s.callee = r.choice(s.callees)
    if n == 0 or not s.chance(s.steady):
        s.caller = r.choice(s.callers)
    callee = r.choice(NULLS) if s.chance(0.05) else r.choice(s.callee)
    caller = r.choice(NULLS) if s.chance(0.08) else r.choice(s.caller)
    return {
        # Not in the order of time, of different lengths, upper and lower case.
        "call_id": r.choice("cCbx") + str(r.randint(0, 9)) + "-" + str(n),
        "direction": r.choice(
            ["outbound"] * 6 + ["inbound", "internal", "", "sideways"] + ["inbound"] * s.inbound),
        "caller": caller,
        "callee": callee,
        "outcome": r.choice(["answered", "no_answer", *OUTCOMES, "", "gone"]),
        "answered_by": maybe(["human", "machine", "machine", "unknown"], 0.4),
        "agent": maybe(AGENTS),
        "campaign": maybe(CAMPAIGNS),
        "line": maybe(LINES),
        "purpose": maybe(PURPOSES),
        "response": maybe(RESPONSES, 0.7),
        "person": maybe(["p1", "p2", "P1"], 0.3),
        "callee_zone": maybe(["America/Chicago", "Asia/Tokyo", "Europe/London",
                              "Australia/Lord_Howe", "Nowhere/Land"], 0.5),
    }


def duplicates(s, rows):
    """Rows that repeat others, exactly or almost (paragraph 6 of the rule semantics)."""
    r = s.random
    found = []
    has_ids = "call_id" in s.columns
    for row in rows:
        if not s.chance(0.06):
            continue
        copy = dict(row)
        kind = r.choice(["same", "same", "cells", "end", "spelling", "callee", "start"])
        if not has_ids:
            kind = "same"
        if kind == "cells":
            copy["outcome"] = r.choice(OUTCOMES)
            copy["campaign"] = r.choice(CAMPAIGNS)
        elif kind == "end":
            later = oracle.parse_time(row["ended_at"])
            if later is not None and not s.minutes and later.zone is not None:
                copy["ended_at"] = (later.first + dt.timedelta(seconds=30)).strftime(
                    "%Y-%m-%dT%H:%M:%S") + row["ended_at"][19:]
            else:
                copy["ended_at"] = ""
        elif kind == "spelling":
            for spellings in s.callees:
                if row["callee"] in spellings:
                    copy["callee"] = r.choice(spellings)
        elif kind == "callee":  # another call with the same id
            copy["callee"] = r.choice(r.choice(s.callees))
        elif kind == "start":  # another call with the same id
            copy["started_at"] = r.choice(rows)["started_at"]
            copy["answered_at"] = copy["ended_at"] = ""
        found.append(copy)
    return found


def log_text(s, rows):
    """The log as CSV; now and then with CRLF, a ragged row or one without a start."""
    buffer = io.StringIO()
    ending = "\r\n" if s.chance(0.15) else "\n"
    writer = csv.DictWriter(buffer, s.columns, extrasaction="ignore", lineterminator=ending)
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
        if s.chance(0.004):
            writer.writerow(dict(row, started_at=s.random.choice(["", "soon"])))
        if s.chance(0.004):
            buffer.write("x,y" + ending)
    return buffer.getvalue()


# ------------------------------------------------------------------ expressions


def atom(s):
    """One comparison."""
    r = s.random
    key = oracle.read_number(r.choice(r.choice(s.callees)), s.region).key or "+8613812345678"
    caller = oracle.read_number(r.choice(r.choice(s.callers)), s.region).key or "95588"
    choices = [
        f"purpose = '{r.choice(PURPOSES)}'",
        f"purpose <> '{r.choice(PURPOSES)}'",
        "purpose IN ('marketing', 'survey')",
        "purpose NOT IN ('marketing', 'service')",
        "campaign LIKE 'spring%'",
        "campaign LIKE '%n__'",
        "campaign NOT LIKE 'autumn%'",
        "campaign = 'spring, big'",
        "agent IS NULL",
        "agent IS NOT NULL",
        "agent < 'A2'",
        "agent = '王伟'",
        f"line <> '{r.choice(LINES)}'",
        f"outcome <> '{r.choice(OUTCOMES)}'",
        "outcome IN ('answered', 'voicemail', 'unknown')",
        "answered_by = 'machine'",
        "answered_by <> 'human'",
        f"callee = '{key}'",
        f"callee <> '{key}'",
        "callee LIKE '+86%'",
        "callee IS NULL",
        f"caller = '{caller}'",
    ]
    if "talk_s" in s.columns:
        # open: whether talk_s of a log without that column, computed from the times,
        # makes the column one that is there.
        choices += ["talk_s > 30", "talk_s < 5"]
    if s.chance(0.04):
        choices = ["direction = 'inbound'", "direction IN ('outbound', 'internal')",
                   "direction <> 'outbound'", "NOT direction_known", "direction_known"]
    if s.chance(0.03):
        choices = ["purpose IN ('marketing', NULL)", "agent NOT IN ('A1', NULL)"]
    return r.choice(choices)


def expression(s):
    """One to three comparisons."""
    r = s.random
    shape = r.random()
    if shape < 0.45:
        return atom(s)
    if shape < 0.60:
        return f"{atom(s)} AND {atom(s)}"
    if shape < 0.75:
        return f"{atom(s)} OR {atom(s)}"
    if shape < 0.85:
        return f"NOT ({atom(s)})"
    if shape < 0.93:
        return f"({atom(s)} OR {atom(s)}) AND {atom(s)}"
    return f"NOT ({atom(s)} AND {atom(s)})"


# ------------------------------------------------------------------ rules


def toml(value):
    """A value in TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, int, float)):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"


def make_rule(s, n):
    """One random valid rule, as a table."""
    kinds = ["quiet_hours", "call_cap", "repeat_dial", "dnc_list"]
    if {"ring_s", "talk_s"} & set(s.columns):
        kinds.append("duration")
    kinds += ["cooldown", "cooldown", "ratio", "ratio", "concurrency", "sequential_dialling",
              "list_age", "completeness"]
    themes = {"waits": ["cooldown"] * 12, "shares": ["ratio"] * 12, "lines": ["concurrency"] * 8,
              "sequence": ["sequential_dialling"] * 10,
              "records": ["list_age", "completeness"] * 4, "clock": ["call_cap", "call_cap", "quiet_hours"] * 2,
              "gaps": ["repeat_dial"] * 8, "hours": ["quiet_hours"] * 8, "lists": ["dnc_list"] * 8}
    kind = s.random.choice(kinds + themes.get(s.theme, []))
    rule = {"id": f"r{n}-{kind.replace('_', '-')}", "kind": kind}
    {"quiet_hours": hours_rule, "call_cap": cap_rule, "repeat_dial": redial_rule,
     "dnc_list": list_rule, "duration": length_rule, "cooldown": wait_rule,
     "ratio": share_rule, "concurrency": lines_rule, "sequential_dialling": sequence_rule,
     "list_age": age_rule, "completeness": records_rule}[kind](s, rule)
    if s.chance(0.1):
        rule["force"] = s.random.choice(["signal", "signal", "house"])
    if s.chance(0.3):
        rule.setdefault("where", expression(s))
    if s.chance(0.25):
        rule["exempt"] = [
            list_id(s, 0.05, rule.get("grace")) if s.chance(0.5) else expression(s)
            for _ in range(s.random.randint(1, 2))
        ]
        missing = [c for c in ("agent", "campaign", "purpose", "line", "answered_by")
                   if c not in s.columns]
        if missing and s.chance(0.5):  # cannot be checked, so exempts nobody
            rule["exempt"].append(f"{missing[0]} IS NULL")
        rule["exempt"] = list(dict.fromkeys(rule["exempt"]))
    if s.chance(0.15):
        rule["effective"] = effective(s)
    return rule


def clock(s):
    return s.random.choice(
        ["callee", "callee", "callee", "ruleset", "America/New_York", "Europe/London",
         "Australia/Lord_Howe", "America/Havana", "-06:00", "+05:30"]
    )


def effective(s):
    """Dates near those of the calls."""
    date = oracle.parse_time(s.random.choice(s.texts)).first.date()
    day = dt.timedelta(days=1)
    return s.random.choice([
        {"from": date}, {"from": date + day}, {"to": date}, {"to": date - day},
        {"from": date, "to": date}, {"from": date - day, "to": date + day},
        {"from": dt.date(2027, 1, 1)},
    ])


TIMES = ["00:00", "01:00", "01:30", "02:00", "03:30", "08:00", "09:00", "12:00", "13:30",
         "14:00", "17:00", "18:00", "20:00", "20:59:30", "21:00", "22:00", "23:30", "24:00"]


def zone_of(s, rule):
    """A zone that the clock of a rule may be."""
    clock = rule.get("clock", "ruleset")
    if clock == "callee":
        number = oracle.read_number(s.random.choice(s.random.choice(s.callees)), s.region)
        names = [name for name in number.zones if s.chance(0.8)] or [s.zone_name]
        return oracle.named_zone(s.random.choice(names))
    if clock == "ruleset":
        return s.zone
    return oracle.fixed_offset(clock) or oracle.named_zone(clock)


def intervals(s, rule, overnight):
    """Up to three intervals, which may overlap; some begin or end with a call."""
    zone = zone_of(s, rule)
    if rule.get("at") == "any" and s.chance(0.4):
        broken = lunch_break(s, zone)
        if broken:
            return broken
    times = TIMES + [s.clock_time(zone) for _ in range(10)]
    times = sorted(set(times))
    found = []
    for _ in range(s.random.choice([0, 1, 1, 1, 2, 2, 3])):
        begin, end = s.random.sample(times, 2)
        if begin == "24:00":
            begin, end = end, begin
        if end < begin and not overnight:
            begin, end = end, begin
        found.append(f"{begin}-{end}")
    return found


def lunch_break(s, zone):
    """Two intervals with a break between them that begins within a call, or at its end."""
    calls = [(start, end) for start, end, _ in s.calls if end and end - start > 5000]
    if not calls:
        return None
    start, end = s.random.choice(calls)
    length = (end - start) // 1000
    begin = s.random.choice([length, length, s.random.randint(0, length)])
    first = oracle.local(start + begin * 1000, zone)
    second = oracle.local(start + (begin + s.random.randint(1, length)) * 1000, zone)
    first, second = time_of_day(first), time_of_day(second)
    if not "00:00" < first < second:
        return None
    return [f"00:00-{first}", f"{second}-24:00"]


def hours_rule(s, rule):
    r = s.random
    if s.chance(0.7):
        rule["clock"] = clock(s)
    rule["at"] = r.choice(["start", "start", "answer", "end", "any", "any", "any"])
    if not s.late_hours:
        rule["at"] = "start"
    if rule["at"] == "start" and s.chance(0.5):
        del rule["at"]
    overnight = s.chance(0.5)
    days = r.choice([
        ["mon-sun"], ["mon-fri", "sat"], ["mon-fri", "sat", "sun"], ["fri-mon", "tue-thu"],
        ["mon", "wed-fri"], ["sat-sun"], ["sun-thu", "fri"],
    ])
    table = {day: intervals(s, rule, overnight) for day in days}
    if s.chance(0.5):
        rule["calendar"] = calendar(s, rule, overnight)
        for key in r.choice([["holiday"], ["workday"], ["holiday", "workday"]]):
            table[key] = intervals(s, rule, overnight)
    if all(not value for value in table.values()):
        table[next(iter(table))] = ["09:00-20:00"]
    rule[r.choice(["allow", "allow", "forbid"])] = table


def calendar(s, rule, overnight):
    """A calendar file of the scenario, or cn."""
    if s.zone_name == "Asia/Shanghai" and s.chance(0.5):
        if Path(oracle.NAMED_CALENDARS["cn"]).exists():
            return "cn"
    first, last = dt.date(2025, 1, 1), dt.date(2027, 12, 31)
    plain = not overnight and not s.minutes
    plain = plain and rule.get("at", "start") == "start"
    if s.style == "local":  # the readings of a start may lie on two dates
        plain = plain and s.zone_name not in NEVER and "clock" not in rule
    if plain and rule.get("clock") != "callee":
        # open: calls that the calendar covers in one reading, on one clock or for a
        # part of the call only, and the day before the first that it covers.
        if s.chance(0.85):
            date = oracle.parse_time(s.random.choice(s.texts)).first.date()
            first, last = s.random.choice([(date, last), (first, date)])
    name = f"calendar-{len([f for f in s.files if f.startswith('calendar')])}.toml"
    days = [(d, "holiday") for d in s.random.sample(HOLIDAYS, 5)]
    days += [(d, "workday") for d in s.random.sample(WORKDAYS, 3)]
    for text in s.random.sample(s.texts, min(2, len(s.texts))):
        date = str(oracle.parse_time(text).first.date())
        if date not in {d for d, _ in days}:
            days.append((date, s.random.choice(["holiday", "workday"])))
    lines = [f"coverage = {{ from = {first}, to = {last} }}", ""]
    for date, kind in sorted(days):
        lines += ["[[day]]", f"date = {date}", f'kind = "{kind}"', ""]
    s.files[name] = "\n".join(lines)
    return name


def window(s):
    r = s.random
    if s.theme == "clock" and s.chance(0.6):
        time = r.choice(["01:15", "01:30", "01:40", "00:30", "00:45", "02:10", s.clock_time(s.zone)])
        return r.choice(["hour", "hour", "day", {"resets_at": time}, {"resets_at": time}])
    return r.choice([
        duration(r.choice(s.lengths)), duration(r.choice(s.lengths)),
        duration(r.choice(s.lengths)), "hour", "day", "day", "week", "month", "7 days",
        "2 days", "3 days", {"anchored": duration(r.choice(s.lengths))},
        {"anchored": duration(r.choice(s.lengths))}, "ever",
        {"resets_at": r.choice(["04:00", "01:30", "02:15", "00:30", "23:59:30", "00:00"])},
        {"resets_at": s.clock_time(s.zone)},
    ])


def count(s, rule):
    if s.chance(0.5):
        rule["count"] = s.random.choice(
            ["attempts", "connected", "answered", "answered", expression(s)]
        )


def per(s, rule):
    rule["per"] = s.random.choice([
        ["callee"], ["callee"], ["callee"], ["caller"], ["agent"], ["caller", "callee"], [],
        ["line"], ["campaign"], ["callee", "campaign"],
    ])


def cap_rule(s, rule):
    per(s, rule)
    rule["max"] = s.random.choice([0, 1, 1, 2, 3, 5])
    rule["window"] = window(s)
    count(s, rule)
    window_clock(s, rule)


def window_clock(s, rule):
    """A clock, more often where one matters."""
    value = rule.get("window", "")
    matters = "resets_at" in value or value in ("hour", "day", "week", "month", "3 days")
    if matters and s.chance(0.5):
        rule["clock"] = "callee"
    elif s.chance(0.4):
        rule["clock"] = clock(s)


def redial_rule(s, rule):
    r = s.random
    per(s, rule)
    limits = r.choice([["max"], ["gap"], ["run"], ["max", "gap"], ["gap", "run"],
                       ["max", "run"], ["max", "gap", "run"]])
    if "max" in limits:
        rule["max"] = r.choice([0, 1, 2, 3])
    if "max" in limits or ("run" in limits and s.chance(0.6)):
        rule["window"] = window(s)
    if "gap" in limits:
        rule["min_gap"] = duration(r.choice(s.lengths))
        if s.chance(0.6):
            rule["gap_from"] = r.choice(["start", "end", "end", "end"])
        if s.chance(0.4):
            rule["gap_after"] = r.sample(OUTCOMES, r.randint(1, 4))
    if "run" in limits:
        rule["max_unanswered_run"] = r.choice([0, 1, 1, 2, 3])
    count(s, rule)
    window_clock(s, rule)


def length_rule(s, rule):
    r = s.random
    rule["of"] = r.choice([c for c in ("ring_s", "talk_s") if c in s.columns])
    least, most = sorted(r.choice([0, 1, 3, 5, 8, 15, 20, 30, 60, 120]) for _ in range(2))
    if s.chance(0.6):
        rule["min"] = f"{least}s"
    if "min" not in rule or s.chance(0.4):
        rule["max"] = f"{most}s"
    count(s, rule)
    if s.chance(0.4):
        rule["clock"] = clock(s)


def wait_rule(s, rule):
    r = s.random
    rule["per"] = r.choice([
        ["callee"], ["callee"], ["callee"], ["callee"], ["callee", "campaign"], ["person"],
        ["callee", "person"], ["campaign"], [],
    ])
    if s.chance(0.75):
        rule["after"] = r.choice([
            "response = 'refused'", "response IN ('refused', 'do_not_call')",
            "outcome = 'abandoned'", "outcome = 'answered' AND answered_by = 'machine'",
            "outcome = 'answered'", "direction = 'outbound' AND response = 'refused'",
            "direction = 'inbound'", "direction = 'inbound' OR response = 'do_not_call'",
            expression(s),
        ])
    if "after" not in rule or s.chance(0.35):
        rule["events"] = [event_list(s, rule) for _ in range(r.choice([1, 1, 1, 2]))]
        rule["events"] = list(dict.fromkeys(rule["events"]))
        if s.chance(0.4):
            rule["event"] = r.sample(["refused", "complained", "opt-out"], r.randint(1, 2))
    rule["wait"] = r.choice([
        duration(r.choice(s.lengths)), duration(r.choice(s.lengths)),
        duration(r.choice(s.lengths)), "1 days", "2 days", "3 days", "7 days",
        "1 business days", "2 business days", "3 business days", "ever",
    ])
    if "days" in rule["wait"] and s.chance(0.5):
        rule["event_day"] = r.choice([0, 1, 1])
    if oracle.parse_duration(rule["wait"]) and s.chance(0.4):
        rule["from"] = r.choice(["start", "end", "end"])
    if "business" in rule["wait"] and s.chance(0.7):
        rule["calendar"] = calendar(s, {"at": "any"}, True)
    count(s, rule)
    if s.chance(0.15):
        rule["where"] = r.choice([
            "direction IN ('inbound', 'outbound')", "direction = 'inbound'",
            "direction <> 'internal'",
        ])
    if s.chance(0.6):
        rule["clock"] = clock(s)


def share_rule(s, rule):
    r = s.random
    rule["per"] = r.choice([["campaign"], ["campaign"], [], ["caller"], ["agent", "line"], ["callee"]])
    rule["numerator"] = r.choice([
        "outcome = 'abandoned'", "outcome IN ('answered', 'voicemail')",
        "response = 'refused'", expression(s), expression(s),
    ])
    if s.chance(0.6):
        rule["denominator"] = r.choice(["outcome = 'answered'", expression(s), expression(s)])
    formula = r.choice(["share", "share", "us", "ofcom"])
    if formula != "share" or s.chance(0.2):
        rule["formula"] = formula
    if formula == "us" and "denominator" not in rule:
        rule["denominator"] = "outcome = 'answered'"
    if formula == "ofcom":
        rule["denominator"] = r.choice(["outcome = 'answered'", expression(s)])
        rule["machines"] = r.choice(["answered_by = 'machine'", expression(s)])
        if s.chance(0.6):
            rule["drops"] = r.choice(["adjusted", "raw"])
    shares = [0, 0.03, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.6, 0.75, 0.125, 1]
    limits = r.choice([["max"], ["max"], ["min"], ["min", "max"]])
    values = sorted(r.sample(shares, 2))
    for name in limits:
        rule[name] = values[name == "max"]
    rule["window"] = r.choice([
        window(s), window(s), window(s), duration(r.choice(s.lengths)),
        duration(r.choice(s.lengths)), {"blocks": r.choice(["1 days", "2 days", "3 days", "30 days"])},
        {"blocks": r.choice(["1 days", "2 days", "7 days"])}, "2 days", "3 days", "7 days",
    ])
    if s.chance(0.6):
        rule["min_count"] = r.choice([1, 2, 2, 3, 5, 10])
    if "max" in rule and s.chance(0.2):  # what only comes near has no row
        rule["warn_at"] = r.choice([0, 0.5, 0.8, 1])
    count(s, rule)
    if s.chance(0.5):
        rule["clock"] = r.choice(["ruleset", "America/New_York", "Europe/London", "+05:30",
                                  "Australia/Lord_Howe", "America/Havana", "-06:00"])


def lines_rule(s, rule):
    rule["per"] = s.random.choice([["caller"], ["caller"], ["agent"], ["line"], [], ["callee"]])
    rule["max"] = s.random.choice([0, 1, 1, 1, 2, 3])
    count(s, rule)
    if s.chance(0.3):
        rule["clock"] = clock(s)


def sequence_rule(s, rule):
    r = s.random
    rule["per"] = r.choice([["caller"], ["line"], ["line"], [], [], ["campaign"]])
    rule["max"] = r.choice([1, 1, 1, 2, 2, 3])
    rule["window"] = duration(r.choice([max(s.lengths), max(s.lengths), r.choice(s.lengths)]))
    if s.chance(0.4):
        rule["block"] = r.choice([10, 10, 100, 1000])
    count(s, rule)
    if s.chance(0.3):
        rule["clock"] = clock(s)


def age_rule(s, rule):
    r = s.random
    rule["lists"] = list(dict.fromkeys(copies(s) for _ in range(r.choice([1, 1, 2]))))
    rule["max_age"] = r.choice(["0 days", "1 days", "2 days", "3 days", "15 days", "31 days"])
    if s.chance(0.4):
        rule["per"] = r.choice([["campaign"], ["caller"], ["line", "agent"], []])
    if s.chance(0.3):
        rule["clock"] = r.choice(["ruleset", "America/New_York", "Europe/London", "+05:30"])


def records_rule(s, rule):
    r = s.random
    names = ["caller", "callee", "agent", "campaign", "line", "purpose", "answered_at",
             "ended_at", "response", "person", "answered_by", "callee_zone", "outcome"]
    rule["columns"] = r.sample([name for name in names if name in s.columns], r.randint(1, 3))
    if s.chance(0.6):
        rule["max_empty"] = r.choice([0, 0.1, 0.2, 0.25, 0.5, 1])
    if s.chance(0.5):
        rule["per"] = r.choice([["campaign"], ["caller"], ["callee"], ["line", "agent"], []])
    if s.chance(0.6):
        rule["window"] = r.choice(["hour", "day", "week", "month", "ever", {"resets_at": "04:00"}])
    if s.chance(0.2):
        rule["retention"] = r.choice(["10 days", "60 days", "365 days"])
    if s.chance(0.3):
        rule["clock"] = r.choice(["ruleset", "America/New_York", "Europe/London", "+05:30",
                                  "America/Havana"])
    if s.chance(0.3):
        rule["count"] = r.choice(["connected", "answered", expression(s)])


# ------------------------------------------------------------------ lists


def event_list(s, rule):
    """A list of events with rows at, or nearly a wait before, calls."""
    r = s.random
    name = f"list-{len(s.lists)}"
    path = f"lists/{name}.csv"
    if s.chance(0.02):
        s.lists[name] = {"kind": "events"}
        return name
    s.lists[name] = {"kind": "events", "path": path}
    columns = ["number", "at"] + [c for c in ("campaign", "person") if c in rule["per"]]
    if s.chance(0.7):
        columns.append("event")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for n in range(r.randint(1, 5)):
        start, _, callee = r.choice(s.calls)
        while oracle.cell(callee) is None or oracle.read_number(callee, s.region).key is None:
            callee = r.choice(r.choice(HOME_NUMBERS[s.region]))
        at = start - r.choice([0, 0, 0, r.choice(s.lengths) * 1000, 86400_000, 2 * 86400_000])
        writer.writerow({
            "number": callee, "at": list_time(s, at),
            "campaign": r.choice(CAMPAIGNS), "person": r.choice(["p1", "p2", "P1"]),
            "event": r.choice(["refused", "complained", "opt-out", ""]),
        })
    s.files[path] = buffer.getvalue()
    return name


def copies(s):
    """A list whose copies have dates."""
    r = s.random
    known = [n for n, e in s.lists.items() if isinstance(e, dict) and e.get("kind") == "numbers"]
    if known and s.chance(0.3):
        return r.choice(known)
    name = f"list-{len(s.lists)}"
    if s.chance(0.02):
        s.lists[name] = {"kind": "numbers", "path": f"lists/{name}-{{date}}.txt"}
        return name

    def day():
        at = r.choice(s.calls)[0] - r.choice([0, 1, 2, 3, 4, 15, 31, 32]) * 86400_000
        return oracle.local(at, s.zone).date()

    if s.chance(0.3):
        s.lists[name] = {"kind": "numbers", "path": f"lists/{name}.txt", "as_of": day()}
        s.files[f"lists/{name}.txt"] = "13812345678\n"
    else:
        s.lists[name] = {"kind": "numbers", "path": f"lists/{name}-{{date}}.txt"}
        for date in {day() for _ in range(r.randint(1, 4))}:
            text = str(date) if s.chance(0.7) else str(date).replace("-", "")
            s.files[f"lists/{name}-{text}.txt"] = "13812345678\n"
    return name


def list_rule(s, rule):
    r = s.random
    if s.chance(0.5):
        # open: "2d" as a grace; calendar days are written "2 days".
        rule["grace"] = r.choice([
            "0 days", "2 days", "3 days", "30 days", "2 business days", "3 business days",
            "4 business days", "10 business days", "1h", "30m", "24h", "45s",
        ])
        if "business" in rule["grace"] and s.chance(0.6):
            rule["calendar"] = calendar(s, {"at": "start"}, True)
    rule["lists"] = [list_id(s, 0.02, rule.get("grace"))]
    if s.chance(0.3):
        rule["lists"].append(list_id(s, 0))
    rule["lists"] = list(dict.fromkeys(rule["lists"]))
    if s.chance(0.3):
        rule["clock"] = clock(s)


def list_id(s, missing, grace=None):
    """The id of a list, made now or before; now and then of one without a file."""
    if s.chance(missing):
        s.lists["nowhere"] = None
        return "nowhere"
    known = [name for name, path in s.lists.items() if isinstance(path, str)]
    if known and s.chance(0.3):
        return s.random.choice(known)
    name = f"list-{len(s.lists)}"
    path = f"lists/{name}.csv"
    s.lists[name] = path
    s.files[path] = list_text(s, grace)
    return name


def list_text(s, grace):
    """A list file with dated, scoped, masked and unreadable entries and prefixes."""
    r = s.random
    columns = ["number"] + r.choice([
        [], ["added_at"], ["added_at"], ["added_at", "expires_at"],
        ["added_at", "expires_at", "scope"], ["expires_at"], ["scope"],
    ])
    if grace and s.chance(0.8):
        columns = ["number", "added_at"]
    log = s.chance(0.25)  # a list log, whose first row can be read
    if log:
        columns = ["number", "action", "added_at"] + columns[2:]
    if "purpose" not in s.columns and "scope" in columns:
        columns.remove("scope")  # open: scoped entries where no input has purpose
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    numbers = []
    for n in range(r.randint(1, 12 if log else 6)):
        call = r.choice(s.calls)
        # In a log the rows are mostly about the same few numbers.
        again = log and numbers and s.chance(0.7)
        numbers.append(r.choice(numbers) if again else list_number(s, n, call[2]))
        writer.writerow({
            "action": r.choice(["add", "delete", "A", "D"]) if n else "add",
            "number": numbers[-1],
            "added_at": r.choice(["", "not a date"]) if s.chance(0.15)
            else added_at(s, call[0], grace),
            "expires_at": "" if s.chance(0.4) else list_time(s, r.choice(s.calls)[0]),
            "scope": "" if s.chance(0.5) else r.choice(PURPOSES),
        })
    return buffer.getvalue()


def list_number(s, n, callee):
    """A number of a list: mostly that of a call, in any spelling."""
    r = s.random
    kind = r.random()
    if n > 0:  # at least the first row can be read
        if kind < 0.18:
            return prefix_of(s, callee)
        if kind < 0.30:
            return mask_of(s, callee)
        if kind < 0.34:
            return r.choice(["", "nobody", "1.38E+10"])
    if oracle.cell(callee) is None or s.chance(0.1):
        return r.choice(r.choice(HOME_NUMBERS[s.region]))
    if oracle.read_number(callee, s.region).key is None:
        if "*" in callee:  # one that the mask fits
            for number in r.sample(HOME_NUMBERS[s.region], len(HOME_NUMBERS[s.region])):
                known = oracle.read_number(number[0], s.region)
                if oracle.mask_matches_number(oracle.cleaned(callee), known):
                    return r.choice(number)
        return r.choice(r.choice(HOME_NUMBERS[s.region]))
    for spellings in s.callees:
        if callee in spellings:
            return r.choice(spellings)
    return callee


def mask_of(s, callee):
    """A number with some digits starred: as E.164 or as written nationally."""
    r = s.random
    number = callee and oracle.cell(callee) and oracle.read_number(callee, s.region)
    if not number or number.e164 is None or number.key != number.e164:
        number = oracle.read_number(r.choice(HOME_NUMBERS[s.region])[0], s.region)
    text = r.choice([number.e164, number.national])
    # open: a national mask of a number of another country than the region's.
    text = text if number.e164.startswith(oracle.international_prefix_form("", s.region)) \
        else number.e164
    stars = r.randint(2, 4)
    at = len(text) - r.randint(1, 3) - stars  # open: stars at the end
    return text[:at] + "*" * stars + text[at + stars:]


def prefix_of(s, callee):
    """A prefix that the callee may begin with."""
    r = s.random
    for _ in range(20):
        number = oracle.cell(callee) and oracle.read_number(callee, s.region)
        if number and number.e164 and number.key == number.e164:
            home = oracle.international_prefix_form("", s.region)
            text = number.e164
            if text.startswith(home) and s.chance(0.6):
                text = number.national
            text = text[:r.randint(4 if text[0] == "+" else 3, 7)]
        elif number and number.key:
            text = number.key.lstrip("+")[:r.randint(2, 3)]
        else:
            text = "+1208"
        if is_determined(s, text):
            return text + "*"
        callee = r.choice(s.calls)[2]
    return "+999*"


def is_determined(s, prefix):
    """Whether a prefix means the same to everybody.

    # open: which digits of a callee that is no valid number are compared with which
    # form of a prefix; and whether one that is no key can match a prefix.
    """
    if not re.fullmatch(r"\+?[0-9]+", prefix):
        return False
    whole = oracle.international_prefix_form(prefix, s.region)
    for spelling in {spelling for number in s.callees for spelling in number}:
        number = oracle.read_number(spelling, s.region)
        if number.e164 is not None or number.masked:
            continue
        written = number.digits.startswith(prefix.lstrip("+"))
        read = oracle.international_prefix_form(number.digits, s.region).startswith(whole)
        if number.key is None and (written or read) or written != read:
            return False
    return True


def added_at(s, start, grace):
    """A time such that an entry begins to count just when a call is made, or nearly."""
    r = s.random
    if grace is None or s.chance(0.1):
        return list_time(s, start)
    elapsed = oracle.parse_duration(grace)
    if elapsed is not None:
        return list_time(s, start - elapsed)
    days = int(grace.split()[0])
    if "business" in grace:
        days = days * 7 // 5 + r.randint(0, 4)
    # The local hour of a call on that day, so that the date is what matters.
    return list_time(s, start - (days + r.choice([0, 0, 1, 1, 2])) * 86400_000)


def list_time(s, start):
    """The time of a call, or one near it; as a date, local or with an offset."""
    r = s.random
    at = start // 1000 * 1000
    at += r.choice([0, 0, 0, 0, -1000, 1000, 3600_000, -3600_000, -86400_000, 86400_000])
    wall = oracle.local(at, s.zone)
    if s.chance(0.45):
        return str(wall.date())
    # open: local times in a list that occur twice or never.
    if s.chance(0.4) or len(oracle.wall_readings(wall, s.zone)) > 1:
        return oracle.local(at, oracle.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return wall.strftime("%Y-%m-%d %H:%M:%S")


# ------------------------------------------------------------------ all of it


def make(seed, folder):
    """Writes the scenario of a seed into a folder."""
    s = Scenario(seed)
    r = s.random
    generate_row_kinds.prepare(s, seed)
    rows = make_log(s)
    gaps = generate_gaps.Gaps(s, seed)
    if gaps.rhythm:
        rows = generate_gaps.rhythm_log(gaps)
    more = generate_scope.More(s, seed)
    generate_scope.extend_log(more, rows)
    for row in rows:
        generate_row_kinds.more_cells(s, row)
    s.texts = [row["started_at"] for row in rows]
    for row in rows:
        start = oracle.parse_time(row["started_at"]).readings(s.zone)[0]
        end = oracle.parse_time(row["ended_at"]) or oracle.parse_time(row["answered_at"])
        end = oracle.resolve_later(end, s.zone, start, start)
        s.calls.append((start, end, row["callee"]))
    s.files["log.csv"] = log_text(s, rows)

    rules = [make_rule(s, n) for n in range(r.randint(3, 8))]
    for rule in rules:
        if s.chance(0.2):
            rule["severity"] = r.choice(["critical", "high", "medium", "low"])
    scenario = {"since": None, "until": None}
    for name in scenario:
        if s.chance(0.12):
            scenario[name] = bound(s)
    if gaps.rhythm:
        scenario["until"] = None  # which would leave too little of the rhythm
    rules += generate_row_kinds.rules(s, rows)
    generate_scope.extend_rules(more, rules)
    generate_gaps.extend_rules(gaps, rules)
    generate_gaps.settle(s, rules)
    head = {"id": f"seed-{seed}", "timezone": s.zone_name, "region": s.region}
    blocks = ["[ruleset]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in head.items())]
    for rule in rules:
        blocks.append("[[rule]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in rule.items()))
    for name, path in s.lists.items():
        entry = {"id": name, "kind": "numbers"}
        entry |= path if isinstance(path, dict) else {"path": path} if path else {}
        blocks.append("[[list]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in entry.items()))
    for name, entry in more.exemptions.items():
        entry = {"id": name, **entry}
        blocks.append("[[exemption]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in entry.items()))
    s.files["rules.toml"] = "\n".join(blocks)

    s.files["scenario.json"] = json.dumps(scenario, indent=2) + "\n"

    folder = Path(folder)
    for name, text in s.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    return scenario


def bound(s):
    """A value of --since or --until: a bare date or the instant of a call."""
    at = oracle.parse_time(s.random.choice(s.texts)).readings(s.zone)[0] // 1000 * 1000
    if s.chance(0.5):
        return str(oracle.local(at, s.zone).date())
    return oracle.local(at, oracle.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


import generate_row_kinds  # noqa: E402  (it needs all of the above)


def main():
    if len(sys.argv) != 3:
        print("usage: generate.py SEED OUTDIR", file=sys.stderr)
        return 2
    make(sys.argv[1], sys.argv[2])
    return 0


if __name__ == "__main__":
    import generate  # the same module that the others beside this file import

    sys.exit(generate.main())
