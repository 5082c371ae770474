#!/usr/bin/env python3
"""A slow, plain reference implementation of most rule kinds of callaudit.

    oracle.py LOG.csv… --rules RULES.toml [--since T] [--until T] [--as-of DATE] --out OUT.csv [--stats FILE.json]

It judges calls (`quiet_hours`, `call_cap`, `repeat_dial`, `dnc_list`, `duration`, `cooldown`,
`concurrency`, `sequential_dialling`; in row_kinds.py `caller_id`, `destination`, `binding`,
in consent.py `consent`) and groups of them (`ratio`, `list_age`, `completeness`, `pattern`)
straight from the definitions of the rule semantics (32 numbered paragraphs; "paragraph 12"
below is one of them) and from the documentation of each kind, and keeps no state between
calls: every limit of every call is counted anew.
It shares nothing with the Rust engine and exists to be compared with it.

Logs are canonical CSV: comma separated, UTF-8, a header with the canonical column
names, one record per line.  Where the semantics leave a choice, the choice made here
is marked with `# reading:`.
"""

import argparse
import csv
import dataclasses
import datetime as dt
import functools
import io
import json
import re
import sys
import tomllib
import zoneinfo
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import phonenumbers
from phonenumbers import timezone as number_zones
from phonenumbers.phonemetadata import PhoneMetadata

import consent
import gaps
import patterns
import scope

try:
    import duckdb
except ImportError:  # only rules with SQL in them need it
    duckdb = None

sys.modules.setdefault("oracle", sys.modules[__name__])  # for the modules beside this one

zoneinfo.reset_tzpath(to=())  # the packaged tzdata, never the machine's

HERE = Path(__file__).resolve().parent
NAMED_CALENDARS = {"cn": HERE / "../../src/calls/data/cn.toml"}

NULL_WORDS = {"", "NULL", "null", "None", "nan", "N/A", "-", "\\N"}  # paragraph 8
OUTCOMES = {
    "answered", "voicemail", "abandoned", "no_answer", "busy", "rejected", "canceled",
    "invalid", "unreachable", "blocked", "failed", "unknown",
}
DIRECTIONS = {"outbound", "inbound", "internal"}
TEXT_COLUMNS = [
    "call_id", "direction", "caller", "callee", "callee_id", "outcome", "answered_by",
    "response", "hangup_by", "agent", "campaign", "list", "lead", "line", "queue",
    "account", "seller", "purpose", "mode", "subject", "person", "binding_id",
    "recording", "callee_class", "callee_zone", "callee_region", "outcome_raw", "cause",
]
SECONDS_COLUMNS = ["ring_s", "talk_s", "total_s"]
TIME_COLUMNS = ["started_at", "answered_at", "ended_at"]
COLUMNS = TEXT_COLUMNS + SECONDS_COLUMNS + TIME_COLUMNS + ["direction_known"]
# Columns that every call has, whatever the inputs say (paragraphs 1 and 10).
NEVER_MISSING = {"call_id", "direction", "direction_known", "started_at"}

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY_MS = 24 * 3600 * 1000
UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": DAY_MS}


class RulesetError(Exception):
    """What callaudit answers with exit status 2."""


# --------------------------------------------------------------------------- time
#
# An instant is a whole number of milliseconds since 1970-01-01 UTC.

UTC = dt.timezone.utc
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
MS = dt.timedelta(milliseconds=1)


@functools.lru_cache(maxsize=1 << 18)
def local(instant, zone):
    """What the clock of `zone` shows at `instant`: a naive datetime with its `fold`."""
    return (EPOCH + instant * MS).astimezone(zone).replace(tzinfo=None)


def instant_of(wall, zone, fold):
    """The instant of a wall time; `fold` as in the datetime module (PEP 495)."""
    return (wall.replace(tzinfo=zone, fold=fold) - EPOCH) // MS


def wall_readings(wall, zone):
    """All readings of a wall time, the one that counting rules use first (paragraph 21).

    A time that occurs twice is read as the first; one that never occurs is read with
    the offset before the change.  Both are `fold=0` of PEP 495.
    """
    # reading: a time that never occurs has two readings too: with the offset before
    # the change (the one used for counting) and with the offset after it.
    found = [instant_of(wall, zone, 0), instant_of(wall, zone, 1)]
    return found[:1] if found[0] == found[1] else found


def first_moment(wall, zone):
    """The first moment at which the clock of `zone` shows `wall` or a later time
    (paragraph 13)."""
    at = instant_of(wall, zone, 0)
    if local(at, zone) == wall:
        return at
    low, high = sorted(wall_readings(wall, zone))  # in a gap: the change is between
    before = offset_at(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def offset_at(instant, zone):
    """The offset from UTC in force at an instant."""
    return (EPOCH + instant * MS).astimezone(zone).utcoffset()


def first_moment_of_date(date, zone):
    return first_moment(dt.datetime.combine(date, dt.time()), zone)


TIME_TEXT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?"
    r"\s*(Z|[+-]\d\d:?\d\d)?"
)


@dataclass(frozen=True)
class TimeText:
    """A time as written: first and last wall time that it can mean, offset or None."""

    first: dt.datetime
    last: dt.datetime
    zone: object  # a fixed offset, or None: to be read in the zone of the log

    def readings(self, zone):
        """Instants it can be; the first is what counting rules use (paragraph 21)."""
        zone = self.zone or zone
        found = wall_readings(self.first, zone)
        if self.last != self.first:
            # reading: also of one that occurs twice its first and its last instant only.
            found = found[:1] + wall_readings(self.last, zone)[-1:]
        return list(dict.fromkeys(found))


def parse_time(text):
    """Reads a time, or returns None.

    A time known to the minute (hour, day) has its first and its last instant as
    readings (paragraph 21); instants are in milliseconds, so the last one of a minute
    is 59.999.
    """
    match = TIME_TEXT.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        first = dt.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0),
            int(second or 0), int(((fraction or "") + "000000")[:3]) * 1000,
        )
    except ValueError:
        return None
    if second is not None:
        last = first
    elif minute is not None:
        last = first + dt.timedelta(minutes=1) - MS
    elif hour is not None:
        last = first + dt.timedelta(hours=1) - MS
    else:
        last = first + dt.timedelta(days=1) - MS
    return TimeText(first, last, fixed_offset(zone) if zone else None)


def fixed_offset(text):
    """`Z`, `+08:00` or `-0600` as a zone; None for anything else."""
    if text == "Z":
        return UTC
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes >= 24 * 60:
        return None
    return dt.timezone(dt.timedelta(minutes=minutes if match[1] == "+" else -minutes))


@functools.lru_cache(maxsize=None)
def named_zone(name):
    """An IANA zone, or None if there is no such zone."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def resolve_later(time_text, zone, preceding, start):
    """The instant of an answer or an end (paragraph 21).

    Of an ambiguous one it is the earliest reading not before the time preceding it;
    one that lies before the start in every reading is None.
    """
    if time_text is None:
        return None
    # reading: an answer or end known to the minute is its first instant; only starts
    # have a last one.
    found = sorted(wall_readings(time_text.first, time_text.zone or zone))
    for floor in (preceding, start):
        # reading: an end that no reading puts at or after the answer, but one at or
        # after the start, is the earliest of the latter.
        later = [instant for instant in found if instant >= floor]
        if later:
            return later[0]
    return None


def parse_duration(text):
    """Elapsed time: a whole number directly followed by s, m, h or d (paragraph 11)."""
    match = re.fullmatch(r"(\d+)([smhd])", text) if isinstance(text, str) else None
    return int(match[1]) * UNIT_MS[match[2]] if match else None


def parse_clock_time(text):
    """HH:MM or HH:MM:SS as milliseconds of the day; 24:00 is allowed (paragraph 22)."""
    match = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?", text)
    if not match:
        raise RulesetError(f"not a time of day: {text!r}")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    value = (hour * 3600 + minute * 60 + second) * 1000
    if minute > 59 or second > 59 or value > DAY_MS:
        raise RulesetError(f"not a time of day: {text!r}")
    return value


# --------------------------------------------------------------------------- numbers

SEPARATORS = set(".-()/")
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d+")
EXTENSION = re.compile(r"(?:;ext=|ext\.?|x|#)\s*\d{1,7}$", re.IGNORECASE)
# reading: the lengths of Chinese service numbers: 95 has 5 to 8 digits, 96 has 5 or 6,
# 400 has 10, 1010 has 8, 12xxx has 5.
SERVICE = re.compile(r"95\d{3,6}|96\d{3,4}|400\d{7}|1010\d{4}|12\d{3}")


@dataclass(frozen=True)
class Number:
    """A caller, a callee or the number of a list entry."""

    text: str  # without separators, full-width digits made ASCII
    key: str | None  # what it is compared as (paragraphs 8 and 9); None is no key
    e164: str | None  # of a valid number
    national: str | None  # of a valid number: digits as written nationally
    zones: tuple = ()  # names of the candidate zones of a valid number (paragraph 20)

    @property
    def masked(self):
        return "*" in self.text

    @property
    def digits(self):
        """The digits a number that is not valid is matched by (paragraph 27)."""
        return re.sub(r"\D", "", self.key or self.text)


def cleaned(text):
    """A number's text without blanks and `. - ( ) /` and with ASCII digits."""
    text = text.strip().translate(FULL_WIDTH)
    return "".join(c for c in text if not c.isspace() and c not in SEPARATORS)


@functools.lru_cache(maxsize=1 << 16)
def read_number(text, region):
    """The number in a cell that is not null (paragraphs 8, 9 and 20)."""
    bare = cleaned(text)
    if "*" in bare or not re.search(r"\d", bare):
        return Number(bare, None, None, None)
    if EXPONENT.fullmatch(text.strip().translate(FULL_WIDTH)):
        return Number(bare, None, None, None)

    parsed, too_short = None, False
    try:
        parsed = phonenumbers.parse(text.strip().translate(FULL_WIDTH), region)
        too_short = (
            phonenumbers.is_possible_number_with_reason(parsed)
            == phonenumbers.ValidationResult.TOO_SHORT
        )
    except phonenumbers.NumberParseException as error:
        too_short = error.error_type in (
            phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
            phonenumbers.NumberParseException.TOO_SHORT_NSN,
        )

    e164 = national = None
    zones = ()
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        plain = phonenumbers.PhoneNumber(
            country_code=parsed.country_code,
            national_number=parsed.national_number,
            italian_leading_zero=parsed.italian_leading_zero,
            number_of_leading_zeros=parsed.number_of_leading_zeros,
        )
        national = re.sub(
            r"\D", "",
            phonenumbers.format_number(plain, phonenumbers.PhoneNumberFormat.NATIONAL),
        )
        zones = tuple(
            name for name in number_zones.time_zones_for_number(plain)
            if name != "Etc/Unknown"
        )

    service = service_digits(bare, region, parsed)
    if service:
        # reading: a service number has candidate zones if libphonenumber holds it valid
        # (400 and 1010 numbers), else it is "no valid number" (95, 96, 12xxx).
        return Number(bare, service, e164, national, zones)
    if e164:
        return Number(bare, e164, e164, national, zones)
    # reading: "more than 6 digits" counts all digits of the text.
    if too_short and len(re.sub(r"\D", "", bare)) > 6:
        return Number(bare, None, None, None)
    return Number(bare, EXTENSION.sub("", bare), None, None)


