#!/usr/bin/env python3
"""Writes ranges.txt: which national numbers are valid whatever their last digits are, after libphonenumber's metadata.

usage: pip install phonenumbers==9.0.42 && python3 make_ranges.py

The version must be that of the metadata in the crate rlibphonenumber (Cargo.toml): a test compares every range with the crate's verdict.

Lines of the file:
  R region code unsafe…     a region, its calling code, and beginnings of three digits (or ranges of them) with which a number written without country
                            code may be read in another way (trunk or carrier prefix, dialling abroad, its own country code)
  N code length low high t  national numbers of this length whose beginnings lie from low to high (both of the same length, leading zeros kept)
                            are valid; t: tied to a place, f: not
Numbers that no line covers are judged by the library itself.
"""
import datetime, pathlib, sys
from re import _parser as sre

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType as T, phonenumberutil as util

assert phonenumbers.__version__ == "9.0.42", phonenumbers.__version__


class Pattern:
    """A pattern of digits as a set of states that is moved digit by digit."""

    def __init__(self, text):
        self.edges, self.free = [], []
        start = self.state()
        self.accept = self.build(sre.parse(text), start)
        self.start = self.close({start})

    def state(self):
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1

    def build(self, nodes, at):
        for op, value in nodes:
            name = str(op)
            if name == "LITERAL":
                at = self.step(at, {chr(value)})
            elif name == "IN":
                at = self.step(at, self.digits(value))
            elif name == "ANY":
                at = self.step(at, set("0123456789"))
            elif name == "SUBPATTERN":
                at = self.build(value[3], at)
            elif name == "BRANCH":
                end = self.state()
                for branch in value[1]:
                    begin = self.state()
                    self.free[at].append(begin)
                    self.free[self.build(branch, begin)].append(end)
                at = end
            elif name in ("MAX_REPEAT", "MIN_REPEAT"):
                low, high, body = value
                for _ in range(low):
                    at = self.build(body, at)
                end = self.state()
                self.free[at].append(end)
                if str(high) == "MAXREPEAT":
                    loop = self.build(body, at)
                    self.free[loop].append(at)
                else:
                    for _ in range(high - low):
                        at = self.build(body, at)
                        self.free[at].append(end)
                at = end
            elif name == "AT":
                pass  # an end of the text: only prefixes have it, for which too much is safe
            else:
                raise ValueError(f"{name} in a pattern")
        return at

    def digits(self, items):
        found, negate = set(), False
        for op, value in items:
            name = str(op)
            if name == "LITERAL":
                found.add(chr(value))
            elif name == "RANGE":
                found |= {chr(c) for c in range(value[0], value[1] + 1)}
            elif name == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
                found |= set("0123456789")
            elif name == "NEGATE":
                negate = True
            else:
                raise ValueError(f"{name} in a class")
        return set("0123456789") - found if negate else found

    def step(self, at, digits):
        to = self.state()
        self.edges[at].append((frozenset(digits), to))
        return to

    def close(self, states):
        todo, seen = list(states), set(states)
        while todo:
            for to in self.free[todo.pop()]:
                if to not in seen:
                    seen.add(to)
                    todo.append(to)
        return frozenset(s for s in seen if self.edges[s] or s == self.accept)

    def move(self, states, digit):
        return self.close({to for s in states for digits, to in self.edges[s] if digit in digits})


KINDS = ["premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail"]


class Region:
    """The descriptions of one region, moved together."""

    def __init__(self, metadata):
        self.meta = metadata
        self.names = ["general_desc", *KINDS, "fixed_line", "mobile"]
        self.descs = {}
        for name in self.names:
            desc = getattr(metadata, name)
            if desc is not None and desc.national_number_pattern:
                self.descs[name] = (Pattern(desc.national_number_pattern), set(desc.possible_length or ()))
        self.lead = Pattern(metadata.leading_digits) if metadata.leading_digits else None
        self.same = metadata.general_desc is not None and metadata.fixed_line and metadata.mobile and \
            metadata.fixed_line.national_number_pattern == metadata.mobile.national_number_pattern

    def start(self):
        lead = (self.lead.start, False) if self.lead else None
        return tuple(p.start for p, _ in self.descs.values()), lead

    def move(self, state, digit):
        sets, lead = state
        sets = tuple(p.move(s, digit) if s else s for s, (p, _) in zip(sets, self.descs.values()))
        if lead is not None and not lead[1]:
            now = self.lead.move(lead[0], digit)
            lead = (frozenset(), True) if self.lead.accept in now else (now, False)
        return sets, lead

    def kind(self, state, length):
        matches = {n: (not lengths or length in lengths) and p.accept in s for s, (n, (p, lengths)) in zip(state[0], self.descs.items())}
        if not matches.get("general_desc"):
            return None
        for name, kind in zip(KINDS, [T.PREMIUM_RATE, T.TOLL_FREE, T.SHARED_COST, T.VOIP, T.PERSONAL_NUMBER, T.PAGER, T.UAN, T.VOICEMAIL]):
            if matches.get(name):
                return kind
        if matches.get("fixed_line"):
            return T.FIXED_LINE_OR_MOBILE if self.same or matches.get("mobile") else T.FIXED_LINE
        if not self.same and matches.get("mobile"):
            return T.MOBILE
        return None


