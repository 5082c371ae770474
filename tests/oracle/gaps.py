"""completeness: `max_gap`, the gaps of a log.

Gaps are those of the whole log, whatever a rule is about: the whole hours without a call.
One of N such hours lasted more than N hours and less than N + 2.
"""

from fractions import Fraction

import oracle

HOUR = 3600_000
WEEK = 7 * 24


def read(table):
    return oracle.parse_duration(table["max_gap"]) if "max_gap" in table else None


def hours_of(audit):
    # reading: hours are those of UTC, of the first reading of each start.
    return sorted({call.start // HOUR for call in audit.calls})


def silences(hours):
    """(first hour, number of hours) of each stretch of whole hours without a call."""
    return [
        (before + 1, after - before - 1)
        for before, after in zip(hours, hours[1:]) if after - before > 1
    ]


def findings(audit, rule, zone):
    """What is longer than the limit for sure is a violation, what may be is possible."""
    found, hours = [], hours_of(audit)
    length = hours[-1] - hours[0]
    limit = Fraction(rule.max_gap, HOUR)
    for first, count in silences(hours):
        if count + 2 <= limit:  # it lasted less than that
            continue
        start = first * HOUR
        # reading: one is judged if it begins in `effective` and ends after `--since`.
        if audit.since is not None and start + count * HOUR <= audit.since:
            continue
        if not audit.in_effect(rule, start, zone):
            continue
        if length >= 3 * WEEK and not is_missing(hours, first, count):
            continue
        sure = count >= limit
        if length < 3 * WEEK and count < 24:
            sure = False
        verdict = "violation" if sure else "possible"
        told = Fraction(round(limit * 100), 100)  # reading: the limit is told so
        found.append(oracle.Finding(rule.id, "", start, verdict, count, told, "gap"))
    return found


def is_missing(hours, first, count):
    """Whether a gap is more than the rhythm of the log: whether an hour in it, of the same
    weekday and time, has calls in at least three of four other weeks."""
    # reading: of all other weeks that lie in the log whole, three quarters at least. The
    # generator makes logs with a rhythm beyond doubt, or none that are so long.
    filled = set(hours)
    for hour in range(first, first + count):
        others = [
            other for other in range(hours[0] + (hour - hours[0]) % WEEK, hours[-1] + 1, WEEK)
            if other != hour and not first <= other < first + count
        ]
        if len(others) >= 3 and 4 * len(filled & set(others)) >= 3 * len(others):
            return True
    return False