def service_digits(bare, region, parsed):
    """The digits of a Chinese service number however written, else None (paragraph 9)."""
    # reading: written without a country code it is one only where the region is CN.
    match = re.fullmatch(r"(?:\+86|0086)(\d+)", bare)
    if match and SERVICE.fullmatch(match[1]):
        return match[1]
    if region == "CN" and SERVICE.fullmatch(bare):
        return bare
    if parsed is not None and parsed.country_code == 86:
        digits = phonenumbers.national_significant_number(parsed)
        if phonenumbers.is_valid_number(parsed) and SERVICE.fullmatch(digits):
            return digits
    return None


def international_prefix_form(digits, region):
    """A prefix or mask as E.164 with `+`: "read in the region as a number would be"
    (paragraph 27): `138` in CN is +86138, `020` in GB is +4420."""
    if digits.startswith("+"):
        return digits
    metadata = PhoneMetadata.metadata_for_region(region)
    dialled = re.match(metadata.international_prefix or "$^", digits)
    if dialled:
        return "+" + digits[dialled.end():]
    trunk = metadata.national_prefix
    if trunk and digits.startswith(trunk):
        digits = digits[len(trunk):]
    return f"+{metadata.country_code}{digits}"


def mask_fits(mask, text):
    """Each `*` of a mask is one digit (paragraph 27)."""
    return len(mask) == len(text) and all(
        m == t or (m == "*" and t.isdigit()) for m, t in zip(mask, text)
    )


def mask_matches_number(mask, number):
    """A mask matches a key of the same length, as E.164 with `+`, else as written
    nationally (paragraph 27)."""
    if number.key is None:
        return False
    if mask.startswith("+"):
        return mask_fits(mask, number.e164 or number.key)
    return mask_fits(mask, number.national or number.key)


# --------------------------------------------------------------------------- calls


@dataclass
class Call:
    """One accepted row of the log."""

    source: str
    line: int
    row: str  # the row's text
    cells: dict  # column -> trimmed text, or None for null
    start_text: TimeText
    readings: list  # instants of the start; counting rules use the first
    call_id: str
    made_id: bool  # made from source and line
    caller: Number | None
    callee: Number | None
    direction: str
    direction_known: bool
    outcome: str | None
    answered_by: str | None
    answer_text: TimeText | None
    end_text: TimeText | None
    answered_at: int | None
    ended_at: int | None
    seconds: dict = field(default_factory=dict)  # ring_s, talk_s, total_s in ms
    logged: tuple = ()  # caller and callee as the log has them, behind a virtual number
    sql: dict = field(default_factory=dict)  # text of an expression -> True/False/None

    @property
    def start(self):
        return self.readings[0]

    def order(self):
        """Instant, call_id as bytes, source path, line; a made call_id sorts by path,
        then line as a number (paragraph 10)."""
        # reading: of one instant, made ids come after the system's own.
        name = b"" if self.made_id else self.call_id.encode()
        return (self.start, self.made_id, name, self.source.encode(), self.line)

    def worlds(self, zone):
        """(start, answer, end) under each reading of the start (paragraph 21)."""
        found = []
        for start in self.readings:
            # reading: under the second reading of the start, the answer and the end
            # are read again, not before it; where they cannot be, the log speaks
            # against that reading and they stay what they are under the first.
            answer = resolve_later(self.answer_text, zone, start, start)
            answer = self.answered_at if answer is None else answer
            after = start if answer is None else max(start, answer)
            end = resolve_later(self.end_text, zone, after, start)
            end = self.ended_at if end is None else end
            found.append((start, answer, end))
        return found

    def answered(self):
        """The outcome answered, unless `answered_by` says machine (paragraph 4)."""
        return self.outcome == "answered" and self.answered_by != "machine"

    def has_an_end(self):
        """Whether the log tells anything of how long the call went on."""
        # reading: an answer alone says nothing of it, unless the log has no column `ring_s`,
        # which is then the time up to the answer.
        known = [self.ended_at, self.seconds["ring_s"], self.seconds["talk_s"]]
        if "ring_s" not in self.cells:
            known.append(self.answered_at)
        return any(value is not None for value in known)

    def end_for_gap(self):
        """When the call was over, for `gap_from = "end"` (paragraph 17)."""
        if self.ended_at is not None:
            return self.ended_at
        if self.answered_at is not None:
            return self.answered_at + (self.seconds["talk_s"] or 0)
        return self.start + (self.seconds["ring_s"] or 0) + (self.seconds["talk_s"] or 0)


def cell(text):
    """A cell as trimmed text, or None (paragraph 8)."""
    # reading: cells are trimmed, and the null words are null, in SQL as well as in keys.
    text = text.strip()
    return None if text in NULL_WORDS else text


def read_log(path, zone, region):
    """The header and the accepted rows of one input (paragraph 6)."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        data = file.read()
    header, calls = None, []
    for number, row in enumerate(re.split(r"\r\n|\n|\r", data), start=1):
        if not row:
            continue  # a blank line is no record
        fields = next(csv.reader([row]))
        if header is None:
            header = [name.strip() for name in fields]
        elif len(fields) == len(header):  # a ragged row is rejected
            call = read_row(str(path), number, row, dict(zip(header, fields)), zone, region)
            if call is not None:
                calls.append(call)
    return header or [], calls


def read_row(source, line, row, fields, zone, region):
    """One row as a call, or None if it has no readable start (paragraph 6)."""
    cells = {name: cell(text) for name, text in fields.items()}
    start_text = parse_time(cells.get("started_at") or "")
    if start_text is None:
        return None
    readings = start_text.readings(zone)
    start = readings[0]

    direction = cells.get("direction")
    outcome = cells.get("outcome")
    if outcome not in OUTCOMES and "outcome" in cells:
        outcome = "unknown"  # paragraph 5
    # reading: in an input without the column, `outcome` is NULL (paragraph 7).
    answered_by = cells.get("answered_by")
    answer_text = parse_time(cells.get("answered_at") or "")
    answered_at = resolve_later(answer_text, zone, start, start)
    end_text = parse_time(cells.get("ended_at") or "")
    after = start if answered_at is None else answered_at
    ended_at = resolve_later(end_text, zone, after, start)
    # A text that is null because it lies before the start stays null in every reading.
    answer_text = None if answered_at is None else answer_text
    end_text = None if ended_at is None else end_text

    call_id = cells.get("call_id")
    return Call(
        source=source, line=line, row=row, cells=cells,
        start_text=start_text, readings=readings,
        call_id=call_id or f"{source}:{line}", made_id=call_id is None,
        caller=number_in(cells.get("caller"), region),
        callee=number_in(cells.get("callee"), region),
        direction=direction if direction in DIRECTIONS else "outbound",
        direction_known=direction in DIRECTIONS,
        outcome=outcome,
        answered_by=answered_by if answered_by in ("human", "machine", "unknown") else None,
        answer_text=answer_text, end_text=end_text,
        answered_at=answered_at, ended_at=ended_at,
        seconds={name: milliseconds(cells.get(name)) for name in SECONDS_COLUMNS},
    )


def number_in(text, region):
    return None if text is None else read_number(text, region)


def milliseconds(text):
    """Decimal seconds in ms; a cell that cannot be read is null (paragraph 6)."""
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return None if value is None or not value.is_finite() else int(value * 1000)


def without_duplicates(calls):
    """Leaves one row of each call (paragraph 6).

    Duplicates have the same call_id, callee and start; where there is no id, all
    fields equal.  Of duplicates that differ elsewhere the one with the latest
    `ended_at`, then the greatest row text as bytes, is the call.
    """
    def identity(call):
        if call.made_id:
            # reading: a row without an id is compared by all its fields, even if other
            # rows of its log have ids.
            return ("fields", tuple(sorted((k, v or "") for k, v in call.cells.items())))
        # reading: the same callee is the same key; where there is no key, the same text.
        callee = None
        if call.callee is not None:
            callee = call.callee.key or ("text", call.callee.text)
        return ("id", call.call_id, callee, call.start)

    kept = []
    for call in sorted(calls, key=lambda c: (c.source.encode(), c.line)):
        rank = (-1 if call.ended_at is None else call.ended_at, call.row.encode())
        for place, (known, known_rank, _) in enumerate(kept):
            if known == identity(call):
                if rank > known_rank:
                    kept[place] = (known, rank, call)
                break
        else:
            kept.append((identity(call), rank, call))
    return [call for _, _, call in kept]


# --------------------------------------------------------------------------- SQL


def identifiers(expression):
    """The column names in an expression, lower case; texts in quotes are none."""
    bare = re.sub(r"'(?:[^']|'')*'", " ", expression)
    return {name.lower() for name in re.findall(r"[A-Za-z_][A-Za-z0-9_]*", bare)}


def named_columns(expression):
    return identifiers(expression) & set(COLUMNS)


class Database:
    """The calls as a DuckDB table; evaluates each expression once, three-valued."""

    def __init__(self, calls):
        self.calls = calls
        self.known = set()
        self.connection = None

    def fill(self):
        if duckdb is None:
            raise SystemExit("oracle: a rule has SQL in it: pip install -r requirements.txt")
        types = {name: "VARCHAR" for name in TEXT_COLUMNS}
        types |= {name: "DOUBLE" for name in SECONDS_COLUMNS}
        types |= {name: "TIMESTAMP" for name in TIME_COLUMNS}
        types |= {"direction_known": "BOOLEAN"}
        self.connection = duckdb.connect(":memory:", config={"threads": "1"})
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        self.connection.execute(f"CREATE TABLE calls (n BIGINT, {columns})")
        marks = ", ".join(["?"] * (len(types) + 1))
        rows = [
            [n] + [self.value(call, name) for name in types]
            for n, call in enumerate(self.calls)
        ]
        for at in range(0, len(rows), 40):
            part = rows[at:at + 40]
            values = ", ".join([f"({marks})"] * len(part))
            flat = [value for row in part for value in row]
            self.connection.execute(f"INSERT INTO calls VALUES {values}", flat)

    @staticmethod
    def value(call, name):
        """What a column holds in SQL: numbers are their key (paragraph 9), `direction`
        is 'outbound' where unknown (paragraph 1)."""
        if name in ("caller", "callee"):
            number = getattr(call, name)
            return number.key if number else None
        if name in ("call_id", "direction", "direction_known", "outcome", "answered_by"):
            return getattr(call, name)
        if name in SECONDS_COLUMNS:
            value = call.seconds[name]
            return None if value is None else value / 1000
        if name == "started_at":
            return timestamp(call.start)
        if name in ("answered_at", "ended_at"):
            return timestamp(getattr(call, name))
        return call.cells.get(name)

    def evaluate(self, expression):
        """Puts the value of an expression for each call into `call.sql`."""
        if expression in self.known or not self.calls:
            return
        if self.connection is None:
            self.fill()
        rows = self.connection.execute(
            f"SELECT n, CAST(({expression}) AS BOOLEAN) FROM calls ORDER BY n"
        ).fetchall()
        for n, value in rows:
            self.calls[n].sql[expression] = value
        self.known.add(expression)


def timestamp(instant):
    return None if instant is None else (EPOCH + instant * MS).replace(tzinfo=None)


# --------------------------------------------------------------------------- calendars


@dataclass
class Calendar:
    """Days off and make-up workdays (paragraphs 23 and 26)."""

    first: dt.date
    last: dt.date
    holidays: set
    workdays: set

    def covers(self, date):
        return self.first <= date <= self.last

    def is_business_day(self, date):
        """Monday to Friday, less the holidays and plus the make-up workdays."""
        # reading: outside the calendar's years Monday to Friday.
        if date in self.workdays:
            return True
        return date.weekday() < 5 and date not in self.holidays


def as_date(value, last=False):
    """A TOML date, a text `YYYY-MM-DD`, or a year (its first or last day)."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int):
        return dt.date(value, 12, 31) if last else dt.date(value, 1, 1)
    return dt.date.fromisoformat(value)


