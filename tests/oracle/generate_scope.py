"""What generate.py adds about `applies`, `[[exemption]]` and consents.

Everything here is chosen by a random stream of its own, so that the rest of a scenario stays
what it was.
"""

import csv
import io
import random

import generate
import oracle
import scope

COLUMNS = {
    "mode": ["robot", "manual", "predictive"],
    "seller": ["S1", "S2", "s1"],
    "callee_class": ["business", "residential"],
    "account": ["A", "B"],
}
UNCERTAIN = ["+18005550199", "+18885550123", "", "212****0123"]


class More:
    """The random choices of the additions."""

    def __init__(self, s, seed):
        self.s = s
        self.random = random.Random(f"callaudit oracle scope {seed}")
        self.active = self.chance(0.75)
        self.exemptions = {}  # id -> table
        # Where the callee is, as exported: then no rule is on the callee's clock.
        self.has_regions = self.active and self.chance(0.35)
        # Scenarios of places and virtual numbers have regions of their own.
        self.has_places = s.subject in ("places", "virtual")
        self.has_regions = self.has_regions and not self.has_places

    def chance(self, share):
        return self.random.random() < share


def extend_log(m, rows):
    """Columns that `applies` and consents ask, and callees that may be anywhere."""
    s, r = m.s, m.random
    m.talks = [row["talk_s"] for row in rows if row["talk_s"].isdigit() and row["outcome"] == "answered"]
    if not m.active:
        return
    names = [name for name in COLUMNS if m.chance(0.7) and name not in s.columns]
    share = r.choice([0, 0.1, 0.3])
    if m.has_places:
        share = 0
    fixed = {}  # rows that repeat others mostly stay the same
    for row in rows:
        same = tuple(row.items())
        if same not in fixed:
            cells = {name: "" if m.chance(0.2) else r.choice(COLUMNS[name]) for name in names}
            if m.chance(share):
                cells["callee"] = r.choice(UNCERTAIN)
            fixed[same] = cells
        row.update(fixed[same])
        if m.has_regions:
            row["callee_region"] = exported_region(m, row)
    s.columns += names + ["callee_region"] * m.has_regions


def exported_region(m, row):
    """A region that the callee's number does not speak against, or none."""
    number = oracle.cell(row["callee"]) and oracle.read_number(row["callee"], m.s.region)
    place = scope.regions_of_number(number or None, m.s.region)
    if isinstance(place, scope.Somewhere) or not place.names:
        return m.random.choice(["", "", "US", "US-FL", "US-NY", "CA-ON", "Nowhere"])
    name = m.random.choice(sorted(place.names))
    # open: a country that is told beside a number of another.
    return m.random.choice(["", "", name, "US" if name[:3] == "US-" else ""]) \
        if name[:2] in ("US", "GB", "CN", "FR", "AU") else ""


def extend_rules(m, rules):
    """`applies` and exemptions for some of the rules, and rules of their own."""
    if not m.active:
        return
    s, r = m.s, m.random
    n = len(rules)
    for _ in range(r.randint(1, 3)):
        rules.append(consent_rule(m, n))
        n += 1
    for _ in range(r.randint(1, 2)):  # of those that count
        rules.append(counting_rule(m, n))
        n += 1
    for _ in range(r.randint(1, 3)):
        rules.append(pattern_rule(m, n))
        n += 1
    for _ in range(r.choice([1, 2, 2, 3])):
        rules.append(past_rule(m, n))
        n += 1
    if m.has_regions:
        for rule in rules:
            # Zones that come from a region are not the reference's.
            if rule.get("clock") == "callee":
                rule["clock"] = "ruleset"
            if rule.get("kind") == "ratio" and rule.get("clock") == "callee":
                del rule["clock"]
    for rule in rules:
        fresh = rule["id"].startswith("s")
        if m.chance(0.6 if fresh else 0.3):
            rule["applies"] = applies(m, rule)
        if m.chance(0.3 if fresh else 0.15):
            rule["exempt"] = rule.get("exempt", []) + [exemption(m, rule) for _ in range(r.randint(1, 2))]
            if rule.get("clock") == "callee":
                # On whose clock days and months are counted then is the ruleset's, which the reference does not say.
                rule["exempt"] = [
                    name for name in rule["exempt"] if not has_days(m.exemptions.get(name, {}))
                ]
            rule["exempt"] = list(dict.fromkeys(rule["exempt"]))
            r.shuffle(rule["exempt"])


