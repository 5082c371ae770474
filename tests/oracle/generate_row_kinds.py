"""What generate.py needs for the kinds of row_kinds.py: `caller_id`, `destination` and
`binding`.

A scenario gets a subject: the callers of its calls, the places that they go to, virtual
numbers, or none.  The choices come from a stream of their own, so that a scenario without
a subject has the log and the other rules that it always had.
"""

import csv
import io
import random
import re

import generate
import oracle
import row_kinds

# Numbers of every class that has them, by region, with their spellings.
CLASSES = {
    "CN": [["110"], ["0574-120", "0574120"], ["120"], ["112"], ["95588", "+8695588"], ["12306"],
           ["400-810-0000", "+864008100000"], ["8008100123", "+868008100123"]],
    "US": [["911"], ["8005550199", "+18005550199"], ["+448431234567"], ["110"]],
    "GB": [["999"], ["112"], ["09061234567", "+449061234567"], ["08431234567"], ["05612345678"],
           ["07012345678"], ["07640123456"], ["05512345678"], ["08001111111"]],
    "AU": [["000"], ["112"], ["1800123456", "+611800123456"], ["106"], ["1300123456"]],
    "CU": [["106"], ["104"], ["+448431234567"], ["72123456"]],
}
CLASS_NAMES = ["emergency", "service", "toll_free", "premium", "shared_cost", "mobile", "fixed",
               "voip", "personal", "pager", "uan", "voicemail"]
# Of two autonomous regions, and beside them.
AREA_NUMBERS = [
    ["0891-6322222", "+868916322222"], ["0991-2345678"], ["13889012345", "+8613889012345"],
    ["13999011234"], ["13639901234", "138 8901 2345"], ["13988991234"], ["18999011234"],
    ["010-62345678"], ["15012340001"],
]
# Of calling codes that several countries share.
SHARED = [
    ["+447797712345"], ["+441624756789"], ["+77710009998"], ["+79123456789"], ["+3906698123"],
    ["+390612345678"], ["+358181234567"], ["+4779123456"], ["+4741234567"], ["+4721234567"],
    ["+61891641234"], ["+61412345678"], ["+61891621234"], ["+262692123456"], ["+590690001234"],
    ["+212650123456"], ["+12125550123"], ["+14165550123"], ["+19025550123"],  # differs: +1867
    ["+18005550199"], ["+13055550123"],
]
PLACES = ["US", "US-NY", "US-FL", "US-ID", "US-IL", "CA", "CA-ON", "CA-NS", "CA-YT", "CA-NT", "GB",
          "JE", "IM", "RU", "KZ", "IT", "VA", "FI", "AX", "NO", "SJ", "AU", "CX", "CC", "RE",
          "YT", "GP", "MF", "MA", "EH", "CN", "CU"]
NAMED_PLACES = ["US", "US", "CA", "US-NY", "US-FL", "CA-ON", "us-ny", "GB", "CN", "CN-54", "CN-65",
                "AU", "CX", "JE"]
# Callers that are no number, or not surely one.
NOBODY = [["anonymous"], ["Anonymous"], ["private"], ["PRIVATE"], ["匿名"], ["未知"], ["0000"],
          ["000000000"], ["0"], ["266696687"], ["Sales Desk"], ["王伟"], ["138****5678"],
          ["+86138****5678"], ["1.38E+10"], ["1391234567"], ["unknown"]]
# Virtual numbers with their spellings.
VIRTUAL = {
    "CN": [["17012345678", "+8617012345678"], ["010-62340001", "+861062340001"]],
    "US": [["3125550100", "+13125550100"], ["+12125550177"]],
    "GB": [["02079460099", "+442079460099"], ["07400123499"]],
    "AU": [["0261234500", "+61261234500"], ["0412345600"]],
    "CU": [["72123400", "+5372123400"], ["51234500"]],
}


# ------------------------------------------------------------------ before the log