def read_calendar(name, folder):
    """The calendar of that name, or in that TOML file beside the ruleset."""
    path = NAMED_CALENDARS.get(name) or Path(folder) / name
    table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    days = {"holiday": set(), "workday": set()}
    for day in table.get("day", []):
        days[day["kind"]].add(as_date(day["date"]))
    coverage = table["coverage"]
    return Calendar(
        as_date(coverage["from"]), as_date(coverage["to"], last=True),
        days["holiday"], days["workday"],
    )


# --------------------------------------------------------------------------- lists


@dataclass
class Entry:
    """One row of a list of numbers (paragraphs 25 and 27)."""

    number: Number | None = None
    prefix: str | None = None  # without the `*`, as written
    prefix_e164: str | None = None
    mask: str | None = None
    region: str | None = None  # in which a prefix or a mask is read
    added: int | None = None  # an instant; None: always
    added_date: dt.date | None = None  # the local day of `added`
    expires: int | None = None  # an instant, excluded; None: never
    scope: str | None = None


def read_list(path, zone, region):
    """The readable rows of a list; None if the list is missing (paragraphs 25, 28)."""
    if path is None or not Path(path).exists():
        return None
    text = Path(path).read_text(encoding="utf-8")
    entries = []
    rows = [
        {name: cell(value or "") if name != "action" else (value or "").strip()
         for name, value in row.items() if name}
        for row in csv.DictReader(io.StringIO(text))
    ]
    if rows and "action" in rows[0]:
        return read_list_log(rows, zone, region) or None
    for cells in rows:
        entry = read_entry(cells, zone, region)
        if entry is not None:
            entries.append(entry)
    # reading: a list without any row is one "of which no row can be read".
    return entries or None


ADD, DELETE = {"add", "A", "+", "新增", ""}, {"delete", "D", "-", "删除"}


def read_list_log(rows, zone, region):
    """A list log: rows that add and delete numbers, as the intervals in which each stood
    on the list. A row of deletion with a date counts to the end of that day; a number that
    was not added before stood there since nobody knows when."""
    events = {}  # number or pattern, scope -> rows
    for order, cells in enumerate(rows):
        entry = read_entry({**cells, "added_at": None, "expires_at": None}, zone, region)
        action = cells["action"]
        if entry is None or action not in ADD | DELETE:
            continue
        at = end = expires = None
        try:
            at = list_time(cells.get("added_at"), zone, end=False)
            end = list_time(cells.get("added_at"), zone, end=True)
            expires = list_time(cells.get("expires_at"), zone, end=True)
        except ValueError:
            at = end = expires = None
        if action in DELETE and at is None:
            continue  # deleted nobody knows when: it stays
        key = entry.number.key if entry.number else None
        first = -1 << 63 if at is None else at
        events.setdefault((key, entry.prefix, entry.mask, entry.scope), []).append(
            (first, order, action in ADD, at, end, expires, entry))
    entries = []
    for same in events.values():
        same.sort(key=lambda e: e[:2])
        entries.extend(intervals_on_list(same, zone))
    return entries


def intervals_on_list(events, zone):
    """The intervals of one number, from its rows in the order of their times."""
    current, seen = None, False
    for _, _, added, at, end, expires, entry in events:
        if added and current is not None and at is not None \
                and current.expires is not None and current.expires <= at:
            yield current
            current = None
        if added and current is not None:  # again: to the later of its ends
            both = None not in (current.expires, expires)
            current.expires = max(current.expires, expires) if both else None
        elif added:
            day = None if at is None else local(at, zone).date()
            current = dataclasses.replace(entry, added=at, added_date=day, expires=expires)
        elif current is not None:
            current.expires = end if current.expires is None else min(current.expires, end)
            yield current
            current = None
        elif not seen:
            yield dataclasses.replace(entry, expires=end)
        seen = True
    if current is not None:
        yield current


def read_entry(cells, zone, region):
    """One entry, or None if it has no readable number (paragraph 25)."""
    text = cells.get("number")
    if text is None:
        return None
    bare = cleaned(text)
    entry = Entry(scope=cells.get("scope"), region=region)
    if re.fullmatch(r"\+?\d+\*", bare):
        entry.prefix = bare[:-1]
        entry.prefix_e164 = international_prefix_form(bare[:-1], region)
    elif "*" in bare:
        if not re.fullmatch(r"\+?[\d*]*\d[\d*]*", bare):
            return None
        entry.mask = bare
    else:
        entry.number = read_number(text, region)
        if entry.number.key is None:
            return None
    try:
        entry.added = list_time(cells.get("added_at"), zone, end=False)
        entry.expires = list_time(cells.get("expires_at"), zone, end=True)
    except ValueError:
        # One with an unreadable time always counts (paragraph 25).
        # reading: also where only one of its two times is unreadable.
        entry.added = entry.expires = None
    if entry.added is not None:
        # reading: the day of an `added_at` is its date on the ruleset's zone, whatever
        # the clock of the rule.
        entry.added_date = local(entry.added, zone).date()
    return entry


def list_time(text, zone, end):
    """A time of a list entry; a date stands for the whole day: as added_at from its
    first moment, as expires_at to its last (paragraph 25)."""
    if text is None:
        return None
    parsed = parse_time(text)
    if parsed is None:
        raise ValueError(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        date = parsed.first.date() + dt.timedelta(days=1 if end else 0)
        return first_moment_of_date(date, zone)
    return parsed.readings(zone)[0]


@dataclass
class Grace:
    """How long after added_at an entry begins to count (paragraph 26)."""

    unit: str  # "elapsed" (ms), "days" or "business days"
    amount: int

    def begin(self, entry, calendar, zone):
        """The instant from which a dated entry counts."""
        if self.unit == "elapsed":
            return entry.added + self.amount
        day = entry.added_date  # day 0
        for _ in range(self.amount):
            day += dt.timedelta(days=1)
            while self.unit == "business days" and not calendar.is_business_day(day):
                day += dt.timedelta(days=1)
        return first_moment_of_date(day + dt.timedelta(days=1), zone)


def parse_grace(text):
    elapsed = parse_duration(text)
    if elapsed is not None:
        # reading: "2d" is elapsed time like any duration; calendar days are "2 days".
        return Grace("elapsed", elapsed)
    match = re.fullmatch(r"(\d+) (business )?days?", text)
    if not match:
        raise RulesetError(f"not a grace: {text!r}")
    return Grace("business days" if match[2] else "days", int(match[1]))


WEEKDAYS_ONLY = Calendar(dt.date.min, dt.date.max, set(), set())

NO, MAYBE, YES = 0, 1, 2


def entry_says(entry, call, at, grace, calendar, zone):
    """YES, MAYBE or NO: whether an entry stands against a call made at `at`."""
    begins = entry.added
    if begins is not None and grace is not None:
        begins = grace.begin(entry, calendar or WEEKDAYS_ONLY, zone)
    if begins is not None and at < begins:
        return NO
    if entry.expires is not None and at >= entry.expires:
        return NO

    answer = entry_matches(entry, call.callee)
    purpose = call.cells.get("purpose")
    if answer != NO and entry.scope is not None:
        if purpose is None:
            answer = MAYBE
        elif purpose != entry.scope:
            answer = NO
    return answer


def entry_matches(entry, callee):
    """Whether the number of an entry is the callee's (paragraph 27)."""
    if callee.masked:
        return MAYBE if masked_callee_matches(entry, callee.text) else NO
    if entry.number is not None:
        return YES if callee.key is not None and callee.key == entry.number.key else NO
    if entry.mask is not None:
        return MAYBE if mask_matches_number(entry.mask, callee) else NO
    if callee.e164 is not None:
        return YES if callee.e164.startswith(entry.prefix_e164) else NO
    # A callee that is no valid number is matched by its digits.
    # reading: against the digits of the prefix as written, so that `95*` matches 95588.
    if EXPONENT.fullmatch(callee.text) or not callee.digits:
        return NO
    if not callee.digits.startswith(entry.prefix.lstrip("+")):
        return NO
    # reading: a truncated callee, which is no key, matches at most as possible.
    return YES if callee.key is not None else MAYBE


def masked_callee_matches(entry, mask):
    """A masked callee matches an entry only as possible (paragraph 27)."""
    if entry.number is not None:
        return mask_matches_number(mask, entry.number)
    if entry.mask is not None:
        # reading: two masks match if a number of the same length fits both as written.
        return len(mask) == len(entry.mask) and all(
            a == b or "*" in (a, b) for a, b in zip(mask, entry.mask)
        )
    # reading: a mask matches a prefix if a number that fits the mask can begin with it.
    whole = international_prefix_form(mask, entry.region)
    prefix = entry.prefix_e164
    return len(whole) >= len(prefix) and all(
        a == b or (a == "*" and b.isdigit()) for a, b in zip(whole, prefix)
    )


# --------------------------------------------------------------------------- events


@dataclass
class Event:
    """One row of a list of events."""

    name: str | None
    number: Number
    cells: dict
    first: int  # the instants at which it can have been, both included
    last: int
    date: dt.date | None  # of one that is known to the day only

    def value(self, column):
        """What the event has in a column of a key."""
        return self.number.key if column == "callee" else self.cells.get(column)


def read_events(path, zone, region):
    """The readable rows of a list of events; None if the list is missing."""
    if path is None or not Path(path).exists():
        return None
    events = []
    for row in csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))):
        cells = {name: cell(value or "") for name, value in row.items() if name}
        number, at = number_in(cells.get("number"), region), parse_time(cells.get("at") or "")
        if number is None or number.key is None or at is None:
            continue
        first = at.readings(zone)[0]
        last, date = first, None
        if at.last - at.first >= dt.timedelta(hours=23):  # known to the day only
            date = at.first.date()
            first = first_moment_of_date(date, zone)
            last = first_moment_of_date(date + dt.timedelta(days=1), zone) - 1
        events.append(Event(cells.get("event"), number, cells, first, last, date))
    return events or None