def pattern_rule(m, n):
    s, r = m.s, m.random
    rule = {"id": f"s{n}-pattern", "kind": "pattern", "force": "signal"}
    features = ["volume", "burst", "repeat", "answered", "night"]
    if "talk_s" in s.columns:
        features += ["short"] * 3
    if not s.fractions:
        features.append("pacing")
    rule["feature"] = r.choice(features)
    # "the columns of the key"
    rule["per"] = r.choice([["caller"], ["campaign"], ["line", "agent"], [], [], []])
    rule["window"] = r.choice(["hour", "day", "day", "week", "month"])
    if rule["feature"] in ("burst", "short"):
        rule["within"] = r.choice(["1s", "5s", "20s", "60s"]) if rule["feature"] == "short" \
            else generate.duration(r.choice(s.lengths))
    if rule["feature"] == "short" and m.talks and m.chance(0.6):
        rule["within"] = r.choice(m.talks) + "s"  # exactly as long as a call
    if rule["feature"] == "night":
        times = r.sample(["21:00", "08:00", "00:00", "02:00", "01:30", "20:59:30"], 2)
        rule["night"] = "-".join(times)
    shares = [0, 0.1, 0.25, 0.3, 0.5, 0.6, 1]
    bounds = {"volume": [1, 2, 3, 5, 10, 20], "burst": [1, 2, 3, 4], "repeat": [1, 1.5, 2, 3],
              "pacing": [0, 0.3, 0.5, 1, 1.5, 2]}
    values = sorted(r.sample(bounds.get(rule["feature"], shares), 2))
    for name in r.choice([["max"], ["max"], ["min"], ["min", "max"]]):
        rule[name] = values[name == "max"]
    rule["min_count"] = r.choice([1, 1, 2, 3, 5])
    if m.chance(0.3):
        rule["count"] = r.choice(["connected", "answered", by(m, generate.expression)])
    if m.chance(0.4):
        rule["clock"] = r.choice(["ruleset", "America/New_York", "Europe/London", "+05:30"])
    return rule


def past_rule(m, n):
    """A pattern against the key's own past, or numbers that are dropped after some days."""
    r = m.random
    rule = pattern_rule(m, n)
    for name in ("max", "min"):
        rule.pop(name, None)
    rule["min_count"] = r.choice([1, 1, 1, 2, 3])
    rule["per"] = r.choice([rule["per"], ["caller"], []])
    if m.chance(0.35):
        for name in ("window", "within", "night"):
            rule.pop(name, None)
        rule |= {"feature": "burn", "per": r.choice([["caller"], ["callee"], ["line"], ["agent", "campaign"]]),
                 "within_days": r.choice(["1 days", "1 days", "2 days", "3 days", "7 days", "30 days"])}
        return rule
    rule["window"] = r.choice(["hour", "hour", "hour", "hour", "day", "day", "week"])
    rule["baseline"] = r.choice(["1 days", "5 days", "6 days", "7 days", "14 days", "35 days", "300 days"])
    if rule["window"] == "hour":
        rule["baseline"] = r.choice(["1 days", "2 days", "7 days", "300 days", "300 days"])
        rule["min_count"] = 1
    rule["factor"] = r.choice([0.5, 0.9, 1, 1, 1.01, 1.1, 1.5, 2])
    if m.chance(0.5):  # mostly one call an hour, so that two are exactly twice as many
        for name in ("within", "night"):
            rule.pop(name, None)
        rule |= {"feature": "volume", "factor": r.choice([1, 1.5, 2, 2, 3]), "min_count": 1}
    return rule


def has_days(table):
    return oracle.parse_duration(table.get("within", "1s")) is None


def counting_rule(m, n):
    r = m.random
    kind = r.choice(["repeat_dial", "repeat_dial", "call_cap", "ratio", "completeness"])
    rule = {"id": f"s{n}-{kind.replace('_', '-')}", "kind": kind}
    s, old = m.s, m.s.random
    s.random = r  # the same rules as ever, by the other stream
    try:
        {"repeat_dial": generate.redial_rule, "call_cap": generate.cap_rule,
         "ratio": generate.share_rule, "completeness": generate.records_rule}[kind](s, rule)
    finally:
        s.random = old
    if m.chance(0.7) and kind in ("repeat_dial", "call_cap"):
        rule["per"] = r.choice([[], ["caller"], ["agent"], ["campaign"]])
    return rule


