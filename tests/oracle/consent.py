"""Consents: the kind `consent`, and lists of consents in `exempt` (paragraph 36 of the exact
meaning of rules: a consent counts from `granted_at` to `expires_at` or to `revoked_at` plus
`grace`, for the purposes, modes and sellers that it names)."""

import csv
import dataclasses
import datetime as dt
import io
import re
from pathlib import Path

import oracle
import scope

NO, MAYBE, YES = 0, 1, 2  # as of lists of numbers
LIMITS = ("purpose", "mode", "seller")
UNREADABLE = "unreadable"


@dataclasses.dataclass
class Row:
    """One row of a list of consents."""

    number: object  # what is compared, an oracle.Entry
    granted: object = None  # an instant, None where there is none, or UNREADABLE
    revoked: object = None
    expires: object = None
    limits: dict = dataclasses.field(default_factory=dict)  # column -> the words it names
    kind: str | None = None
    evidence: str | None = None
    takes_back: bool = False


@dataclasses.dataclass
class Consents:
    """A list of consents that could be read."""

    columns: set
    rows: list


def read_consents(path, zone, region):
    """None if the list is missing, or if no row of it can be read."""
    if path is None or not Path(path).exists():
        return None
    reader = csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8")))
    rows = [read_row(cells, zone, region) for cells in reader]
    rows = [row for row in rows if row is not None]
    return Consents(set(reader.fieldnames), rows) if rows else None


def read_row(texts, zone, region):
    cells = {name: oracle.cell(text or "") for name, text in texts.items() if name}
    entry = oracle.read_entry({"number": cells.get("number")}, zone, region)
    status = cells.get("status")
    if entry is None or status not in (None, "granted", "revoked"):
        return None
    times = {}
    for name in ("granted_at", "revoked_at", "expires_at"):
        try:
            times[name] = oracle.list_time(cells.get(name), zone, end=name == "expires_at")
        except ValueError:
            times[name] = UNREADABLE
    granted, revoked = times["granted_at"], times["revoked_at"]
    takes_back = status == "revoked" or (granted is None and revoked is not None)
    if status == "revoked" and revoked is None:
        # "a row that takes back has its time in the column of the revocation, else in that
        # of the consent"
        revoked = granted if granted is not None else UNREADABLE
    limits = {}
    for name in LIMITS:
        words = {word.strip() for word in (cells.get(name) or "").split(";")} - {""}
        if words and "all" not in words:
            limits[name] = words
    return Row(entry, granted, revoked, times["expires_at"], limits, cells.get("kind"),
               cells.get("evidence"), takes_back)


def read_rule(rule, table, ruleset):
    rule.lists = table["lists"]
    for name in rule.lists:
        if name not in ruleset.consents:
            raise oracle.RulesetError(f"no list of consents {name!r}")
    rule.consents = [ruleset.consents[name] for name in rule.lists]
    rule.grace = oracle.parse_grace(table["grace"]) if "grace" in table else None
    rule.max_age = scope.parse_within(table["max_age"]) if "max_age" in table else None
    rule.proof = table.get("proof", False)
    rule.consent_kind = table.get("consent_kind")


def is_missing_something(rule):
    """A list without a file, or without a column of what the rule asks."""
    needed = set()
    if rule.proof:
        needed.add("evidence")
    if rule.max_age is not None:
        needed.add("granted_at")
    if rule.consent_kind is not None:
        needed.add("kind")
    return any(one is None or needed - one.columns for one in rule.consents)


def is_nobody(call):
    """Of a destroyed callee nothing can be asked (paragraph 35); of a masked one what is
    found is possible (paragraph 36)."""
    return call.callee is None or (call.callee.key is None and not call.callee.masked)


@dataclasses.dataclass
class Asked:
    """What a rule asks of a consent; `exempt` asks for one in force."""

    grace: object = None
    calendar: object = None
    max_age: object = None
    proof: bool = False
    consent_kind: list | None = None