def copy_dates(folder, entry):
    """The dates of the copies of a list, earliest first; None if it has no file."""
    path = entry.get("path", "")
    if "{date}" not in path:
        known = "as_of" in entry and (folder / path).exists()
        return [as_date(entry["as_of"])] if known else None
    name = re.escape(Path(path).name).replace(re.escape("{date}"), r"(\d{4}-?\d\d-?\d\d)")
    found = [re.fullmatch(name, file.name) for file in (folder / path).parent.glob("*")]
    return sorted(dt.date.fromisoformat(match[1]) for match in found if match) or None


# --------------------------------------------------------------------------- rules

CHECKED_KINDS = {"caller_id", "destination", "binding"}  # in row_kinds.py
ROW_KINDS = {"quiet_hours", "dnc_list", "duration", "consent"} | CHECKED_KINDS
GROUP_KINDS = {"ratio", "list_age", "completeness", "pattern"}
KINDS = ROW_KINDS | GROUP_KINDS | {
    "call_cap", "repeat_dial", "cooldown", "concurrency", "sequential_dialling",
}


@dataclass
class Window:
    """A parsed `window` (paragraphs 11 to 15)."""

    kind: str  # sliding hour day week month resets_at days anchored ever blocks
    length: int = 0  # ms, or a number of days for "days", or ms of day for resets_at

    @property
    def needs_clock(self):
        return self.kind in ("hour", "day", "week", "month", "resets_at", "days", "blocks")


def parse_window(value):
    """All forms of `window`."""
    if isinstance(value, dict) and len(value) == 1:
        if "anchored" in value and parse_duration(value["anchored"]) is not None:
            return Window("anchored", parse_duration(value["anchored"]))
        if "blocks" in value and re.fullmatch(r"\d+ days?", value["blocks"]):
            return Window("blocks", int(value["blocks"].split()[0]))
        if "resets_at" in value:
            return Window("resets_at", parse_clock_time(value["resets_at"]))
    if isinstance(value, str):
        if value in ("hour", "day", "week", "month", "ever"):
            return Window(value)
        if parse_duration(value) is not None:
            return Window("sliding", parse_duration(value))
        match = re.fullmatch(r"(\d+) days?", value)
        if match:
            return Window("days", int(match[1]))
    raise RulesetError(f"not a window: {value!r}")


def parse_hours(table):
    """Day keys with their intervals in ms of the day (paragraph 22)."""
    hours = {}
    for name, texts in table.items():
        intervals = []
        for text in texts:
            begin, _, end = text.partition("-")
            interval = (parse_clock_time(begin.strip()), parse_clock_time(end.strip()))
            if interval[0] == interval[1] or interval[0] == DAY_MS:
                raise RulesetError(f"not an interval: {text!r}")
            intervals.append(interval)
        for day in day_keys(name):
            if day in hours:
                raise RulesetError(f"two keys name {day}")
            hours[day] = intervals
    return hours


def day_keys(name):
    """`fri-mon` as its days; `holiday` and `workday` as they are."""
    if name in ("holiday", "workday"):
        return [name]
    first, _, last = name.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise RulesetError(f"not a day: {name!r}")
    days, at = [first], WEEKDAYS.index(first)
    while days[-1] != (last or first):
        at += 1
        days.append(WEEKDAYS[at % 7])
    return days


class Rule:
    """One `[[rule]]`, read."""

    def __init__(self, table, ruleset):
        self.id = table["id"]
        self.kind = table["kind"]
        self.signal = table.get("force") == "signal"
        if self.kind not in KINDS:
            raise RulesetError(f"kind {self.kind!r} is not one of the oracle's")
        self.where = table.get("where")
        self.scope = scope.read_scope(table, ruleset.region)
        # Each of `exempt` in its order: a list, a list of consents, an exemption, or SQL.
        self.exempt = [
            ruleset.exemptions.get(text) or ruleset.exempting_list(text) or text
            for text in table.get("exempt", [])
        ]
        self.exempt_sql = [text for text in self.exempt if isinstance(text, str)]
        self.exempt_sql += [
            one.where for one in self.exempt if isinstance(one, scope.Exemption) and one.where
        ]
        effective = table.get("effective")
        self.effective = effective and (
            as_date(effective["from"]) if "from" in effective else dt.date.min,
            as_date(effective["to"], last=True) if "to" in effective else dt.date.max,
        )
        self.clock = table.get("clock", "ruleset")  # paragraph 19
        self.calendar = None
        if "calendar" in table:
            self.calendar = read_calendar(table["calendar"], ruleset.folder)
        self.count = table.get("count", "attempts")
        self.per = table.get("per")
        if self.kind == "caller_id" and "max_numbers" in table:
            self.kind = "rotation"  # a rule of its own, which counts
        if self.kind in CHECKED_KINDS:
            self.checker = row_kinds.read(self.kind, table, ruleset)
        elif self.kind == "rotation":
            self.max, self.window = table["max_numbers"], parse_window(table["window"])
        elif self.kind == "quiet_hours":
            self.read_hours(table)
        elif self.kind == "dnc_list":
            self.lists = table["lists"]
            for name in self.lists:
                if name not in ruleset.lists:
                    raise RulesetError(f"no [[list]] {name!r}")  # paragraph 28
            self.grace = parse_grace(table["grace"]) if "grace" in table else None
        elif self.kind == "duration":
            self.read_bounds(table)
        elif self.kind == "consent":
            consent.read_rule(self, table, ruleset)
        elif self.kind == "pattern":
            patterns.read_rule(self, table)
        elif self.kind == "cooldown":
            self.read_wait(table, ruleset)
        elif self.kind in GROUP_KINDS:
            self.read_group(table, ruleset)
        elif self.kind in ("concurrency", "sequential_dialling"):
            self.max = table["max"]
            self.block = table.get("block")
            self.window = parse_window(table["window"]) if "window" in table else None
        else:
            self.read_limits(table)

    def read_hours(self, table):
        if ("allow" in table) == ("forbid" in table):
            raise RulesetError("allow or forbid, not both")
        self.allows = "allow" in table
        self.hours = parse_hours(table["allow"] if self.allows else table["forbid"])
        if {"holiday", "workday"} & set(self.hours) and self.calendar is None:
            raise RulesetError("holiday and workday need a calendar")
        self.at = table.get("at", "start")

    def read_bounds(self, table):
        self.of = table["of"]
        if self.of not in SECONDS_COLUMNS:
            raise RulesetError(f"no length of time: {self.of!r}")
        self.bounds = [parse_duration(table[name]) if name in table else None for name in ("min", "max")]
        if self.bounds == [None, None]:
            raise RulesetError("a rule without a bound")

    def read_limits(self, table):
        if self.per is None:
            raise RulesetError("per is required")  # paragraph 8
        self.max = table.get("max")
        self.window = parse_window(table["window"]) if "window" in table else None
        self.min_gap = None
        if "min_gap" in table:
            self.min_gap = parse_duration(table["min_gap"])
            if self.min_gap is None:
                raise RulesetError("min_gap is a duration")
        self.max_run = table.get("max_unanswered_run")
        self.gap_from = table.get("gap_from", "start")
        self.gap_after = table.get("gap_after")
        if self.max is not None and self.window is None:
            raise RulesetError("max without window")
        if self.max is None and self.min_gap is None and self.max_run is None:
            raise RulesetError("a rule without a limit")

    def read_wait(self, table, ruleset):
        self.after = table.get("after")
        self.events = table.get("events", [])
        for name in self.events:
            if name not in ruleset.events:
                raise RulesetError(f"no list of events {name!r}")
        if self.after is None and not self.events:
            raise RulesetError("a cooldown needs after or events")
        self.event_names = table.get("event")
        self.wait = None if table["wait"] == "ever" else parse_grace(table["wait"])
        self.event_day = table.get("event_day", 0)
        self.wait_from = table.get("from", "start")

    def read_group(self, table, ruleset):
        self.per = table.get("per", [])
        self.window = parse_window(table.get("window", "ever"))
        if self.kind == "ratio":
            if self.clock == "callee":
                raise RulesetError("a window belongs to all calls of the key")
            self.parts = {
                name: table.get(name) for name in ("numerator", "denominator", "machines")
            }
            self.formula = table.get("formula", "share")
            self.drops = table.get("drops", "adjusted")
            self.most, self.least = exact(table.get("max")), exact(table.get("min"))
            self.min_count = table.get("min_count", 1)
        elif self.kind == "list_age":
            self.lists = table["lists"]
            self.max_age = int(table["max_age"].split()[0])
        else:
            self.columns = table.get("columns", [])
            self.max_empty = exact(table.get("max_empty", 0))
            self.max_gap = gaps.read(table)
            retention = table.get("retention")
            self.retention = retention and int(retention.split()[0])

    @property
    def counts(self):
        """Whether this kind counts calls: it looks at the first reading of a start."""
        return self.kind not in ROW_KINDS

    def limit(self):
        """The limit of a kind that has one only."""
        if self.kind != "cooldown":
            return self.max
        if self.wait is None:
            return None
        return self.wait.amount / (1000 if self.wait.unit == "elapsed" else 1)

    def expressions(self):
        """The SQL of the rule that must be known of every call."""
        found = [self.where] if self.where else []
        if self.kind not in {"quiet_hours", "dnc_list", "consent"} | CHECKED_KINDS \
                and self.count_sql():
            found.append(self.count_sql())
        if self.kind == "cooldown" and self.after:
            found.append(self.after)
        if self.kind == "ratio":
            found += [text for text in self.parts.values() if text]
        return found

    def about_direction(self):
        """Whether `where` names direction (paragraph 1)."""
        return self.where is not None and "direction" in identifiers(self.where)

    def count_sql(self):
        return None if self.count in ("attempts", "connected", "answered") else self.count

    def needed_columns(self):
        """Columns without which the rule is not evaluable (paragraphs 7, 24, 28)."""
        needed = self.scope.columns() if self.scope else set()
        for text in self.expressions():
            needed |= named_columns(text)
        if self.kind == "quiet_hours":
            needed |= {"answer": {"answered_at"}, "end": {"ended_at"}}.get(self.at, set())
        elif self.kind in ("dnc_list", "consent"):
            needed.add("callee")
        elif self.kind in CHECKED_KINDS:
            needed |= self.checker.columns
        else:
            needed |= {self.of} if self.kind == "duration" else set(self.per)
            if self.count in ("connected", "answered"):
                needed.add("outcome")
            if self.kind in ("call_cap", "repeat_dial"):
                if self.max_run is not None or self.gap_after is not None:
                    needed.add("outcome")
            if self.kind == "completeness":
                needed |= set(self.columns)
            if self.kind == "sequential_dialling":
                needed.add("callee")
            if self.kind == "rotation":
                needed.add("caller")
            if self.kind == "pattern":
                needed |= patterns.needed_columns(self)
        return needed - NEVER_MISSING