def prepare(s, seed):
    """Chooses the subject of a scenario and changes its numbers and columns."""
    r = s.more = random.Random(f"callaudit row kinds {seed}")
    s.subject = r.choice(["callers", "places", "virtual", "virtual", None, None, None])
    s.binding_lists = []
    s.kept_cells = {}
    s.rotates = r.random() < 0.6
    for name, share in (("callee_region", 0.8), ("mode", 0.9)):
        if s.subject in ("places", "virtual") and r.random() < share:
            s.columns.append(name)
    if s.subject == "callers":
        pool = list(NOBODY)
        if s.region == "AU":
            pool = [n for n in pool if n[0] not in row_kinds.KEYPAD]  # differs: a valid number
        s.callers += r.sample(pool, r.randint(2, 4)) + r.sample(generate.SERVICE_NUMBERS[1:2], 1)
        s.callers += r.sample(generate.HOME_NUMBERS[s.region], r.randint(1, 2))
    if s.subject == "places":
        areas = AREA_NUMBERS
        if s.region != "CN":
            areas = [[oracle.read_number(number[0], "CN").e164] for number in AREA_NUMBERS]
        pools = [CLASSES[s.region], SHARED, SHARED, areas]
        for _ in range(r.randint(3, 6)):
            s.callees.append(r.choice(r.choice(pools)))
            if isinstance(s.callees[-1], str):
                s.callees[-1] = [s.callees[-1]]
    if s.subject == "virtual":
        s.virtual = r.sample(VIRTUAL[s.region], r.randint(1, 2))
        s.people = r.sample(generate.HOME_NUMBERS[s.region], 2) + r.sample(
            generate.FOREIGN_NUMBERS, r.randint(0, 1))
        s.callers = s.callers[:1] + s.people + s.virtual[:1]
        s.callees = s.callees[:1] + s.people[:1] + s.virtual * 3
        # Whether nobody is masked; if somebody is, more differs below.
        s.clean = r.random() < 0.6
        s.begins = r.random() < 0.5  # whether every binding tells its beginning
        s.one_pair = r.sample(s.people, 2) if r.random() < 0.4 else None
        if not s.clean:
            s.callers += [r.choice([n for n in NOBODY if shows_something(n[0])])]


def shows_something(text):
    return not set(text) <= {"0"} and text not in row_kinds.KEYPAD


def more_cells(s, row):
    """The cells of the columns that only such scenarios have."""
    r = s.more
    if s.subject is None:
        return
    # The rows of one call, which have the same: null words that differ are open.
    kept = s.kept_cells.setdefault((row["call_id"], row["started_at"], row["caller"], row["callee"]), {})
    if kept:
        row.update(kept)
        return
    told = row.get("callee_region"), row.get("mode")
    row["callee_region"] = r.choice(NAMED_PLACES) if r.random() < 0.4 else r.choice(generate.NULLS)
    row["mode"] = r.choice(["axb", "axb", "manual", ""])
    number = oracle.cell(row["callee"]) and oracle.read_number(row["callee"], s.region).e164
    if number and any(number == oracle.read_number(n[0], "CN").e164 for n in AREA_NUMBERS):
        row["callee_region"] = r.choice(["CN", "CN-54", "CN-65", "CN-11", "GB", ""])
    if s.subject == "callers" and r.random() < 0.3:
        row["caller"] = r.choice(r.choice(s.callers))
    if s.subject == "virtual" and s.clean:
        for name in ("caller", "callee"):
            if oracle.cell(row[name]) is None or oracle.read_number(row[name], s.region).key is None:
                row[name] = r.choice(r.choice(s.people))
    if s.subject == "callers":  # whose columns these are not
        row["callee_region"], row["mode"] = told
    kept.update({name: row[name] for name in ("callee_region", "mode", "caller", "callee")})


# ------------------------------------------------------------------ rules


