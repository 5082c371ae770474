"""What generate.py adds about the gaps of a log: rules with `max_gap`, and logs of several
weeks that have a rhythm.

Everything here is chosen by a random stream of its own, so that the rest of a scenario stays
what it was; only a log with a rhythm takes the place of the other one.
"""

import random

import generate
import oracle

HOUR = 3600


class Gaps:
    """The random choices of the additions."""

    def __init__(self, s, seed):
        self.s = s
        self.random = random.Random(f"callaudit oracle gaps {seed}")
        # differs: the rhythm of a zone that is off by half an hour.
        self.rhythm = self.random.random() < 0.1 and s.zone_name != "Australia/Lord_Howe"


def rhythm_log(g):
    """Five to seven weeks with the same hours of the same days, of which some are missing,
    and now and then a call at another time."""
    s, r = g.s, g.random
    monday = oracle.parse_time("2026-08-03").readings(oracle.UTC)[0] // 1000
    monday += r.choice([0, 1, 4]) * 7 * 24 * HOUR
    weeks = r.randint(5, 7)
    days = r.choice([range(5), range(5), range(6), [0, 2, 4]])
    begin, length = r.randint(0, 19), 2
    slots = [
        monday + ((week * 7 + day) * 24 + hour) * HOUR
        for week in range(weeks) for day in days for hour in range(begin, begin + length)
    ]
    # The ends of the log stay; of an hour of the week one is missing at most.
    lost, weekly = set(), set()
    for _ in range(r.randint(1, 3)):
        at = r.randrange(length, len(slots) - length)
        size = r.choice([2, 2, 3, 4, len(days) * length])
        part = [slot for slot in slots[at:at + size] if slot < slots[-length]]
        hours = {(slot - monday) % (7 * 24 * HOUR) for slot in part}
        if len(hours) == len(part) and not hours & weekly:
            lost |= set(part)
            weekly |= hours
    strays = []
    for _ in range(r.choice([0, 0, 1, 2])):
        stray = r.randrange(slots[0], slots[-1]) // HOUR * HOUR
        if (stray - monday) % (7 * 24 * HOUR) not in {(x - monday) % (7 * 24 * HOUR) for x in slots}:
            strays.append(stray)
    # One such hour alone may be empty by chance: in a gap are none or several.
    borders = sorted(set(slots) - lost | set(strays))
    for first, last in zip(borders, borders[1:]):
        inside = {slot for slot in lost if first < slot < last}
        if len(inside) == 1:
            lost -= inside
    times = [stray + r.randrange(HOUR) for stray in strays]
    times += [
        # So many that it is no chance if some hours have none.
        slot + r.randrange(HOUR) for slot in slots if slot not in lost for _ in range(5)
    ]
    rows = [by(g, generate.make_call, n, at * 1000) for n, at in enumerate(times)]
    r.shuffle(rows)
    return rows


def by(g, make, *arguments):
    """Lets a part of generate.py choose by the stream of the additions."""
    s, old = g.s, g.s.random
    s.random = g.random
    try:
        return make(s, *arguments)
    finally:
        s.random = old


def extend_rules(g, rules):
    s, r = g.s, g.random
    hours = sorted({start // 1000 // HOUR for start, _, _ in s.calls})
    # differs: logs of three weeks or more whose rhythm is not beyond doubt.
    if not g.rhythm and hours[-1] - hours[0] >= 500:
        return
    counts = [after - before - 1 for before, after in zip(hours, hours[1:]) if after - before > 1]
    for n in range(r.choice([1, 1, 2])):
        limit = r.choice(counts or [2]) * 60 + r.choice([0, 0, 0, 60, 120, 119, 30, -60, -1])
        rule = {"id": f"g{n}-completeness", "kind": "completeness",
                "max_gap": generate.duration(max(2 * HOUR, limit * 60))}
        if r.random() < 0.25:
            by(g, generate.records_rule, rule)
        if r.random() < 0.3:
            rule["clock"] = r.choice(["ruleset", "America/New_York", "Asia/Shanghai", "+05:30"])
        if r.random() < 0.2:
            rule["where"] = by(g, generate.expression)
        if r.random() < 0.2:
            rule["effective"] = by(g, generate.effective)
        if r.random() < 0.1:
            rule["force"] = "signal"
        rules.append(rule)


def settle(s, rules):
    """Takes out what is known to differ."""
    for rule in rules:
        # differs: the status of a rule that lacks a column, on the callee's clock.
        if rule.get("clock") == "callee" and "effective" in rule:
            text = " ".join(str(value) for value in rule.values())
            if oracle.named_columns(text) - set(s.columns):
                del rule["effective"]
        # differs: the start of an hour that the clock enters in its middle.
        on_lord_howe = "Australia/Lord_Howe" in (rule.get("clock"), s.zone_name)
        if rule["kind"] in ("ratio", "completeness", "pattern") and on_lord_howe \
                and rule.get("window") == "hour":
            rule["window"] = "day"