class Ruleset:
    """A ruleset file with its lists and calendars."""

    def __init__(self, path):
        self.folder = Path(path).resolve().parent
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        head = table.get("ruleset", {})
        self.zone = named_zone(head["timezone"])
        self.region = head.get("region")
        self.lists, self.events, self.copies, self.consents = {}, {}, {}, {}
        self.inventories, self.bindings = {}, {}
        for entry in table.get("list", []):
            where = self.folder / entry["path"] if "path" in entry else None
            if entry.get("kind") == "events":
                self.events[entry["id"]] = read_events(where, self.zone, self.region)
                continue
            if entry.get("kind") == "inventory":
                self.inventories[entry["id"]] = row_kinds.read_inventory(
                    where, self.zone, self.region)
                continue
            if entry.get("kind") == "bindings":
                self.bindings[entry["id"]] = row_kinds.read_bindings(
                    where, self.zone, self.region)
                continue
            if "as_of" in entry or "{date}" in entry.get("path", ""):
                self.copies[entry["id"]] = copy_dates(self.folder, entry)
                continue
            if entry.get("kind") == "consent":
                self.consents[entry["id"]] = consent.read_consents(where, self.zone, self.region)
                continue
            self.lists[entry["id"]] = read_list(where, self.zone, self.region)
        self.exemptions = {
            entry["id"]: scope.Exemption(entry, self) for entry in table.get("exemption", [])
        }
        self.rules = [
            Rule(rule, self) for rule in table.get("rule", []) if rule.get("enabled", True)
        ]

    def exempting_list(self, name):
        """The list of that id as `exempt` takes it, or None."""
        if name in self.consents:
            return consent.ExemptingList(name, self.consents[name])
        return ExemptingList(name, self.lists[name]) if name in self.lists else None


@dataclass
class ExemptingList:
    """A list of numbers in `exempt`."""

    id: str
    entries: list | None

    def can_check(self, audit):
        return True

    def holds(self, call, at, zone, audit):
        # Masks exempt nobody (paragraph 27).
        # reading: nor does what is merely possible (a scoped entry for a call without
        # purpose), as NULL is not exempt.
        return call.callee is not None and any(
            entry_says(entry, call, at, None, None, audit.zone) == YES
            for entry in self.entries or []
        )


# --------------------------------------------------------------------------- judging


@dataclass
class Violation:
    """One call that breaks one rule."""

    rule: str
    call: Call
    verdict: str  # violation or possible
    measured: float | None = None
    # Where zones disagree about what was measured, each of their values.
    choices: tuple = ()
    limit: float | None = None
    # Of a kind with several checks what was said under each reading of the start.
    said: tuple = ()


@dataclass
class Finding:
    """One group of calls that breaks a rule (paragraph 29)."""

    rule: str
    key: str  # name=value, joined by ;
    start: int  # of its window
    verdict: str
    measured: Fraction | int
    limit: Fraction | int
    about: str = ""  # what tells it from others of the same rule, key and window