def rules(s, rows):
    """More rules of the scenario, as tables."""
    r = s.more
    s.seen = [(call[0], row["caller"], row["callee"]) for call, row in zip(s.calls, rows)]
    weights = {"callers": (3, 1, 0), "places": (0, 4, 0), "virtual": (1, 1, 3)}
    counts = weights.get(s.subject, (1, 1, 0))
    found = []
    for kind, count, maker in zip(["caller_id", "destination", "binding"], counts,
                                  [caller_rule, place_rule, binding_rule]):
        for _ in range(count):
            rule = {"id": f"x{len(found)}-{kind.replace('_', '-')}", "kind": kind}
            if kind == "caller_id" and s.rotates and r.random() < 0.5:
                rotation_rule(s, rule)
            else:
                maker(s, rule)
            common(s, rule)
            found.append(rule)
    if s.subject == "virtual" and r.random() < 0.3:
        bindings(s)  # it tells who is behind, whether a rule names it or not
    return found


def common(s, rule):
    """Keys of every kind, now and then."""
    with swapped(s):
        if s.chance(0.1):
            rule["force"] = s.random.choice(["signal", "house"])
        if s.chance(0.2):
            rule["where"] = generate.expression(s)
        if s.chance(0.15):
            rule["exempt"] = [
                generate.list_id(s, 0.05) if s.chance(0.5) else generate.expression(s)]
        if s.chance(0.15):
            rule["effective"] = generate.effective(s)
        if s.chance(0.3):
            rule.setdefault("clock", generate.clock(s))


class swapped:
    """Lets the functions of generate.py draw from the stream of this module."""

    def __init__(self, s):
        self.s = s

    def __enter__(self):
        self.kept, self.s.random = self.s.random, self.s.more

    def __exit__(self, *_):
        self.s.random = self.kept


def pattern(s, numbers):
    """A number, a prefix or a mask that may be one of the numbers."""
    r = s.more
    for _ in range(20):
        text = r.choice(r.choice(numbers))
        number = oracle.read_number(text, s.region)
        if number.key is None or number.key in row_kinds.KEYPAD or set(number.key) <= {"0", "+"}:
            continue
        kind = r.random()
        if kind < 0.45:
            return text
        with swapped(s):
            if kind < 0.6:
                return generate.mask_of(s, text)
            found = generate.prefix_of(s, text)
        # open: prefixes that a destroyed caller or callee may begin with.
        return found
    return r.choice(r.choice(generate.HOME_NUMBERS[s.region]))


def some_patterns(s, numbers):
    return list(dict.fromkeys(pattern(s, numbers) for _ in range(s.more.randint(1, 3))))


def caller_rule(s, rule):
    r = s.more
    names = r.sample(["present", "forbid", "allow", "inventory"], r.choice([1, 1, 2, 2, 3, 4]))
    if "present" in names:
        rule["present"] = True
    elif len(names) > 1 and r.random() < 0.1:
        rule["present"] = False
    if "inventory" in names:
        rule["inventory"] = [inventory(s) for _ in range(r.choice([1, 1, 2]))]
        rule["inventory"] = list(dict.fromkeys(rule["inventory"]))
    for name in ("forbid", "allow"):
        if name in names:
            rule[name] = some_patterns(s, s.callers)


def rotation_rule(s, rule):
    r = s.more
    rule["per"] = r.choice([["callee"], ["callee"], ["callee"], ["person"], ["agent"], [],
                            ["callee", "campaign"], ["campaign"]])
    rule["max_numbers"] = r.choice([0, 1, 1, 1, 2, 2, 3])
    with swapped(s):
        rule["window"] = generate.window(s)
        if s.chance(0.35):
            rule["count"] = r.choice(["connected", "answered", generate.expression(s)])
        generate.window_clock(s, rule)
    if r.random() < 0.3:  # where it matters whose midnight it is
        rule["window"], rule["clock"] = r.choice(["day", "day", "hour", "2 days"]), "callee"


