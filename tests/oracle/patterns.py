"""pattern: one feature of all calls of a key in a window, against fixed bounds or the key's own
past.

# reading: the texts name the features and do not define them; each function says what is
# taken as its meaning.
"""

import dataclasses
import datetime as dt
import statistics
from fractions import Fraction

import oracle


def read_rule(rule, table):
    rule.signal = True  # what it finds is possible, whatever its force
    rule.feature = table["feature"]
    rule.window = oracle.parse_window(table.get("window", "day"))
    rule.within_days = int(table["within_days"].split()[0]) if "within_days" in table else None
    rule.baseline = int(table["baseline"].split()[0]) if "baseline" in table else None
    rule.factor = oracle.exact(table.get("factor"))
    rule.within = oracle.parse_duration(table["within"]) if "within" in table else None
    if "night" in table:
        rule.night = [oracle.parse_clock_time(text) for text in table["night"].split("-")]
    rule.most, rule.least = oracle.exact(table.get("max")), oracle.exact(table.get("min"))
    rule.min_count = table.get("min_count", 20)


def needed_columns(rule):
    return {"short": {"outcome", "talk_s"}, "answered": {"outcome"}, "repeat": {"callee"}}.get(
        rule.feature, set())


def is_nobody(rule, call):
    """repeat: a call of which nobody knows whom it went to has no key."""
    return rule.feature == "repeat" and (call.callee is None or call.callee.key is None)


def lacks_time(rule, call):
    """short: an answered call of which nobody knows how long it talked."""
    return rule.feature == "short" and call.answered() and call.seconds["talk_s"] is None


def findings(audit, rule, name, counted, judged, zone):
    if rule.feature == "burn":
        return burnt(audit, rule, name, counted)
    if rule.baseline is not None:
        return unlike_the_past(audit, rule, name, counted, judged, zone)
    found = []
    for start, calls in oracle.windows_of(rule.window, counted, judged, zone):
        value, below = measure(audit, rule, calls)
        if value is None or below < rule.min_count:
            continue
        limit = oracle.bound_broken(rule, value)
        if limit is not None:
            found.append(oracle.Finding(rule.id, name, start, "possible", value, limit))
    return found


def unlike_the_past(audit, rule, name, counted, judged, zone):
    """baseline and factor: against the mean of the windows that began in the days before."""
    values = []  # (start, value) of each window that has enough calls
    for start, calls in oracle.windows_of(rule.window, counted, counted, zone):
        value, below = measure(audit, rule, calls)
        if value is not None and below >= rule.min_count:
            values.append((start, value))
    mine = [start for start, _ in oracle.windows_of(rule.window, counted, judged, zone)]
    found = []
    for start, value in values:
        # differs: "14 days" should be days of the calendar; they are elapsed time.
        past = [
            before for when, before in values
            if start - rule.baseline * oracle.DAY_MS <= when < start
        ]
        # reading: a past of fewer than five windows says nothing.
        if start not in mine or len(past) < 5:
            continue
        limit = rule.factor * sum(past) / len(past)
        # reading: a factor above 1 looks for more than in the past, any other for less.
        if value > limit if rule.factor > 1 else value < limit:
            found.append(oracle.Finding(rule.id, name, start, "possible", value, limit))
    return found


def burnt(audit, rule, name, counted):
    """burn: a key that is used for a few days, and no more though the log goes on for as many."""
    # differs: "3 days" should be days of the calendar; they are elapsed time.
    days = rule.within_days * oracle.DAY_MS
    used = counted[-1].start - counted[0].start
    after = max(call.start for call in audit.calls) - counted[-1].start
    if len(counted) < rule.min_count or used >= days or after < days:
        return []
    # reading: what is measured is the number of calls, and there is no limit.
    return [oracle.Finding(rule.id, name, counted[0].start, "possible", len(counted), None)]


def measure(audit, rule, calls):
    """(the value of the feature, or None; the calls that `min_count` is about)."""
    if rule.feature == "volume":
        return Fraction(len(calls)), len(calls)
    if rule.feature == "burst":  # the most calls within so long; exactly so long is too long
        most = max(
            sum(0 <= other.start - call.start < rule.within for other in calls) for call in calls
        )
        return Fraction(most), len(calls)
    if rule.feature == "repeat":  # calls by the person called
        callees = [call.callee.key for call in calls if call.callee and call.callee.key]
        return (Fraction(len(callees), len(set(callees))) if callees else None), len(callees)
    if rule.feature == "answered":
        return Fraction(sum(call.answered() for call in calls), len(calls)), len(calls)
    if rule.feature == "short":  # of the answered calls those that talk at most so long
        lengths = [call.seconds["talk_s"] for call in calls if call.answered()]
        lengths = [length for length in lengths if length is not None]
        short = sum(length <= rule.within for length in lengths)
        return (Fraction(short, len(lengths)) if lengths else None), len(lengths)
    if rule.feature == "night":
        # reading: at night where the callee is, on every clock that it may be there.
        at_night = sum(
            all(is_night(rule, call, zone) for zone in zones_of_callee(audit, call))
            for call in calls
        )
        return Fraction(at_night, len(calls)), len(calls)
    assert rule.feature == "pacing"  # how much the gaps between calls vary: sd / mean
    starts = [call.start for call in calls]
    gaps = [b - a for a, b in zip(starts, starts[1:])]
    if len(gaps) < 2 or sum(gaps) == 0:  # "of three calls at least"
        return None, len(calls)
    return Fraction(statistics.pstdev(gaps) / statistics.mean(gaps)), len(calls)


def zones_of_callee(audit, call):
    @dataclasses.dataclass
    class OnCalleesClock:
        clock: str = "callee"

    return audit.zones(OnCalleesClock(), call)[0]


def is_night(rule, call, zone):
    begin, end = rule.night
    wall = oracle.local(call.start, zone)
    time = (wall - dt.datetime.combine(wall.date(), dt.time())) // oracle.MS
    return begin <= time < end if begin < end else begin <= time or time < end