class Audit:
    """All calls of a log under one ruleset."""

    def __init__(self, logs, ruleset, since=None, until=None, as_of=None):
        self.ruleset = ruleset
        self.zone = ruleset.zone
        self.as_of = as_of
        self.since = period_bound(since, self.zone, end=False)
        self.until = period_bound(until, self.zone, end=True)
        self.columns = set()
        rows = []
        for path in logs:
            header, calls = read_log(path, self.zone, ruleset.region)
            self.columns |= set(header)
            rows += calls
        # reading: duplicates are the same call to the same person.
        row_kinds.put_people_behind(rows, ruleset.bindings.values())
        # Calls after `--until` are ignored (paragraph 3).
        # reading: of a start with two readings the first decides.
        self.calls = [
            call for call in without_duplicates(rows)
            if self.until is None or call.start < self.until
        ]
        self.database = Database(self.calls)

    def run(self):
        """(violations, statistics by rule id)."""
        violations, statistics = [], {}
        for rule in self.ruleset.rules:
            found, statistics[rule.id] = scope.judge_both_ways(self, rule)
            violations += found
        return violations, statistics

    # ---- which calls (paragraphs 1 to 7)

    def judge(self, rule):
        """Judges one rule: its violations and its statistics."""
        counters = {
            "calls_judged": 0, "calls_unknown": 0, "calls_without_key": 0,
            "calls_without_time": 0, "calls_uncovered": 0,
        }
        self.exempted = {}  # by what -> how many calls
        if self.is_missing_something(rule):
            # reading: a rule that lacks a column and in whose `effective` no call lies
            # is not in force.
            return [], counters | {"status": self.status_of_nothing(rule)}

        for text in rule.expressions():
            self.database.evaluate(text)
        for text in rule.exempt_sql:
            if self.can_check(text):
                self.database.evaluate(text)

        violations, judged = [], []
        for call in self.calls:
            sort = self.sort_of(rule, call)
            if sort == "judged":
                judged.append(call)
                violation, uncovered = self.verdict(rule, call)
                if uncovered:
                    sort = "uncovered"
                elif violation is not None:
                    violations.append(violation)
            if sort != "left out":
                counters["calls_" + sort] += 1
        status = "evaluated" if counters["calls_judged"] else self.status_of_nothing(rule)
        if rule.kind in GROUP_KINDS and judged:
            violations = self.findings(rule, judged)
        if rule.signal:  # a hit of a signal is possible, never a violation
            for violation in violations:
                violation.verdict = "possible"
        return violations, counters | {"status": status, "exempted": self.exempted}

    def is_missing_something(self, rule):
        """A missing column (paragraph 7) or list (paragraph 28)."""
        if rule.needed_columns() - self.columns:
            return True
        if rule.kind == "dnc_list":
            return any(self.ruleset.lists[name] is None for name in rule.lists)
        if rule.kind == "consent":
            return consent.is_missing_something(rule)
        if rule.kind == "cooldown":
            return any(self.ruleset.events[name] is None for name in rule.events)
        if rule.kind == "list_age":
            return any(self.ruleset.copies[name] is None for name in rule.lists)
        if rule.kind in CHECKED_KINDS:
            return rule.checker.is_missing()
        return False

    def status_of_nothing(self, rule):
        """Nothing judged is `not_evaluable`, unless no call lies in the rule's
        `effective` (paragraph 7)."""
        for call in self.calls:
            if any(
                self.in_effect(rule, start, zone)
                for start in self.starts(rule, call)
                for zone in self.zones(rule, call)[0]
            ):
                return "not_evaluable"
        return "not_in_force" if rule.effective else "not_evaluable"

    def sort_of(self, rule, call):
        """Why a call is not judged, or "judged" (paragraph 7)."""
        # reading: a call that is out for several reasons is counted for the first in
        # this order.
        if not rule.about_direction() and call.direction != "outbound":
            return "left out"
        sort = scope.sort_of(rule, call)
        if sort in ("unknown", "out"):
            return {"out": "left out"}.get(sort, sort)
        starts = self.starts(rule, call)
        if all(self.is_exempt(rule, call, start) for start in starts):
            self.count_exempt(rule, call, starts)
            return "left out"
        if self.since is not None and call.start < self.since:
            return "left out"
        zones = self.zones(rule, call)[0]
        # reading: a call is judged if it lies in `effective` in any reading and zone.
        if not any(self.in_effect(rule, s, z) for s in starts for z in zones):
            return "left out"
        if rule.kind == "dnc_list" and call.callee is None:
            return "without_key"
        if rule.kind == "consent" and consent.is_nobody(call):
            return "without_key"
        if rule.counts and self.key(rule, call) is None:
            return "without_key"
        if rule.kind == "sequential_dialling" and self.is_counted(rule, call) \
                and dialled(call) is None:
            return "without_key"  # reading: of calls that `count` counts
        if rule.kind == "pattern" and self.is_counted(rule, call) \
                and patterns.is_nobody(rule, call):
            return "without_key"  # reading: of calls that `count` counts
        if rule.kind == "rotation" and self.is_counted(rule, call) \
                and row_kinds.shown(call.caller) != row_kinds.NUMBER:
            return "without_key"
        if rule.kind in CHECKED_KINDS and all(
            rule.checker.says(call, start).answer == row_kinds.UNTOLD for start in starts
        ):
            return "without_key"
        if rule.kind == "quiet_hours":
            if rule.at == "answer" and call.answered_at is None:
                return "without_time"
            if rule.at == "end" and call.ended_at is None:
                return "without_time"
        if rule.kind == "duration" and call.seconds[rule.of] is None:
            return "without_time"
        if rule.kind == "pattern" and self.is_counted(rule, call) \
                and patterns.lacks_time(rule, call):
            return "without_time"
        if rule.kind == "concurrency" and self.is_counted(rule, call) and not call.has_an_end():
            return "without_time"  # reading: of calls that `count` counts
        if (rule.counts or rule.kind == "duration") and not self.is_counted(rule, call):
            return "left out"
        return "judged"

    def starts(self, rule, call):
        """The readings of a start that a rule looks at (paragraph 21)."""
        return call.readings[:1] if rule.counts else call.readings

    def can_check(self, expression):
        """An `exempt` that names a missing column is not checked (paragraph 28)."""
        return not named_columns(expression) - NEVER_MISSING - self.columns

    def is_exempt(self, rule, call, at, zone=None):
        """`exempt`: SQL that is true (NULL is not), a list or an exemption as of the call."""
        return any(self.takes_out(one, rule, call, at, zone) for one in rule.exempt)

    def takes_out(self, one, rule, call, at, zone):
        """Whether one of `exempt` takes a call out, on one clock or on all that it may be."""
        if isinstance(one, str):
            return self.can_check(one) and call.sql[one] is True
        zones = self.zones(rule, call)[0] if zone is None else [zone]
        return one.can_check(self) and all(one.holds(call, at, z, self) for z in zones)

    def count_exempt(self, rule, call, starts):
        """What is taken out by which exemption is told with the rule."""
        for one in rule.exempt:
            # reading: by the first that takes it out.
            if all(self.takes_out(one, rule, call, start, None) for start in starts):
                if isinstance(one, scope.Exemption):
                    self.exempted[one.id] = self.exempted.get(one.id, 0) + 1
                return

    def is_counted(self, rule, call):
        """The count word (paragraph 4)."""
        if rule.count == "attempts":
            return True
        if rule.count == "connected":
            return call.outcome in ("answered", "voicemail", "abandoned")
        if rule.count == "answered":
            return call.answered()
        return call.sql[rule.count] is True

    def key(self, rule, call):
        """What calls are grouped by, or None (paragraph 8)."""
        parts = []
        for column in rule.per:
            # reading: a key of several columns is null if any of them is.
            value = Database.value(call, self.swapped(rule, column, call))
            if value is None:
                return None
            parts.append(value)
        return tuple(parts)

    @staticmethod
    def swapped(rule, column, call):
        """In a cooldown an inbound call belongs to the customer who rang: its caller stands
        in the place of the callee."""
        # reading: also where it is judged; the line that was rung stands for the caller.
        if rule.kind == "cooldown" and call.direction == "inbound":
            return {"callee": "caller", "caller": "callee"}.get(column, column)
        return column

    # ---- clocks (paragraphs 19 to 21)

    def zones(self, rule, call):
        """The zones to try, and whether the call is known to be in one of them."""
        if rule.clock == "ruleset":
            return [self.zone], True
        if rule.clock == "callee":
            exported = named_zone(call.cells.get("callee_zone") or "")
            if exported is not None:
                return [exported], True
            names = call.callee.zones if call.callee else ()
            if names:
                return [named_zone(name) for name in names], True
            return [self.zone], False
        return [fixed_offset(rule.clock) or named_zone(rule.clock)], True

    @staticmethod
    def in_effect(rule, start, zone):
        """`effective` is about the date of the start on the rule's clock."""
        if not rule.effective:
            return True
        return rule.effective[0] <= local(start, zone).date() <= rule.effective[1]

    # ---- verdicts

    def verdict(self, rule, call):
        """(violation or None, whether the calendar does not cover the call)."""
        if rule.kind == "quiet_hours":
            return self.hours_verdict(rule, call)
        if rule.kind == "dnc_list":
            return self.list_verdict(rule, call), False
        if rule.kind == "duration":
            return self.length_verdict(rule, call), False
        if rule.kind in CHECKED_KINDS:
            return self.checked_verdict(rule, call), False
        if rule.kind == "consent":
            return consent.verdict(self, rule, call), False
        if rule.kind in GROUP_KINDS:
            return None, False
        return self.count_verdict(rule, call), False

    def hours_verdict(self, rule, call):
        """quiet_hours: every reading of the start on every candidate clock."""
        zones, known = self.zones(rule, call)
        outside, uncovered = [], False
        for start, answer, end in call.worlds(self.zone):
            for zone in zones:
                if not self.in_effect(rule, start, zone) or self.is_exempt(rule, call, start, zone):
                    outside.append(False)
                    continue
                moments = judged_moments(rule, start, answer, end, zone)
                dates = {local(moment, zone).date() for moment in moments}
                if rule.calendar and not all(map(rule.calendar.covers, dates)):
                    uncovered = True
                    continue
                outside.append(any(is_outside(rule, moment, zone) for moment in moments))
        # reading: a call that the calendar covers on some clocks only is possible if it
        # is broken on one of those, else it is uncovered.
        if uncovered:
            known = False
            if not any(outside):
                return None, True
        verdict = combined(outside, known)
        return (Violation(rule.id, call, verdict) if verdict else None), False

    def list_verdict(self, rule, call):
        """dnc_list: every reading of the start (paragraphs 21 and 25 to 27)."""
        zones, known = self.zones(rule, call)
        answers = []
        for start in call.readings:
            says = max(
                entry_says(entry, call, start, rule.grace, rule.calendar, self.zone)
                for name in rule.lists
                for entry in self.ruleset.lists[name]
            )
            for zone in zones:  # the clock matters to `effective` only
                counts = self.in_effect(rule, start, zone)
                counts = counts and not self.is_exempt(rule, call, start, zone)
                answers.append(says if counts else NO)
        if all(answer == NO for answer in answers):
            return None
        sure = all(answer == YES for answer in answers) and (known or not rule.effective)
        return Violation(rule.id, call, "violation" if sure else "possible")

    def checked_verdict(self, rule, call):
        """caller_id, destination, binding: every reading of the start, and every clock on
        which the rule may be in force, as for lists."""
        zones, known = self.zones(rule, call)
        answers, said = [], []
        for start in call.readings:
            says = rule.checker.says(call, start)
            if says.answer in (MAYBE, YES):
                said.append(says)
            for zone in zones:
                counts = self.in_effect(rule, start, zone)
                counts = counts and not self.is_exempt(rule, call, start, zone)
                answers.append(says.answer if counts else NO)
        if not any(answer in (MAYBE, YES) for answer in answers):
            return None
        sure = all(answer == YES for answer in answers) and (known or not rule.effective)
        return Violation(rule.id, call, "violation" if sure else "possible", said=tuple(said))

    def length_verdict(self, rule, call):
        """duration: the bounds are permitted; the clock matters to `effective` only."""
        length, (least, most) = call.seconds[rule.of], rule.bounds
        if (least is None or length >= least) and (most is None or length <= most):
            return None
        zones, known = self.zones(rule, call)
        counts = [
            self.in_effect(rule, start, zone) and not self.is_exempt(rule, call, start, zone)
            for start in call.readings
            for zone in zones
        ]
        sure = all(counts) and (known or not rule.effective)
        return Violation(rule.id, call, "violation" if sure else "possible", length / 1000, (length / 1000,))

    def count_verdict(self, rule, call):
        """call_cap and repeat_dial: each limit on each candidate clock."""
        key = self.key(rule, call)
        # Calls before `--since` and outside `effective` count in windows (paragraph 3).
        counted = self.counted(rule, key)
        place = next(n for n, other in enumerate(counted) if other is call)
        zones, known = self.zones(rule, call)
        broken = []  # per zone: {limit: (measured, depends on the clock)}
        for zone in zones:
            limits = {}
            if self.in_effect(rule, call.start, zone):
                if rule.kind == "cooldown":
                    limits = self.broken_waits(rule, key, call, zone)
                elif rule.kind == "concurrency":
                    limits = broken_lines(rule, counted, place)
                elif rule.kind == "sequential_dialling":
                    limits = broken_sequence(rule, counted, place)
                elif rule.kind == "rotation":
                    limits = row_kinds.broken_rotation(rule, counted, place, zone)
                else:
                    limits = broken_limits(rule, counted, place, zone)
            broken.append(limits)
        verdict = combined([bool(limits) for limits in broken], True)
        if rule.kind == "cooldown" and any(SURE not in limits for limits in broken):
            verdict = verdict and "possible"
        if verdict is None:
            return None
        if not known:
            # What would be a violation is possible, if the verdict depends on the clock
            # at all (paragraph 20).
            # reading: it does if the rule has `effective`, or if every limit that this
            # call breaks has a calendar window.
            if rule.effective or all(needs for _, needs in broken[0].values()):
                verdict = "possible"
        # reading: "the first limit broken" is the first that is broken on any clock;
        # where clocks measure different values each of them is right.
        first = min(limit for limits in broken for limit in limits)
        values = [limits[first][0] for limits in broken if first in limits]
        limit = rule.limit() if rule.kind not in ("call_cap", "repeat_dial") else None
        return Violation(
            rule.id, call, verdict, values[0], tuple(dict.fromkeys(values)), limit
        )

    def counted(self, rule, key):
        """The counted calls of a key in order."""
        found = [
            other for other in self.calls
            if self.sort_without_period(rule, other) and self.key(rule, other) == key
        ]
        return sorted(found, key=Call.order)

    def broken_waits(self, rule, key, call, zone):
        """cooldown: {SURE or PERHAPS: (measured, whether the clock matters)}."""
        sure, maybe = [], []  # the events in whose wait the call is, by instant
        if rule.after:
            for other in self.calls:
                # Events are calls of every direction, whatever `where` and `exempt` say.
                if other.sql[rule.after] is not True or self.key(rule, other) != key:
                    continue
                if other.order() >= call.order():
                    continue  # the event itself, or later than the call
                at = other.start
                if rule.wait_from == "end" and rule.wait and rule.wait.unit == "elapsed":
                    at = other.end_for_gap()
                if waits(rule, at, call.start, zone):
                    sure.append((at, at))
        for name in rule.events:
            for event in self.ruleset.events[name]:
                if rule.event_names is not None and event.name not in rule.event_names:
                    continue
                if tuple(event.value(column) for column in rule.per) != key:
                    continue
                if event.first > call.start:
                    continue
                # What it says at the first and the last instant at which it can have been.
                # reading: an event of a list at the very instant of a call is before it.
                # reading: an event known to the day has that date on every clock.
                dates = [event.date] * 2
                if event.date is None or rule.wait is None or rule.wait.unit == "elapsed":
                    dates = [event.first, min(event.last, call.start)]
                answers = [waits(rule, at, call.start, zone) for at in dates]
                if event.last <= call.start and all(answers):
                    sure.append((event.first, dates[0]))
                elif any(answers):
                    maybe.append((event.first, dates[0]))
        found = {}
        needs = rule.wait is not None and rule.wait.unit != "elapsed"
        for verdict, instants in ((SURE, sure), (PERHAPS, maybe)):
            if instants and not found:
                # reading: what has passed since the last of them; of an event known to the
                # day since its first instant.
                _, at = max(instants, key=lambda event: event[0])
                found[verdict] = (since_event(rule, at, call.start, zone), needs)
        return found

    # ---- groups (paragraph 29)

    def findings(self, rule, judged):
        """The findings of a rule that judges groups."""
        found = []
        keys = sorted({self.key(rule, call) for call in judged})
        for key in keys:
            name = key_text(rule.per, key)
            mine = [call for call in judged if self.key(rule, call) == key]
            mine.sort(key=Call.order)
            zone = self.zones(rule, mine[0])[0][0]
            if rule.kind == "list_age":
                found += self.old_copies(rule, name, mine, zone)
                continue
            counted = self.counted(rule, key)
            if rule.kind == "pattern":
                found += patterns.findings(self, rule, name, counted, mine, zone)
            elif rule.kind == "ratio" and rule.window.kind in ("sliding", "days"):
                found += shares_that_slide(rule, name, counted, mine, zone)
            else:
                for start, calls in windows_of(rule.window, counted, mine, zone):
                    if rule.kind == "ratio":
                        found += one_share(rule, name, start, calls)
                    else:
                        found += empty_columns(rule, name, start, calls)
        if rule.kind == "completeness" and rule.max_gap is not None:
            found += gaps.findings(self, rule, self.zones(rule, judged[0])[0][0])
        if rule.kind == "completeness" and rule.retention is not None:
            first = min(call.start for call in self.calls)
            zone = self.zones(rule, judged[0])[0][0]
            days = (as_date(self.as_of) - local(first, zone).date()).days
            if days < rule.retention:
                # reading: of a rule with a key it is about all keys.
                name = key_text([], [])  # about the log as a whole
                found.append(Finding(rule.id, name, first, "possible", days, rule.retention))
        return found

    def old_copies(self, rule, name, calls, zone):
        """list_age: one finding of all calls on one copy that had grown too old."""
        found = []
        for text in rule.lists:
            dates, ages = self.ruleset.copies[text], {}
            for call in calls:
                date = local(call.start, zone).date()
                copy = max((day for day in dates if day <= date), default=None)
                ages.setdefault(copy, []).append((date, call))
            for copy, calls_on in ages.items():
                if copy is None:  # an older one may have been used and not been kept
                    start = calls_on[0][1].start
                    found.append(
                        Finding(rule.id, name, start, "possible", None, rule.max_age, text)
                    )
                    continue
                days = max((date - copy).days for date, _ in calls_on)
                if days > rule.max_age:
                    old = copy + dt.timedelta(days=rule.max_age + 1)
                    start = first_moment_of_date(old, zone)
                    found.append(
                        Finding(
                            rule.id, name, start, "violation", days, rule.max_age, f"{text} {copy}"
                        )
                    )
        return found

    def sort_without_period(self, rule, call):
        """Whether a call counts in windows (paragraphs 2 to 4)."""
        if not rule.about_direction() and call.direction != "outbound":
            return False
        if scope.sort_of(rule, call) in ("unknown", "out"):
            return False
        if self.is_exempt(rule, call, call.start):
            return False
        if rule.kind == "concurrency" and not call.has_an_end():
            return False
        if rule.kind == "sequential_dialling" and dialled(call) is None:
            return False
        if rule.kind == "rotation" and row_kinds.shown(call.caller) != row_kinds.NUMBER:
            return False
        if rule.kind == "pattern" and (
            patterns.is_nobody(rule, call) or patterns.lacks_time(rule, call)
        ):
            return False
        return self.key(rule, call) is not None and self.is_counted(rule, call)