def place_rule(s, rule):
    r = s.more
    names = ["forbid", "allow", "classes", "regions", "only_regions", "lists", "classes", "regions"]
    if s.region == "CN" or s.subject == "places":
        names += ["areas", "areas", "areas"]
    for name in r.sample(names, r.choice([1, 1, 1, 2, 2, 3])):
        if name in ("forbid", "allow"):
            rule[name] = some_patterns(s, s.callees)
        elif name == "classes":
            rule[name] = r.sample(CLASS_NAMES, r.randint(1, 3))
            if r.random() < 0.4:
                rule[name] = r.choice([["mobile"], ["fixed"], ["mobile", "fixed"], ["emergency"]])
        elif name == "areas":
            rule[name] = r.choice([["CN-54"], ["CN-65"], ["CN-54", "CN-65"]])
        elif name == "lists":
            with swapped(s):
                rule[name] = [generate.list_id(s, 0.03)]
        else:
            rule[name] = places(s)


def places(s):
    """Regions, mostly such as a call may lie in."""
    r = s.more
    found = set()
    for _ in range(r.randint(1, 3)):
        number = oracle.read_number(r.choice(r.choice(s.callees)), s.region)
        inside = [] if number.key is None else sorted(row_kinds.regions_of_number(number))
        inside = [one.replace("-?", "") for one in inside] or PLACES
        one = r.choice(inside if r.random() < 0.7 else PLACES)
        found.add(one.split("-")[0] if r.random() < 0.25 else one)
    return sorted(found)


# ------------------------------------------------------------------ lists


def inventory(s):
    """The id of a list of one's own numbers."""
    r = s.more
    known = [n for n, e in s.lists.items() if isinstance(e, dict) and e["kind"] == "inventory"]
    if known and r.random() < 0.3:
        return r.choice(known)
    name = f"list-{len(s.lists)}"
    if r.random() < 0.03:
        s.lists[name] = {"kind": "inventory"}
        return name
    path = f"lists/{name}.csv"
    s.lists[name] = {"kind": "inventory", "path": path}
    columns = [r.choice(["number", "caller", "did"])] + r.choice([
        [], ["filed_at"], ["filed_at", "expires_at"], ["filed_at", "expires_at"], ["added_at"],
        ["filed_at", "expires_at", "purpose"], ["purpose"],
    ])
    if "purpose" not in s.columns and "purpose" in columns:
        columns.remove("purpose")  # open: a purpose where no input has one
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for n in range(r.randint(1, 6)):
        with swapped(s):
            row = {
                columns[0]: generate.list_number(s, n, caller_of(s)),
                "filed_at": generate.list_time(s, r.choice(s.calls)[0]),
                "expires_at": "" if s.chance(0.4) else generate.list_time(s, r.choice(s.calls)[0]),
                "purpose": "" if s.chance(0.5) else r.choice(generate.PURPOSES),
            }
            row["added_at"] = row["filed_at"]
            if s.chance(0.1):
                row["filed_at"] = r.choice(["", "soon"])
        if row["filed_at"] and r.random() < 0.3:
            row["filed_at"] = exactly(s, call_over(s, [row[columns[0]]], 1))
        if row["expires_at"] and r.random() < 0.5:
            row["expires_at"] = exactly(s, call_over(s, [row[columns[0]]], 1))
        writer.writerow(row)
    s.files[path] = buffer.getvalue()
    return name


def caller_of(s):
    """A number that is shown, which can be read."""
    for _ in range(20):
        text = s.more.choice(s.seen)[1]
        if not oracle.cell(text) or not shows_something(text):
            continue
        if oracle.read_number(text, s.region).key is not None:
            return text
    return s.more.choice(s.more.choice(generate.HOME_NUMBERS[s.region]))


DIRECTION_WORDS = ["both", "A→B", "B→A", "0", "1", "2"]