@dataclasses.dataclass
class ExemptingList:
    """A list of consents in `exempt`: of whom it holds a consent in force."""

    id: str
    consents: Consents | None

    def can_check(self, audit):
        return True

    def holds(self, call, at, zone, audit):
        # What is merely possible exempts nobody, as NULL does not.
        return self.consents is not None and not is_nobody(call) and any(
            says(self.consents.rows, row, call, at, Asked(), audit.zone) == YES
            for row in self.consents.rows
        )


def verdict(audit, rule, call):
    """Every reading of the start, on every clock on which the rule may be in force
    (paragraph 33)."""
    zones, known = audit.zones(rule, call)
    answers = []  # what the best consent says
    for start in call.readings:
        best = max(
            says(consents.rows, row, call, start, rule, audit.zone)
            for consents in rule.consents
            for row in consents.rows
        )
        if call.callee.masked:
            best = max(best, MAYBE)
        for zone in zones:
            judged = audit.in_effect(rule, start, zone)
            judged = judged and not audit.is_exempt(rule, call, start, zone)
            answers.append(best if judged else YES)
    if all(answer == YES for answer in answers):
        return None
    sure = all(answer == NO for answer in answers) and (known or not rule.effective)
    return oracle.Violation(rule.id, call, "violation" if sure else "possible")


def says(rows, row, call, at, asked, zone):
    """YES, MAYBE or NO: whether the consent of a row counts for a call made at `at`."""
    if row.takes_back:
        return NO
    answer = oracle.entry_matches(row.number, call.callee)
    answer = min(answer, in_scope(row, call))
    if row.granted in (None, UNREADABLE):
        answer = min(answer, MAYBE)
    elif at < row.granted:
        return NO
    if row.expires == UNREADABLE:
        answer = min(answer, MAYBE)
    elif row.expires is not None and at >= row.expires:
        return NO
    if row.revoked == UNREADABLE:
        answer = min(answer, MAYBE)
    elif row.revoked is not None and at >= end_of(row.revoked, asked, zone):
        return NO
    if asked.proof and row.evidence is None:
        return NO
    if asked.consent_kind is not None and row.kind not in asked.consent_kind:
        return NO
    if asked.max_age is not None and row.granted not in (None, UNREADABLE):
        if is_too_old(row.granted, at, asked.max_age, zone):
            return NO
    for other in rows:
        if other.takes_back:
            answer = min(answer, 2 - ends(other, row, call, at, asked, zone))
    return answer


def ends(taken_back, row, call, at, asked, zone):
    """Whether a row that only takes back ends the consent of another: what was given to the
    same number before it or at the same moment, as far as its own scope goes."""
    answer = oracle.entry_matches(taken_back.number, call.callee)
    answer = min(answer, in_scope(taken_back, call))
    if taken_back.revoked == UNREADABLE:
        return min(answer, MAYBE)
    if at < end_of(taken_back.revoked, asked, zone):
        return NO
    if row.granted in (None, UNREADABLE):
        return min(answer, MAYBE)
    return answer if row.granted <= taken_back.revoked else NO


def in_scope(row, call):
    """Whether a row is about a call of this purpose, mode and seller."""
    answer = YES
    for column, words in row.limits.items():
        told = call.cells.get(column)
        answer = min(answer, MAYBE if told is None else YES if told in words else NO)
    return answer


def end_of(revoked, asked, zone):
    """When a consent that was taken back no longer counts: after the grace; the day of the
    revocation is day 0."""
    if asked.grace is None:
        return revoked
    entry = oracle.Entry(added=revoked, added_date=oracle.local(revoked, zone).date())
    return asked.grace.begin(entry, asked.calendar or oracle.WEEKDAYS_ONLY, zone)


def is_too_old(granted, at, max_age, zone):
    """One that may be "24 months" old counts to the end of the same day of the month, of
    "90 days" the day of the consent is day 0."""
    if max_age.unit == "elapsed":
        return at - granted > max_age.amount  # reading: exactly so old is not too old
    day = oracle.local(granted, zone).date()
    if max_age.unit == "months":
        last = scope.months_after(day, max_age.amount)
    else:
        last = day + dt.timedelta(days=max_age.amount)
    return oracle.local(at, zone).date() > last