def period_bound(text, zone, end):
    """`--since` is included, `--until` excluded, but a bare date there includes that
    day; bare dates are in the ruleset's zone (paragraph 3)."""
    if text is None:
        return None
    parsed = parse_time(text)
    if parsed is None:
        raise SystemExit(f"oracle: not a time: {text!r}")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return first_moment_of_date(
            parsed.first.date() + dt.timedelta(days=1 if end else 0), zone
        )
    return parsed.readings(zone)[0]


def combined(broken, known):
    """Broken in all readings and zones is a violation, in some possible; without a
    candidate zone a violation is possible (paragraphs 19 to 21)."""
    if not any(broken):
        return None
    return "violation" if all(broken) and known else "possible"


# --------------------------------------------------------------------------- hours


def judged_moments(rule, start, answer, end, zone):
    """The moments that must not lie outside (paragraph 24).

    For `any` these are all moments from start to end.  What is allowed changes only
    where an interval begins or ends, at midnight, or where the clock is changed, so
    it is enough to look there and at both ends.
    """
    if rule.at == "start":
        return [start]
    if rule.at == "answer":
        return [answer]
    if rule.at == "end":
        return [end]
    last = max(start, end if end is not None else answer if answer is not None else start)
    moments = {start, last}
    for date in dates_between(local(start, zone).date(), local(last, zone).date()):
        midnight = dt.datetime.combine(date, dt.time())
        times = {0} | {t for intervals in rule.hours.values() for i in intervals for t in i}
        for time in times:
            wall = midnight + time * MS
            moments |= {instant_of(wall, zone, fold) for fold in (0, 1)}
    moments |= clock_changes(start, last, zone)
    return sorted(moment for moment in moments if start <= moment <= last)


def dates_between(first, last):
    """From the day before `first` to the day after `last`."""
    date = first - dt.timedelta(days=1)
    while date <= last + dt.timedelta(days=1):
        yield date
        date += dt.timedelta(days=1)


def clock_changes(first, last, zone):
    """The instants from first to last at which the zone's offset changes."""
    changes = set()
    low = first
    while low < last:
        high = min(low + 600_000, last)
        if offset_at(low, zone) != offset_at(high, zone):
            a, b = low, high
            while b - a > 1:
                middle = (a + b) // 2
                if offset_at(middle, zone) == offset_at(low, zone):
                    a = middle
                else:
                    b = middle
            changes.add(b)
        low = high
    return changes


def is_outside(rule, moment, zone):
    """Whether a moment is outside what `allow` allows or inside what `forbid` forbids
    (paragraph 22)."""
    wall = local(moment, zone)
    time = (wall - dt.datetime.combine(wall.date(), dt.time())) // MS
    inside = False
    for begin, end in intervals_of(rule, wall.date()):
        if begin < end:
            inside |= begin <= time < end
        else:
            inside |= begin <= time  # goes over midnight
    # An interval over midnight belongs to the day it begins on and holds on whatever
    # day its morning falls.
    # reading: a day before the calendar's years is judged by its weekday here.
    for begin, end in intervals_of(rule, wall.date() - dt.timedelta(days=1)):
        if begin > end:
            inside |= time < end
    return inside != rule.allows


def intervals_of(rule, date):
    """The intervals of a day (paragraphs 22 and 23)."""
    if rule.calendar:
        if date in rule.calendar.holidays and "holiday" in rule.hours:
            return rule.hours["holiday"]
        if date in rule.calendar.workdays and "workday" in rule.hours:
            return rule.hours["workday"]
    return rule.hours.get(WEEKDAYS[date.weekday()], [])


# --------------------------------------------------------------------------- windows

MAX, GAP, RUN = 0, 1, 2  # the order in which a broken limit is reported (paragraph 16)


def broken_limits(rule, calls, place, zone):
    """The limits that `calls[place]` breaks on one clock.

    `calls` are the counted calls of one key in order; returns
    {limit: (measured, whether the clock matters)}.
    """
    call, broken = calls[place], {}
    window = rule.window
    if rule.max is not None:
        inside = [
            n for n in range(place + 1) if in_window(window, calls, place, n, zone)
        ]
        over = len(inside) > rule.max
        if window.kind == "sliding":
            # Paragraph 12, to the letter; a window of no length holds no call.
            before = place - rule.max
            literal = before >= 0 and call.start - calls[before].start < window.length
            assert literal == over or window.length == 0
        if over:
            broken[MAX] = (len(inside), window.needs_clock)

    if rule.min_gap is not None and place > 0:
        previous = calls[place - 1]
        begin = previous.end_for_gap() if rule.gap_from == "end" else previous.start
        watched = rule.gap_after is None or previous.outcome in rule.gap_after
        # reading: while the previous call still goes on, what has passed since its end
        # is negative, and so is `measured`.
        if watched and call.start - begin < rule.min_gap:
            broken[GAP] = ((call.start - begin) / 1000, False)

    if rule.max_run is not None and not call.answered():
        run = 0  # counted calls directly before, none answered, all in the window
        for n in range(place - 1, -1, -1):
            if calls[n].answered():
                break
            if window is not None and not in_window(window, calls, place, n, zone):
                break
            run += 1
        if run >= rule.max_run:
            # reading: what is measured is the run with the judged call in it, so that
            # it is greater than the limit.
            broken[RUN] = (run + 1, window is not None and window.needs_clock)
    return broken


def in_window(window, calls, place, other, zone):
    """Whether `calls[other]`, at or before `calls[place]`, lies in the window that the
    latter is judged in (paragraphs 12 to 15)."""
    at, then = calls[place].start, calls[other].start
    if window.kind == "ever":
        return True
    if window.kind == "sliding":
        return at - then < window.length
    if window.kind == "anchored":
        return anchored_window(window, calls, place) == anchored_window(window, calls, other)
    if window.kind == "resets_at":
        return reset_day(at, window.length, zone) == reset_day(then, window.length, zone)
    here, there = local(at, zone), local(then, zone)
    if window.kind == "hour":
        # An hour that the clock shows twice is two hours.
        def hour(wall):
            return (wall.date(), wall.hour, wall.fold)
        return hour(here) == hour(there)
    if window.kind == "day":
        return here.date() == there.date()
    if window.kind == "week":  # a week begins on Monday
        return here.isocalendar()[:2] == there.isocalendar()[:2]
    if window.kind == "month":
        return (here.year, here.month) == (there.year, there.month)
    days = (here.date() - there.date()).days
    return 0 <= days < window.length  # "7 days"


def anchored_window(window, calls, place):
    """When the window opened that `calls[place]` lies in: [first counted call, +
    length), and a call exactly at its end opens the next (paragraph 15)."""
    opened = calls[0].start
    for call in calls[:place + 1]:
        if call.start >= opened + window.length:
            opened = call.start
    return opened


def reset_day(at, time, zone):
    """The day with its own midnight that an instant lies in (paragraph 13)."""
    near = local(at, zone).date()
    for date in [near + dt.timedelta(days=n) for n in (1, 0, -1, -2)]:
        if first_moment(dt.datetime.combine(date, dt.time()) + time * MS, zone) <= at:
            return date
    raise AssertionError("no day found")


# --------------------------------------------------------------------------- waits

SURE, PERHAPS = 0, 1


