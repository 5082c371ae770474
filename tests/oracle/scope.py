"""`applies` and `[[exemption]]`: which calls a rule is about by place and business, and what
takes calls out of it.

`applies` is judged as its documentation says it: twice, once with all calls of which it is
not certain that the callee is in a region, and once without any of them.
"""

import calendar
import dataclasses
import datetime as dt
import re

import phonenumbers

import oracle

# The states and provinces of the area codes that occur; whatever else begins with +1 and is
# no toll-free number is left out by the generator.
AREA_CODES = {
    "212": "US-NY", "208": "US-ID", "701": "US-ND", "312": "US-IL", "305": "US-FL",
    "416": "CA-ON", "213": "US-CA", "604": "CA-BC",
}
TOLL_FREE = {"800", "888", "877", "866", "855", "844", "833"}
WORDS = ("mode", "purpose", "seller", "account", "callee_class")


class Somewhere:
    """Regions that nobody can list: all of a country, or all of North America."""

    def __init__(self, *countries):
        self.countries = countries

    def inside(self, regions):
        """Whether all, some or none of it lie in the regions of a rule."""
        if all(country in regions for country in self.countries):
            return "all"
        wanted = {region.split("-")[0] for region in regions}
        return "some" if wanted & set(self.countries) else "none"


class Places:
    """A few regions, of which the callee is in one."""

    def __init__(self, names):
        self.names = set(names)

    def inside(self, regions):
        found = [name in regions or name.split("-")[0] in regions for name in self.names]
        if not found:
            return "some"  # none is known: it may be anywhere
        return "all" if all(found) else "some" if any(found) else "none"


# reading: a toll-free number may be in any state of the United States and Canada and in each
# other country of country code 1.
NORTH_AMERICA = Somewhere("US", "CA", "PR", "JM")


def regions_of(call, home):
    """Where the callee may be: `callee_region`, else the number (paragraph 34)."""
    exported = call.cells.get("callee_region")
    number = regions_of_number(call.callee, home)
    if exported is not None and re.fullmatch(r"(US|CA)-[A-Z]{2}", exported):
        return Places([exported])
    if exported == "US":
        # "`callee_region` is `US` and the number tells nothing": a number tells the state.
        if isinstance(number, Places) and number.names and all(
            name.startswith("US-") for name in number.names
        ):
            return number
        return Somewhere("US")
    if exported in ("GB", "CN", "FR", "AU"):
        return Places([exported])
    return number  # reading: one that cannot be read tells nothing


def regions_of_number(number, home):
    """The country of a number, several where a calling code is shared and it is valid in
    several of them; for country code 1 the state of its area code, all for a toll-free one."""
    if number is None:
        return Places([])
    if number.e164 is None:
        # reading: of what is no valid number nothing is known, but a service number is Chinese.
        is_service = number.key and oracle.SERVICE.fullmatch(number.key)
        if is_service and (home == "CN" or number.text != number.key):
            return Places(["CN"])
        return Places([])
    parsed = phonenumbers.parse(number.e164)
    if parsed.country_code == 1:
        area = number.e164[2:5]
        return NORTH_AMERICA if area in TOLL_FREE else Places([AREA_CODES[area]])
    countries = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[parsed.country_code]
    return Places([c for c in countries if phonenumbers.is_valid_number_for_region(parsed, c)])


@dataclasses.dataclass
class Scope:
    """`applies` of a rule."""

    regions: list | None
    words: dict  # column -> permitted texts
    unknown: str
    home: str  # the region in which numbers are read

    def columns(self):
        return set(self.words)

    def words_say(self, call):
        """The words, three-valued as in `where`: True, False or None."""
        texts = {column: call.cells.get(column) for column in self.words}
        if any(text is not None and text not in self.words[c] for c, text in texts.items()):
            return False
        return None if None in texts.values() else True

    def place_says(self, call):
        """True, False, or None where it is not certain."""
        if self.regions is None:
            return True
        return {"all": True, "some": None, "none": False}[regions_of(call, self.home).inside(self.regions)]


def sort_of(rule, call):
    """"in", "perhaps", "unknown" or "out" by `where` and `applies`."""
    # reading: `where` and the words are one condition, of which NULL AND FALSE is FALSE; a call
    # for which it is NULL is counted as unknown wherever the callee is.
    says = [call.sql[rule.where]] if rule.where else []
    if rule.scope:
        says.append(rule.scope.words_say(call))
    if any(value is False for value in says):
        return "out"
    if None in says:
        return "unknown"
    place = rule.scope.place_says(call) if rule.scope else True
    if place is None:
        return {"possible": "perhaps", "applies": "in", "left_out": "out"}[rule.scope.unknown]
    return "in" if place else "out"