def tied(kind, code):
    """The library's is_number_geographical for a kind and a calling code."""
    return kind in (T.FIXED_LINE, T.FIXED_LINE_OR_MOBILE) or (kind == T.MOBILE and code in util._GEO_MOBILE_COUNTRIES)


class Code:
    """All regions of a calling code, in the library's order."""

    def __init__(self, code, regions):
        self.code, self.regions, self.memo = code, regions, {}

    def verdict(self, states, length):
        for region, state in zip(self.regions, states):
            kind = region.kind(state, length)
            if len(self.regions) > 1:
                if region.lead is not None:
                    if not state[1][1]:
                        continue
                elif kind is None:
                    continue
            return "-" if kind is None else "t" if tied(kind, self.code) else "f"
        return "-"

    def uniform(self, states, length, left):
        """The verdict of all numbers that go on from here; None if they differ."""
        key = (states, length, left)
        if key not in self.memo:
            if left == 0:
                self.memo[key] = self.verdict(states, length)
            elif all(not s for state in states for s in state[0]):
                self.memo[key] = "-"
            else:
                found = {self.uniform(self.move(states, d), length, left - 1) for d in "0123456789"}
                self.memo[key] = found.pop() if len(found) == 1 else None
        return self.memo[key]

    def move(self, states, digit):
        return tuple(r.move(s, digit) for r, s in zip(self.regions, states))

    def ranges(self, length):
        out = []

        def walk(states, low, left):
            verdict = self.uniform(states, length, left)
            if verdict is None:  # some of them are valid
                for d in "0123456789":
                    walk(self.move(states, d), low * 10 + int(d), left - 1)
            elif verdict != "-":
                first, last = low * 10**left, (low + 1) * 10**left - 1
                if out and out[-1][2] == verdict and out[-1][1] + 1 == first:
                    out[-1] = (out[-1][0], last, verdict)
                else:
                    out.append((first, last, verdict))
        walk(tuple(r.start() for r in self.regions), 0, length)
        return out


def unsafe(metadata, code):
    """Beginnings of three digits that may be read as a prefix."""
    patterns = [Pattern(p) for p in (metadata.international_prefix, metadata.national_prefix_for_parsing or metadata.national_prefix) if p]
    found = []
    for n in range(1000):
        text = f"{n:03}"
        bad = text.startswith(str(code)) or str(code).startswith(text)
        for pattern in patterns:
            states, live = pattern.start, pattern.accept in pattern.start
            for digit in text:
                states = pattern.move(states, digit)
                live |= pattern.accept in states
            bad |= live or bool(states)
        if bad:
            found.append(n)
    spans = []
    for n in found:
        if spans and spans[-1][1] == n - 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return " ".join(f"{a:03}" if a == b else f"{a:03}-{b:03}" for a, b in spans)


lines = [f"# Made by make_ranges.py from phonenumbers {phonenumbers.__version__} (Apache-2.0) on {datetime.date.today()}."]
for code in sorted(util.COUNTRY_CODE_TO_REGION_CODE):
    names = util.COUNTRY_CODE_TO_REGION_CODE[code]
    if names == ("001",):
        continue
    regions = [Region(PhoneMetadata.metadata_for_region(name)) for name in names]
    for name, region in zip(names, regions):
        lines.append(f"R {name} {code} {unsafe(region.meta, code)}".rstrip())
    whole = Code(code, regions)
    lengths = sorted({n for r in regions for n in r.meta.general_desc.possible_length})
    for length in lengths:
        for low, high, verdict in whole.ranges(length):
            low, high = f"{low:0{length}}", f"{high:0{length}}"
            while low.endswith("0") and high.endswith("9") and len(low) > 1:
                low, high = low[:-1], high[:-1]
            lines.append(f"N {code} {length} {low} {high} {verdict}")
    print(code, names[0], len(lines), file=sys.stderr)
path = pathlib.Path(__file__).with_name("ranges.txt")
path.write_text("\n".join(lines) + "\n")
print(f"{len(lines)} lines", file=sys.stderr)