def waits(rule, event, at, zone):
    """Whether the wait after an event has not ended at `at`."""
    if rule.wait is None:
        return True
    if rule.wait.unit == "elapsed":
        return at - event < rule.wait.amount
    date, day = local(at, zone).date(), event_date(event, zone)
    # Day 0 is that of the event; with event_day = 1 it is the first of the days.
    days = rule.wait.amount - rule.event_day
    if days < 0:
        return False
    for _ in range(days):
        day += dt.timedelta(days=1)
        while rule.wait.unit == "business days" and not (
            rule.calendar or WEEKDAYS_ONLY
        ).is_business_day(day):
            day += dt.timedelta(days=1)
    return date <= day


def event_date(event, zone):
    """The date of an event that is an instant or known to the day."""
    return event if isinstance(event, dt.date) else local(event, zone).date()


def since_event(rule, event, at, zone):
    """What has passed since an event: seconds, or calendar days."""
    if rule.wait is not None and rule.wait.unit != "elapsed":
        return max(0, (local(at, zone).date() - event_date(event, zone)).days)
    # reading: while the call of the event still goes on nothing has passed.
    return max(0, at - event) / 1000


# --------------------------------------------------------------------------- lines


def broken_lines(rule, calls, place):
    """concurrency: calls that begin while `max` others go on."""
    going_on = [
        other for other in calls[:place] if other.end_for_gap() > calls[place].start
    ]
    if len(going_on) < rule.max:
        return {}
    return {MAX: (len(going_on) + 1, False)}


def dialled(call):
    """The number that was dialled, for sequential_dialling."""
    if call.callee is None or call.callee.key is None:
        return None
    digits = re.sub(r"\D", "", call.callee.key)
    return int(digits) if digits else None


def broken_sequence(rule, calls, place):
    """sequential_dialling: the numbers around a call's own, dialled up to then."""
    at, own = calls[place].start, dialled(calls[place])
    # reading: extensions and short codes (fewer than 7 digits) are in no sequence.
    if own < 1_000_000:
        return {}
    numbers = {
        dialled(call) for call in calls[:place + 1] if at - call.start < rule.window.length
    }
    if rule.block:
        found = {n for n in numbers if n // rule.block == own // rule.block}
    else:
        found, step = {own}, 1
        while own + step in numbers:
            found.add(own + step)
            step += 1
        step = 1
        while own - step in numbers:
            found.add(own - step)
            step += 1
    return {MAX: (len(found), False)} if len(found) > rule.max else {}


# --------------------------------------------------------------------------- groups


def exact(value):
    """A number of the ruleset, as written."""
    return None if value is None else Fraction(str(value))


def key_text(columns, key):
    def escaped(text):
        return text.replace(";", "%3B").replace("=", "%3D")
    return ";".join(f"{name}={escaped(value)}" for name, value in zip(columns, key))


def windows_of(window, counted, judged, zone):
    """The windows in which a judged call lies: (start, all counted calls in it).

    # reading: calls of such a window that are not judged (before `--since`, outside
    # `effective`) count in it.
    """
    for start in sorted({window_start(window, counted, call, zone) for call in judged}):
        yield start, [
            call for call in counted if window_start(window, counted, call, zone) == start
        ]


def window_start(window, counted, call, zone):
    """When the window began in which a call lies."""
    wall = local(call.start, zone)
    day = wall.date()
    if window.kind == "ever":
        return counted[0].start
    if window.kind == "anchored":
        return anchored_window(window, counted, counted.index(call))
    if window.kind == "hour":
        begin = wall.replace(minute=0, second=0, microsecond=0)
        # reading: an hour that the clock enters in its middle begins there.
        at = instant_of(begin, zone, wall.fold)
        low = call.start
        while at < low:  # the first instant of the same hour on the clock
            middle = (at + low) // 2
            there = local(middle, zone)
            if (there.date(), there.hour, there.fold) == (day, wall.hour, wall.fold):
                low = middle
            else:
                at = middle + 1
        return low
    if window.kind == "resets_at":
        date = reset_day(call.start, window.length, zone)
        return first_moment(dt.datetime.combine(date, dt.time()) + window.length * MS, zone)
    if window.kind == "week":
        day -= dt.timedelta(days=day.weekday())
    elif window.kind == "month":
        day = day.replace(day=1)
    elif window.kind == "blocks":
        first = local(counted[0].start, zone).date()
        day = first + (day - first) // dt.timedelta(days=window.length) * dt.timedelta(
            days=window.length
        )
    return first_moment_of_date(day, zone)


def share(rule, calls):
    """(share, calls of the denominator); the share is None where it cannot be told."""
    def true(name, call):
        text = rule.parts[name]
        return call.sql[text] is True if text else name == "denominator"

    both = [(true("numerator", call), true("denominator", call)) for call in calls]
    above = sum(n for n, _ in both)
    below = sum(d for _, d in both)
    if rule.formula == "share":
        above = sum(n and d for n, d in both)
        return (Fraction(above, below) if below else None), below
    if rule.formula == "us":
        below = sum(n or d for n, d in both)
        return (Fraction(above, below) if below else None), below
    # reading: of the three sorts of calls each is in one: an abandoned call is not passed to
    # a person, nor is one that was found to be a machine; `min_count` is about the abandoned
    # calls and those passed on; without any of the latter and of machines nothing is adjusted.
    machines = [true("machines", call) and not n for call, (n, _) in zip(calls, both)]
    live = sum(d and not n and not m for m, (n, d) in zip(machines, both))
    if above + live == 0:
        return None, 0
    adjusted = Fraction(above)
    if live + sum(machines):
        adjusted = Fraction(above * live, live + sum(machines))
    divisor = (adjusted if rule.drops == "adjusted" else above) + live
    return (adjusted / divisor if divisor else Fraction(0)), above + live


def bound_broken(rule, value):
    """The bound that a share breaks, or None."""
    if rule.most is not None and value > rule.most:
        return rule.most
    if rule.least is not None and value < rule.least:
        return rule.least
    return None


def one_share(rule, name, start, calls):
    value, below = share(rule, calls)
    if value is None or below < rule.min_count:
        return []
    limit = bound_broken(rule, value)
    if limit is None:
        return []
    return [Finding(rule.id, name, start, "violation", value, limit)]


def shares_that_slide(rule, name, counted, judged, zone):
    """Every window that ends with a judged call; of a stretch of windows that break a
    bound the one with the most calls, of several the worst (paragraph 30)."""
    hits = []  # (the call, its window's start, share, calls, limit)
    for place, call in enumerate(counted):
        if all(call is not other for other in judged):
            continue
        inside = [
            other for n, other in enumerate(counted[:place + 1])
            if in_window(rule.window, counted, place, n, zone)
        ]
        value, below = share(rule, inside)
        if value is None or below < rule.min_count:
            continue
        limit = bound_broken(rule, value)
        if limit is None:
            continue
        start = inside[0].start
        if rule.window.kind == "days":
            day = local(call.start, zone).date() - dt.timedelta(days=rule.window.length - 1)
            start = first_moment_of_date(day, zone)
        hits.append((call, start, value, below, limit))
    stretches = []
    for bound in sorted({hit[4] for hit in hits}):
        # Windows that break the other bound are of another stretch.
        fresh = True
        for hit in (hit for hit in hits if hit[4] == bound):
            if not fresh and are_close(rule.window, stretches[-1][-1][0], hit[0], zone):
                stretches[-1].append(hit)
            else:
                stretches.append([hit])
            fresh = False
    found = []
    for hits in stretches:
        def weight(hit):
            _, _, value, below, limit = hit
            return below, abs(value - limit)
        best = max(hits, key=weight)  # of several the first
        found.append(Finding(rule.id, name, best[1], "violation", best[2], best[4]))
    return found


def are_close(window, one, other, zone):
    """Whether two hits are at most the window apart (paragraph 30)."""
    if window.kind == "sliding":
        return other.start - one.start <= window.length
    # reading: "7 days" are elapsed time here.
    return other.start - one.start <= window.length * DAY_MS


def empty_columns(rule, name, start, calls):
    """completeness: for each column that is empty too often a finding."""
    found = []
    for column in rule.columns:
        empty = sum(is_empty(call, column) for call in calls)
        value = Fraction(empty, len(calls))
        if value > rule.max_empty:
            found.append(
                Finding(rule.id, name, start, "violation", value, rule.max_empty, column)
            )
    return found


def is_empty(call, column):
    # reading: a masked number is there; an outcome that is empty or unknown is not.
    if column in ("caller", "callee"):
        return getattr(call, column) is None
    if column == "outcome":
        return call.outcome in (None, "unknown")
    return Database.value(call, column) is None


# --------------------------------------------------------------------------- command


def audit(logs, rules, since=None, until=None, as_of=None):
    """Judges logs by a ruleset file: (violations, statistics by rule id)."""
    local.cache_clear()
    return Audit([str(path) for path in logs], Ruleset(rules), since, until, as_of).run()


def number_text(value):
    """A measured value as in a CSV cell."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def csv_rows(violations):
    """Sorted rows rule, call_id, verdict, measured, key, started_at; those of groups have no
    call_id, the others neither key nor start."""
    rows = []
    for v in violations:
        if isinstance(v, Finding):
            start = timestamp(v.start).isoformat() + "Z"
            rows.append((v.rule, "", v.verdict, number_text(v.measured), v.key, start))
        else:
            rows.append((v.rule, v.call.call_id, v.verdict, number_text(v.measured), "", ""))
    return sorted(rows)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", metavar="LOG.csv")
    parser.add_argument("--rules", required=True, metavar="RULES.toml")
    parser.add_argument("--since", metavar="T")
    parser.add_argument("--until", metavar="T")
    parser.add_argument("--as-of", metavar="DATE", default=str(dt.date.today()))
    parser.add_argument("--out", required=True, metavar="OUT.csv")
    parser.add_argument("--stats", metavar="FILE.json")
    options = parser.parse_args(arguments)
    try:
        violations, statistics = audit(
            options.logs, options.rules, options.since, options.until, options.as_of
        )
    except RulesetError as error:
        print(f"oracle: {options.rules}: {error}", file=sys.stderr)
        return 2
    with open(options.out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rule", "call_id", "verdict", "measured", "key", "started_at"])
        writer.writerows(csv_rows(violations))
    if options.stats:
        text = json.dumps(statistics, indent=2, sort_keys=True, ensure_ascii=False)
        Path(options.stats).write_text(text + "\n", encoding="utf-8")
    return 0


import row_kinds  # noqa: E402  (it needs all of the above)

if __name__ == "__main__":
    import oracle  # the same module that the others beside this file import

    sys.exit(oracle.main())