def read_scope(table, home):
    if "applies" not in table:
        return None
    applies = table["applies"]
    words = {column: applies[column] for column in WORDS if column in applies}
    return Scope(applies.get("region"), words, applies.get("unknown", "possible"), home)


def judge_both_ways(audit, rule):
    """What is broken both with all uncertain calls and without any of them is a violation,
    what is broken in one way only is possible."""
    if rule.scope is None or rule.scope.regions is None or rule.scope.unknown != "possible":
        return audit.judge(rule)
    whole = rule.scope
    rule.scope = dataclasses.replace(whole, unknown="applies")
    with_them, statistics = audit.judge(rule)
    rule.scope = dataclasses.replace(whole, unknown="left_out")
    without, _ = audit.judge(rule)
    rule.scope = whole

    def name(found):
        if isinstance(found, oracle.Finding):
            # `ever` is one window, whatever the first call in it.
            ever = rule.kind in ("ratio", "completeness") and rule.window.kind == "ever"
            # A limit that comes from the past is another one without some of its calls.
            past = rule.kind == "pattern" and rule.baseline is not None
            limit = None if past else found.limit
            # reading: so is what is on one copy of a list, and a number is dropped once.
            ever = ever or rule.kind == "list_age"
            ever = ever or rule.kind == "pattern" and rule.feature == "burn"
            return found.key, None if ever else found.start, limit, found.about
        return id(found.call)

    found = {name(one): one for one in with_them}
    others = {name(one): one for one in without}
    for key in found.keys() | others.keys():
        verdicts = {each[key].verdict for each in (found, others) if key in each}
        both = key in found and key in others
        # reading: what is told to be measured is with the uncertain calls, if it is broken then.
        one = found.setdefault(key, others.get(key))
        one.verdict = "violation" if both and verdicts == {"violation"} else "possible"
    return list(found.values()), statistics


# --------------------------------------------------------------------------- exemptions


@dataclasses.dataclass
class Within:
    """How long before the call an event may be."""

    unit: str  # elapsed (ms), days, months
    amount: int


def parse_within(text):
    elapsed = oracle.parse_duration(text)
    if elapsed is not None:
        return Within("elapsed", elapsed)
    match = re.fullmatch(r"(\d+) (day|month)s?", text)
    if not match:
        raise oracle.RulesetError(f"not a length of time: {text!r}")
    return Within(match[2] + "s", int(match[1]))


def months_after(date, months):
    """The same day of the month so many months later, or the last one of that month."""
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


class Exemption:
    """One `[[exemption]]`."""

    def __init__(self, table, ruleset):
        self.id = table["id"]
        self.where = table.get("where")
        self.list = table.get("list")
        self.event_names = table.get("event")
        self.within = parse_within(table["within"]) if "within" in table else None
        self.event_day = table.get("event_day", 0)
        self.per = table.get("per", ["callee"])
        self.events = ruleset.events[self.list] if self.list else []

    def can_check(self, audit):
        """One whose list is not given or that names a missing column exempts nobody."""
        if self.events is None:
            return False
        if self.list and set(self.per) - oracle.NEVER_MISSING - audit.columns:
            return False
        return self.where is None or audit.can_check(self.where)

    def holds(self, call, at, zone, audit):
        """Whether it takes a call out, on the clock of one zone."""
        if self.where is not None and call.sql[self.where] is not True:
            return False
        return self.list is None or any(
            self.reaches(event, call, at, zone) for event in self.events
        )

    def reaches(self, event, call, at, zone):
        if self.event_names is not None and event.name not in self.event_names:
            return False
        key = [oracle.Database.value(call, column) for column in self.per]
        if None in key or [event.value(column) for column in self.per] != key:
            return False
        # One known to the day counts from its first moment; one after the call not at all.
        if event.first > at:
            return False
        if self.within is None:
            return True
        if self.within.unit == "elapsed":
            return at - event.first < self.within.amount  # exactly so long is too long
        date = event.date or oracle.local(event.first, zone).date()
        if self.within.unit == "months":
            last = months_after(date, self.within.amount)
        else:
            last = date + dt.timedelta(days=self.within.amount - self.event_day)
        return oracle.local(at, zone).date() <= last