def applies(m, rule):
    r = m.random
    found = {}
    inbound = "direction" in rule.get("where", "")
    if not inbound and m.chance(0.8) and not m.has_places:
        regions = ["US-FL", "US-NY", "US-ID", "US-ND", "US-IL", "CA-ON"]
        countries = ["GB", "CN", "AU", "CU", "US"]
        found["region"] = r.choice([
            r.sample(regions, r.randint(1, 4)), r.sample(regions, r.randint(1, 4)) + ["CN"],
            r.sample(countries, r.randint(1, 3)), ["US", m.s.region], [m.s.region],
        ])
        found["region"] = list(dict.fromkeys(found["region"]))
        unknown = r.choice([None, None, None, "possible", "applies", "left_out"])
        if unknown:
            found["unknown"] = unknown
    words = {**COLUMNS, "purpose": generate.PURPOSES}
    for name in words:
        there = name in m.s.columns
        if m.chance((0.2 if there else 0.01) if found else (0.5 if there else 0.02)):
            found[name] = r.sample(words[name], r.randint(1, len(words[name]) - 1))
    if not found and m.has_places:
        return {"purpose": generate.PURPOSES[:2]}
    return found or {"region": [m.s.region]}


def exemption(m, rule):
    """The id of an exemption, made now or before."""
    s, r = m.s, m.random
    if m.exemptions and m.chance(0.3):
        return r.choice(sorted(m.exemptions))
    name = f"exempt-{len(m.exemptions)}"
    table = {}
    if m.chance(0.4):
        table["where"] = by(m, generate.expression)
    if not table or m.chance(0.6):
        table["per"] = r.choice([["callee"], ["callee"], ["callee"], ["callee", "person"], ["callee", "campaign"]])
        table["list"] = by(m, generate.event_list, table)
        if table["per"] == ["callee"] and m.chance(0.7):
            del table["per"]
        if m.chance(0.4):
            table["event"] = r.sample(["refused", "complained", "opt-out"], r.randint(1, 2))
        if m.chance(0.8):
            table["within"] = r.choice([
                generate.duration(r.choice(s.lengths)), generate.duration(r.choice(s.lengths)),
                "0 days", "1 days", "2 days", "3 days", "1 months", "18 months"])
            if "days" in table["within"] and table["within"] != "0 days" and m.chance(0.4):
                table["event_day"] = r.choice([0, 1])
    elapsed = oracle.parse_duration(table.get("within"))
    if elapsed and m.chance(0.7) and "path" in s.lists[table["list"]]:
        # An event exactly so long before a call, or a second less or more.
        start, _, callee = r.choice(s.calls)
        number = oracle.cell(callee) and oracle.read_number(callee, s.region)
        lines = s.files[s.lists[table["list"]]["path"]].split("\n")
        if number and number.e164 and lines[0].startswith("number,at"):
            at = start - elapsed + r.choice([0, 0, 0, 1000, -1000])
            text = oracle.local(at, oracle.UTC).isoformat(timespec="milliseconds") + "Z"
            lines.insert(1, f"{number.e164},{text}" + "," * (lines[0].count(",") - 1))
            s.files[s.lists[table["list"]]["path"]] = "\n".join(lines)
    m.exemptions[name] = table
    return name


def by(m, make, *arguments):
    """Lets a part of generate.py choose by the stream of the additions."""
    s, old = m.s, m.s.random
    s.random = m.random
    try:
        return make(s, *arguments)
    finally:
        s.random = old


def consent_rule(m, n):
    s, r = m.s, m.random
    rule = {"id": f"s{n}-consent", "kind": "consent"}
    if m.chance(0.4):
        rule["grace"] = r.choice(["0 days", "1 days", "2 days", "2 business days", "1h", "30m", "24h"])
        if "business" in rule["grace"] and m.chance(0.5):
            rule["calendar"] = by(m, generate.calendar, {"at": "any"}, True)
    if m.chance(0.35):
        rule["max_age"] = r.choice(["1 months", "2 months", "0 days", "1 days", "2 days", "24h", "3600s"])
    if m.chance(0.25):
        rule["proof"] = True
    if m.chance(0.2):
        rule["consent_kind"] = r.sample(["written", "oral", "web form"], r.randint(1, 2))
    rule["lists"] = [consent_list(m, rule)]
    if m.chance(0.2):
        rule["lists"].append(consent_list(m, rule))
    rule["lists"] = list(dict.fromkeys(rule["lists"]))
    if m.chance(0.3):
        rule["clock"] = by(m, generate.clock)
    if m.chance(0.2):
        rule["where"] = by(m, generate.expression)
    for _, _, callee in s.calls:
        number = oracle.cell(callee) and oracle.read_number(callee, s.region)
        if number and number.key is None and not number.masked:
            # differs: whether of a destroyed callee anything is possible.
            where = f"({rule['where']}) AND " if "where" in rule else ""
            rule["where"] = where + "callee IS NOT NULL"
            break
    if m.chance(0.15):
        rule["effective"] = by(m, generate.effective)
    if m.chance(0.2):
        rule["exempt"] = [consent_list(m, {})]
    return rule


