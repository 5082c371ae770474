"""Kinds of the reference implementation that judge each call by itself: `caller_id`,
`destination` and `binding`; and `caller_id` with `max_numbers`, which counts the numbers
that one key is shown.

oracle.py asks a checker for what it says of a call at an instant:

    Said(answer, check, measured, limit)

The answer is YES (broken), MAYBE, NO or UNTOLD: what the rule would have to know of the
call is masked, destroyed or missing, so that it is counted as one without the key
(paragraph 35 of the rule semantics as users read them).
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumberType, geocoder

import oracle
from oracle import MAYBE, NO, YES, RulesetError

UNTOLD = -1


@dataclass(frozen=True)
class Said:
    """What a checker says of a call."""

    answer: int
    check: str | None = None  # the check that is reported
    measured: float | None = None
    limit: float | None = None


def first_broken(said):
    """Of several checks in their order the one that is reported."""
    # reading: a check that is surely broken comes before those that may be.
    for answer in (YES, MAYBE):
        for one in said:
            if one.answer == answer:
                return one
    # reading: what is found stands, whatever else cannot be told.
    if any(one.answer == UNTOLD for one in said):
        return Said(UNTOLD)
    return Said(NO)


def read(kind, table, ruleset):
    """The checker of a rule."""
    return {"caller_id": Caller, "destination": Destination, "binding": Bound}[kind](
        table, ruleset)


# --------------------------------------------------------------------------- numbers


def patterns(texts, region):
    """Numbers, prefixes and masks as entries that always count (paragraph 27)."""
    found = []
    for text in texts:
        entry = oracle.read_entry({"number": text}, oracle.UTC, region)
        if entry is None:
            raise RulesetError(f"not a number, prefix or mask: {text!r}")
        found.append(entry)
    return found


def among(entries, number):
    """Whether a number is one of the patterns."""
    return max((matches(entry, number) for entry in entries), default=NO)


def matches(entry, number):
    """As `oracle.entry_matches`, and service numbers have their country code, too."""
    found = oracle.entry_matches(entry, number)
    if found == NO and entry.prefix and is_service(number):
        # reading: a prefix is matched against E.164, and that of 95588 is +8695588.
        return YES if ("+86" + number.key).startswith(entry.prefix_e164) else NO
    return found


def is_service(number):
    return number.key is not None and bool(oracle.SERVICE.fullmatch(number.key))


def stands(entries, number, call, at):
    """Whether a number stands on a list as of the call (paragraph 25)."""
    best = NO
    for entry in entries:
        if entry.added is not None and at < entry.added:
            continue
        if entry.expires is not None and at >= entry.expires:
            continue
        answer = matches(entry, number)
        purpose = call.cells.get("purpose")
        if entry.scope is not None and answer != NO:
            if purpose is None:
                answer = MAYBE
            elif purpose != entry.scope:
                answer = NO
        best = max(best, answer)
    return best


# --------------------------------------------------------------------------- caller_id

# Words that say that no number was shown.
# reading: "a word such as"; others than these are not generated.
NO_NUMBER = {"anonymous", "private", "unknown", "withheld", "匿名", "未知"}
KEYPAD = {"266696687"}  # a n o n y m o u s
NOTHING, NAME, MASKED, DESTROYED, NUMBER = "nothing", "name", "masked", "destroyed", "number"


def shown(number):
    """What a call shows as its caller."""
    if number is None or number.text.lower() in NO_NUMBER:
        return NOTHING
    if re.fullmatch(r"\+?0+", number.text) or number.text in KEYPAD:
        return NOTHING
    if number.masked:
        return MASKED
    if number.key is not None:
        return NUMBER
    return DESTROYED if re.search(r"\d", number.text) else NAME


class Caller:
    """caller_id: the number that a call shows."""

    def __init__(self, table, ruleset):
        self.present = table.get("present", False)
        self.forbid = patterns(table["forbid"], ruleset.region) if "forbid" in table else None
        self.allow = patterns(table["allow"], ruleset.region) if "allow" in table else None
        self.inventory = None
        if "inventory" in table:
            self.inventory = [ruleset.inventories[name] for name in table["inventory"]]
        self.columns = {"caller"}

    def is_missing(self):
        return any(entries is None for entries in self.inventory or [])

    def says(self, call, at):
        caller, sort = call.caller, shown(call.caller)
        if not self.present and sort in (NOTHING, NAME):
            return Said(UNTOLD)
        said = []
        if self.present:
            answer = {NOTHING: YES, NAME: MAYBE, MASKED: MAYBE}.get(sort, NO)
            said.append(Said(answer, "present"))
        if sort in (NOTHING, NAME):
            return first_broken(said)
        if self.forbid is not None:
            # reading: of a destroyed caller this cannot be told, as of a callee.
            answer = UNTOLD if sort == DESTROYED else among(self.forbid, caller)
            said.append(Said(answer, "forbid"))
        if self.allow is not None:
            answer = [YES, MAYBE, NO][among(self.allow, caller)]
            # What is masked or destroyed is possible.
            said.append(Said(answer if sort == NUMBER else MAYBE, "allow"))
        if self.inventory is not None:
            best = max(stands(entries, caller, call, at) for entries in self.inventory)
            answer = [YES, MAYBE, NO][best]
            said.append(Said(answer if sort == NUMBER else MAYBE, "inventory"))
        return first_broken(said)


def read_inventory(path, zone, region):
    """A list of one's own numbers: a list of numbers whose times are `filed_at` and
    `expires_at` and whose scope is called `purpose`; None if it is missing."""
    if path is None or not Path(path).exists():
        return None
    names = {"caller": "number", "did": "number", "filed_at": "added_at", "purpose": "scope"}
    entries = []
    for row in csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))):
        cells = {names.get(k, k): oracle.cell(v or "") for k, v in row.items() if k}
        entries.append(oracle.read_entry(cells, zone, region))
    return [entry for entry in entries if entry is not None] or None


def broken_rotation(rule, calls, place, zone):
    """More numbers shown to the key in the window, up to the call, than permitted."""
    numbers = {
        calls[n].caller.key for n in range(place + 1)
        if oracle.in_window(rule.window, calls, place, n, zone)
    }
    # reading: a window of no length holds no call.
    if len(numbers) <= rule.max:
        return {}
    return {oracle.MAX: (len(numbers), rule.window.needs_clock)}


# --------------------------------------------------------------------------- destination

CLASS_OF = {
    PhoneNumberType.FIXED_LINE: "fixed", PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.TOLL_FREE: "toll_free", PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "shared_cost", PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal", PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan", PhoneNumberType.VOICEMAIL: "voicemail",
}
EMERGENCY = {
    "CN": {"110", "119", "120", "122"}, "US": {"911"}, "GB": {"999", "112"},
    "AU": {"000", "106", "112"}, "CU": {"104", "105", "106"},
}
# Where an area code of the NANP lies; only these are generated.
NANP = {
    "212": {"US-NY"}, "208": {"US-ID"}, "701": {"US-ND"}, "312": {"US-IL"},
    "305": {"US-FL"}, "416": {"CA-ON"}, "867": {"CA-YT", "CA-NT", "CA-NU"},
    "902": {"CA-NS", "CA-PE"}, "646": {"US-NY"}, "213": {"US-CA"}, "604": {"CA-BC"},
}
SOMEWHERE = "?"  # a place of a country of which no more is known


class Destination:
    """destination: numbers and places that must not be called."""

    def __init__(self, table, ruleset):
        self.region = ruleset.region
        self.forbid = patterns(table["forbid"], ruleset.region) if "forbid" in table else None
        self.allow = patterns(table["allow"], ruleset.region) if "allow" in table else None
        self.classes = table.get("classes")
        self.areas = table.get("areas")
        self.regions = table.get("regions")
        self.only = table.get("only_regions")
        self.lists = None
        if "lists" in table:
            self.lists = [ruleset.lists[name] for name in table["lists"]]
        # A log without callee_region tells less, but the rule can be evaluated.
        self.columns = {"callee"}

    def is_missing(self):
        return any(entries is None for entries in self.lists or [])

    def says(self, call, at):
        callee, said = call.callee, []
        if callee is None:
            return Said(UNTOLD)
        destroyed = callee.key is None and not callee.masked
        if self.forbid is not None:
            # Paragraph 35: of a destroyed number this cannot be told.
            answer = UNTOLD if destroyed else among(self.forbid, callee)
            said.append(Said(answer, "forbid"))
        if self.allow is not None:
            answer = [YES, MAYBE, NO][among(self.allow, callee)]
            if callee.masked:
                answer = MAYBE
            said.append(Said(UNTOLD if destroyed else answer, "allow"))
        if self.classes is not None:
            said.append(Said(self.is_of_class(callee), "classes"))
        if self.areas is not None:
            said.append(Said(self.is_in_area(call), "areas"))
        if self.regions is not None:
            said.append(Said(self.is_in_region(call, self.regions), "regions"))
        if self.only is not None:
            answer = self.is_in_region(call, self.only)
            answer = {YES: NO, NO: YES}.get(answer, answer)
            if callee.key is not None and not regions_of(call):
                # reading: an extension or a short code leads nowhere else; any other
                # number of which no region is known may be elsewhere.
                answer = NO if len(callee.digits) < 7 else MAYBE
            said.append(Said(answer, "only_regions"))
        if self.lists is not None:
            best = max(stands(entries, callee, call, at) for entries in self.lists)
            said.append(Said(UNTOLD if destroyed and best == NO else best, "lists"))
        return first_broken(said)

    def is_of_class(self, callee):
        if callee.key is None:
            return UNTOLD
        found = set()
        if is_service(callee):
            found.add("service")
        own = EMERGENCY[self.region]
        if callee.key in own:
            found.add("emergency")
        if self.region == "CN" and re.fullmatch(r"0\d{2,3}(110|119|120|122)", callee.key):
            found.add("emergency")  # behind an area code
        if found & set(self.classes):
            return YES
        if callee.e164 is None:
            return NO
        sort = phonenumbers.number_type(phonenumbers.parse(callee.e164))
        if sort == PhoneNumberType.FIXED_LINE_OR_MOBILE:
            return [NO, MAYBE, YES][len({"mobile", "fixed"} & set(self.classes))]
        return YES if CLASS_OF.get(sort) in self.classes else NO

    def is_in_area(self, call):
        """By `callee_region` if the log names it, else by the number."""
        named = named_region(call)
        if named is not None and named != "CN":
            return YES if named in self.areas else NO
        if call.callee.key is None:
            return UNTOLD
        if call.callee.e164 is None or not call.callee.e164.startswith("+86"):
            return NO
        number = phonenumbers.parse(call.callee.e164)
        place = geocoder.description_for_number(number, "zh")
        area = {"西藏": "CN-54", "新疆": "CN-65"}.get(place[:2])
        return YES if area in self.areas else NO

    def is_in_region(self, call, regions):
        candidates = regions_of(call)
        if candidates is None:
            return UNTOLD
        inside = [any(one == r or one.split("-")[0] == r for r in regions) for one in candidates]
        if not any(inside):
            # A place somewhere in a country of which a state is meant may be there.
            countries = {r.split("-")[0] for r in regions}
            if any(one.endswith(SOMEWHERE) and one.split("-")[0] in countries for one in candidates):
                return MAYBE
            return NO
        return YES if all(inside) else MAYBE


def named_region(call):
    """The region that the log names, or None."""
    text = call.cells.get("callee_region")
    return text.upper() if text and re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?", text) else None


def regions_of(call):
    """The regions in which the callee may be (paragraph 34); empty where the number tells
    none, None where it cannot be known."""
    named, number = named_region(call), call.callee
    by_number = None if number is None or number.key is None else regions_of_number(number)
    if named is None:
        return by_number
    if named not in ("US", "CA"):
        return {named}
    # A country of states: where the number tells more, it does.
    more = {one for one in by_number or set()
            if one.startswith(named + "-") and not one.endswith(SOMEWHERE)}
    if more:
        return more
    # reading: CA alone may be California, too.
    return {f"{named}-{SOMEWHERE}"} | ({"US-CA"} if named == "CA" else set())


def regions_of_number(number):
    if is_service(number):
        return {"CN"}
    if number.e164 is None:
        return set()
    parsed = phonenumbers.parse(number.e164)
    if parsed.country_code == 1:
        sort = phonenumbers.number_type(parsed)
        if sort == PhoneNumberType.TOLL_FREE:
            # reading: and in the other countries of that code, of which none is generated.
            return {f"US-{SOMEWHERE}", f"CA-{SOMEWHERE}", "BS"}
        return NANP[number.e164[2:5]]
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[parsed.country_code]
    return {r for r in regions if phonenumbers.is_valid_number_for_region(parsed, r)}


# --------------------------------------------------------------------------- binding


@dataclass
class Binding:
    """One row of a list of bindings."""

    x: str
    a: oracle.Number
    b: oracle.Number | None  # whoever calls reaches `a`
    begin: int | None  # included
    end: int | None  # excluded
    direction: str | None  # both, ab, ba; None: not told

    def holds(self, at):
        return (self.begin is None or at >= self.begin) and (self.end is None or at < self.end)

    def is_side(self, key):
        return key in (self.a.key, self.b and self.b.key)


DIRECTIONS = {"both": "both", "A→B": "ab", "B→A": "ba", "0": "both", "1": "ab", "2": "ba"}


@dataclass
class Bindings:
    rows: list
    columns: set


def read_bindings(path, zone, region):
    """The rows of a list of bindings; None if it is missing."""
    if path is None or not Path(path).exists():
        return None
    rows, columns = [], set()
    for row in csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))):
        cells = {name: oracle.cell(value or "") for name, value in row.items() if name}
        columns |= set(cells)
        x, a, b = (oracle.number_in(cells.get(name), region) for name in "xab")
        if x is None or x.key is None or a is None or a.key is None:
            continue
        ends = [oracle.list_time(cells.get(n), zone, end=True) for n in ("to", "unbound_at")]
        rows.append(Binding(
            x.key, a, b, oracle.list_time(cells.get("from"), zone, end=False),
            min((end for end in ends if end is not None), default=None),
            DIRECTIONS.get(cells.get("direction")),
        ))
    return Bindings(rows, columns) if rows else None


def behind(call, bindings):
    """Whom a call to a virtual number reached: the other side of the binding that holds
    at its start and in which the caller is one side; None where that is not known."""
    if call.callee is None or call.callee.key is None:
        return None
    caller = call.caller.key if call.caller else None
    found = {}
    for row in bindings.rows:
        if row.x != call.callee.key or not row.holds(call.start):
            continue
        if row.b is None:  # whoever calls reaches `a`
            # reading: but not `a` itself.
            if caller != row.a.key:
                found[row.a.key] = row.a
        elif caller == row.a.key:
            found[row.b.key] = row.b
        elif caller == row.b.key:
            found[row.a.key] = row.a
    return next(iter(found.values())) if len(found) == 1 else None


def put_people_behind(calls, lists):
    """Such a call has the person as callee and the virtual number as caller."""
    for call in calls:
        call.logged = (call.caller, call.callee)
        for bindings in lists:
            person = behind(call, bindings) if bindings else None
            if person is not None:
                call.caller, call.callee = call.callee, person
                break


class Bound:
    """binding: calls through virtual numbers."""

    def __init__(self, table, ruleset):
        self.bindings = ruleset.bindings[table["bindings"]]
        columns = self.bindings.columns if self.bindings else set()
        self.check = table.get("check")
        if self.check is None:
            self.check = ["pair", "time"] + ["direction"] * ("direction" in columns)
        self.max_life = oracle.parse_duration(table["max_life"]) if "max_life" in table else None
        self.max_pairs = table.get("max_pairs")
        self.columns = {"caller", "callee"}

    def is_missing(self):
        """Without the list, or its columns for what the rule names."""
        if self.bindings is None:
            return True
        columns = self.bindings.columns
        if "direction" in self.check and "direction" not in columns:
            return True
        ends = {"to", "unbound_at"} & columns
        if self.max_life is not None and not (ends and "from" in columns):
            return True
        return "time" in self.check and not ends and "from" not in columns

    def says(self, call, at):
        caller, callee = call.logged
        virtual = {row.x for row in self.bindings.rows}

        def key(number):
            return number.key if number else None

        # The log names X as the callee, or as the number shown and who was reached.
        if key(callee) in virtual:
            x, other, calls = callee.key, caller, True
        elif key(caller) in virtual:
            x, other, calls = caller.key, callee, False
        else:
            if call.cells.get("mode") != "axb" or "pair" not in self.check:
                return Said(UNTOLD)
            if key(caller) is not None and key(callee) is not None:
                return Said(YES, "no binding")
            if key(caller) is None and key(callee) is None:
                return Said(UNTOLD)  # reading: also where both are masked
            return Said(MAYBE, "no binding")
        return first_broken(self.checks(x, key(other), calls, at))

    def checks(self, x, other, calls, at):
        """What each check says, in their order."""
        said = []
        rows = [row for row in self.bindings.rows if row.x == x]
        # Where `b` is empty, whoever calls X reaches `a`; the log that shows X names `a`.
        mine = [row for row in rows if row.b is None and calls
                or other is not None and row.is_side(other)]
        if "pair" in self.check and not mine:
            said.append(Said(YES if other is not None else UNTOLD, "pair"))
        rows = mine or rows
        now = [row for row in rows if row.holds(at)]
        if "time" in self.check:
            # reading: without a beginning it has held since ever.
            if not now:
                said.append(Said(YES, "time", self.away(rows, at) / 1000))
        # reading: one by which the caller would reach himself counts only if it is alone.
        telling = [row for row in now if row.b is not None or not calls or row.a.key != other]
        rows = telling or now or rows
        if "direction" in self.check:
            said.append(Said(self.direction(rows, other, calls), "direction"))
        if self.max_life is not None:
            lives = [self.life(row, at) for row in rows]
            longer = [answer for answer, _ in lives]
            if NO not in longer:
                # reading: of several the shortest; nothing is measured where none is known.
                known = [value for answer, value in lives if answer == YES and value is not None]
                told = known and MAYBE not in longer
                value, limit = (min(known) / 1000, self.max_life / 1000) if told else (None, None)
                said.append(Said(min(longer), "max_life", value, limit))
        if self.max_pairs is not None:
            found = pairs(r for r in self.bindings.rows if r.x == x and r.holds(at))
            if found > self.max_pairs:
                said.append(Said(YES, "max_pairs", found, self.max_pairs))
        return said

    def life(self, row, at):
        """Whether a binding lasts longer than it may, and how long (ms) as far as is known."""
        if row.end is None:
            return YES, None
        # Without a beginning it lasts from the call, if it held then, at least.
        value = row.end - (at if row.begin is None else row.begin)
        if row.begin is not None:
            return (YES if value > self.max_life else NO), value
        return (YES, value) if value > self.max_life else (MAYBE, None)

    @staticmethod
    def away(rows, at):
        """How long the call was outside of its bindings (ms)."""
        # reading: since the last end, and only if none has ended until the next beginning.
        ended = [at - r.end for r in rows if r.end is not None and at >= r.end]
        return min(ended or [r.begin - at for r in rows])

    @staticmethod
    def direction(rows, other, calls):
        answers = []
        for row in rows:
            if row.direction == "both":
                answers.append(NO)
            elif row.direction is None:
                answers.append(MAYBE)
            elif row.b is None and calls:
                # reading: whoever calls X is the other side, even where masked.
                from_a = other == row.a.key
                answers.append(NO if (row.direction == "ab") == from_a else YES)
            elif other is None:
                answers.append(UNTOLD)  # the party that the log masks decides
            elif row.b is not None and not row.is_side(other):
                answers.append(MAYBE)
            else:
                # Who calls: the other party, or the side that it is not.
                from_a = (other == row.a.key) == calls
                answers.append(NO if (row.direction == "ab") == from_a else YES)
        for answer in (NO, UNTOLD, MAYBE):  # one binding that permits it suffices
            if answer in answers:
                return answer
        return YES


def pairs(rows):
    """Pairs are counted once, whichever side is named first."""
    return len({frozenset((r.a.key, r.b and r.b.key)) for r in rows})