def bindings(s):
    """The id of a list of bindings, whose rows hold, or nearly, at calls."""
    r = s.more
    if s.binding_lists:  # open: several lists of bindings that say different things
        return s.binding_lists[0]
    name = f"list-{len(s.lists)}"
    s.binding_lists.append(name)
    if r.random() < 0.04:
        s.lists[name] = {"kind": "bindings"}
        return name
    path = f"lists/{name}.csv"
    s.lists[name] = {"kind": "bindings", "path": path}
    columns = ["x", "a", "b"]
    if s.begins or r.random() < 0.9:
        columns.append("from")
    if r.random() < 0.9:
        columns.append("to")
    if r.random() < 0.4:
        columns.append("unbound_at")
    if r.random() < 0.65:
        columns.append("direction")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for _ in range(r.randint(1, 7)):
        writer.writerow(binding_row(s))
    s.files[path] = buffer.getvalue()
    return name


def parties(s, begin, x, a, b):
    """The start, the virtual number and the party of a call over one, and another party."""
    r = s.more
    for _ in range(10):
        start, caller, callee = r.choice(s.seen)
        for number in s.virtual:
            other = callee if caller in number else caller if callee in number else None
            for person in s.people:
                if other in person:
                    others = [p for p in s.people if p is not person]
                    pair = [person, r.choice(others)]
                    r.shuffle(pair)
                    return start, r.choice(number), *pair
    return begin, x, a, b


def exactly(s, at):
    """The very second of a call."""
    return oracle.local(at // 1000 * 1000, oracle.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def call_over(s, spellings, place):
    """The start of a call whose caller or callee is written so."""
    found = [call[0] for call in s.seen if call[place] in spellings]
    return s.more.choice(found) if found else s.more.choice(s.calls)[0]


def binding_row(s):
    r = s.more
    row = some_binding(s)
    for name in ("from", "to", "unbound_at"):
        if row[name] and r.random() < 0.35:  # at the very border
            virtual = next(number for number in s.virtual if row["x"] in number)
            row[name] = exactly(s, call_over(s, virtual, r.choice([1, 2, 2])))
    return row


def some_binding(s):
    r = s.more
    x = r.choice(r.choice(s.virtual))
    a, b = r.sample(s.one_pair or s.people, 2)
    begin = r.choice(s.calls)[0]
    if not s.one_pair and r.random() < 0.6:  # of a call
        begin, x, a, b = parties(s, begin, x, a, b)
    end = begin + r.choice([60, 3600, 4 * 3600, 86400, *s.lengths]) * 1000
    if r.random() < 0.5:  # ends with a call
        end = max(end, r.choice(s.calls)[0])
    with swapped(s):
        return {
            # The reference does not try who a masked caller may be where somebody else may be anybody.
            "x": x, "a": r.choice(a), "b": "" if s.clean and not s.one_pair and s.chance(0.15) else r.choice(b),
            "from": "" if not s.begins and s.chance(0.25) else generate.list_time(s, begin),
            "to": "" if s.chance(0.15) else generate.list_time(s, end),
            "unbound_at": "" if s.chance(0.5) else generate.list_time(s, r.choice([end, begin])),
            "direction": "" if s.chance(0.1) else r.choice(DIRECTION_WORDS),
        }


def binding_rule(s, rule):
    r = s.more
    rule["bindings"] = bindings(s)
    columns = s.files.get(f"lists/{rule['bindings']}.csv", "").partition("\n")[0].split(",")
    if r.random() < 0.6:
        names = ["pair", "time", "direction"]
        if "direction" not in columns and r.random() < 0.9:
            names.pop()
        rule["check"] = sorted(r.sample(names, r.randint(0, len(names))), key=names.index)
    if not s.clean:
        # Who a masked party may be, side by side, the reference does not try: there it judges the pair and the time alone.
        rule["check"] = [name for name in rule.get("check", ["pair", "time"]) if name != "direction"]
        if "pair" in rule["check"]:
            return
        rule["max_pairs"] = r.choice([0, 1, 2])
        return
    if r.random() < 0.4:
        rule["max_life"] = generate.duration(r.choice([60, 3600, 4 * 3600, 86400, *s.lengths]))
    if r.random() < 0.6 or not rule.get("check", True) and "max_life" not in rule:
        rule["max_pairs"] = r.choice([0, 0, 1, 1, 1, 2])