def consent_list(m, rule):
    s, r = m.s, m.random
    name = f"list-{len(s.lists)}"
    path = f"lists/{name}.csv"
    s.lists[name] = {"kind": "consent", "path": path}
    if m.chance(0.02):
        return name
    columns = ["number", "granted_at"]
    for column, share in (("revoked_at", 0.6), ("expires_at", 0.4), ("purpose", 0.4), ("mode", 0.25),
                          ("seller", 0.25), ("kind", 0.9 if "consent_kind" in rule else 0.2),
                          ("evidence", 0.9 if "proof" in rule else 0.2), ("status", 0.35)):
        if m.chance(share) and (column not in ("purpose", "mode", "seller") or column in s.columns):
            columns.append(column)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    numbers, written = [], []
    # Enough of them for calls with consents to be as many as those without.
    for n in range(r.randint(2, 12)):
        call = r.choice(s.calls)
        again = numbers and m.chance(0.4)
        numbers.append(r.choice(numbers) if again else consent_number(m, n, call[2]))
        at = call[0]
        back = r.choice([0, 0, 1, 2, 30]) * 86400_000
        status = r.choice(["granted", "granted", "revoked"]) if n else "granted"
        granted = by(m, generate.list_time, at - back)
        if m.chance(0.06):
            granted = r.choice(["", "not a date"])
        revoked = ""
        if m.chance(0.4) and status != "granted" or ("status" not in columns and m.chance(0.4)):
            revoked = by(m, generate.list_time, at - r.choice([0, 0, 3600_000, 86400_000, 2 * 86400_000]))
            if status == "revoked" and "status" in columns:
                granted, revoked = r.choice([("", revoked), (granted, ""), (granted, revoked)])
            elif m.chance(0.3) and n and "revoked_at" in columns:
                granted = ""  # it only takes back
        if granted and m.chance(0.6):
            written.append((numbers[-1], granted))
        elif not granted and revoked and written and m.chance(0.7):
            numbers[-1], revoked = r.choice(written)  # taken back at the very moment
        words = {name: ";".join(r.sample(values, r.randint(1, 2))) if m.chance(0.5) else r.choice(["", "all"])
                 for name, values in (("purpose", generate.PURPOSES), ("mode", COLUMNS["mode"]),
                                      ("seller", COLUMNS["seller"]))}
        writer.writerow({
            "number": numbers[-1], "granted_at": granted, "revoked_at": revoked,
            "expires_at": by(m, generate.list_time, at + r.choice([0, 0, 1, 30]) * 86400_000)
            if m.chance(0.5) else "",
            "kind": r.choice(["written", "oral", "web form"]),
            "evidence": r.choice(["", "rec-1", "rec-2"]), "status": status, **words,
        })
    s.files[path] = buffer.getvalue()
    return name


def bare_consents(m):
    """One consent for each of some numbers, which begins or ends at the very moment of a call,
    or a second before or after it."""
    s, r = m.s, m.random
    lines, seen = ["number,granted_at,expires_at,revoked_at"], set()
    for start, _, callee in r.sample(s.calls, min(len(s.calls), 12)):
        number = consent_number(m, 0, callee)
        key = oracle.read_number(number, s.region).key
        if key in seen:
            continue
        seen.add(key)
        at = start // 1000 * 1000 + r.choice([0, 0, 0, 1000, -1000])
        text = oracle.local(at, oracle.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines.append(number + "," + r.choice(
            [f"{text},,", f"2020-01-01,{text},", f"2020-01-01,{text},", f"2020-01-01,,{text}"]))
    return "\n".join(lines) + "\n"


def consent_number(m, n, callee):
    """Mostly the number of a call, in any spelling."""
    s, r = m.s, m.random
    if n and m.chance(0.08):
        return by(m, generate.mask_of, callee)
    number = oracle.cell(callee) and oracle.read_number(callee, s.region)
    if not number or number.key is None:
        return r.choice(r.choice(generate.HOME_NUMBERS[s.region]))
    for spellings in s.callees:
        if callee in spellings:
            return r.choice(spellings)
    return callee
