#!/usr/bin/env python3
"""Compares callaudit with the reference implementation on random scenarios.

    compare.py --callaudit BINARY [--seeds 1-200] [--keep DIR] [--stats] [-v]

For each seed: generate.py makes a scenario, oracle.py and `callaudit audit` judge it,
and the (rule, call_id, verdict) and then the measured values are compared; of rules that
judge groups the key, the start of the window and the limit, too.  The log is
sometimes cut into several files that are given in random order, and the engine
sometimes has one thread or little memory; nothing of that may change a result.
"""

import argparse
import collections
import csv
import datetime as dt
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import generate
import oracle

AS_OF = "2026-11-23"
TOLERANCE = 1e-6
COUNTERS = ["status", "calls_judged", "calls_unknown", "calls_without_key",
            "calls_without_time", "calls_uncovered"]


def cut(folder, r):
    """Cuts log.csv into one to three files; returns their names in random order.

    Each record stays as it is.  Now and then one of the files lacks a column.
    """
    with open(folder / "log.csv", encoding="utf-8", newline="") as file:
        text = file.read()
    if r.random() < 0.5:
        return ["log.csv"]
    ending = "\r\n" if "\r\n" in text else "\n"
    header, *rows = text.split(ending)[:-1]
    parts = [[] for _ in range(r.randint(2, 3))]
    for row in rows:
        r.choice(parts).append(row)
    names = r.sample(["a.csv", "b.csv", "b10.csv", "b9.csv", "Z.csv", "z.csv"], len(parts))
    for n, (name, part) in enumerate(zip(names, parts)):
        lines = [header, *part]
        if n == 0 and "call_id" in header.split(",") and r.random() < 0.2:
            lines = without_column(lines, r)
        with open(folder / name, "w", encoding="utf-8", newline="") as file:
            file.write("".join(line + ending for line in lines))
    (folder / "log.csv").rename(folder / "log.csv.whole")
    r.shuffle(names)
    return names


def without_column(lines, r):
    """The lines without one column that a log may lack."""
    rows = list(csv.reader(lines))
    present = [name for name in ("agent", "campaign", "purpose", "line", "answered_by")
               if name in rows[0]]
    if not present or any(len(row) != len(rows[0]) for row in rows):
        return lines
    at = rows[0].index(r.choice(present))
    found = []
    for row in rows:
        del row[at]
        found.append(",".join(f'"{c}"' if "," in c else c for c in row))
    return found


def run_callaudit(binary, folder, names, scenario, r, stats):
    """Runs the engine in the folder: (rows or None, report or None, what was run)."""
    columns = "rule,call_id,source,line,verdict,measured,limit,key,started_at"
    has_ids = "call_id" in header_of(folder / names[0])
    command = [binary, "audit", *names, "-r", "rules.toml", "-q", "--as-of", AS_OF,
               "-o", "csv=engine.csv", "--columns", columns]
    if stats:
        command += ["-o", "json=engine.json"]
    for name in ("since", "until"):
        if scenario[name]:
            command += [f"--{name}", scenario[name]]
    command += r.choice([[], [], ["--threads", "1"], ["--memory", "32MB"],
                         ["--threads", "1", "--memory", "32MB"]])
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        return None, None, f"{command}\n{error}"
    told = f"{' '.join(command)}\nexit status {done.returncode}\n{done.stderr}"
    output = folder / "engine.csv"
    if done.returncode not in (0, 1, 3) or not output.exists():
        return None, None, told
    with open(output, encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    report = None
    if stats and (folder / "engine.json").exists():
        report = json.loads((folder / "engine.json").read_text(encoding="utf-8"))
    if not rows or rows[0] != tuple(columns.split(",")):
        return None, None, told + f"\nunexpected header: {rows[:1]}"
    found = []
    for rule, call, source, line, verdict, measured, limit, key, start in rows[1:]:
        if not line:  # of a group
            found.append((rule, "", verdict, measured, key, start, limit))
        elif has_ids:
            found.append((rule, call, verdict, measured, limit))
        else:  # the made ids are the engine's own
            found.append((rule, f"{Path(source).name}:{line}", verdict, measured, limit))
    return found, report, told


def header_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def call_name(call):
    """A call as the comparison names it: its id, or file and line where it has none."""
    return f"{Path(call.source).name}:{call.line}" if call.made_id else call.call_id


def differences(violations, rows):
    """What differs, as {rule id: [lines]}."""
    groups = [v for v in violations if isinstance(v, oracle.Finding)]
    found = group_differences(groups, [row for row in rows if row[1] == ""])
    violations = [v for v in violations if not isinstance(v, oracle.Finding)]
    rows = [row for row in rows if row[1] != ""]
    ours = collections.Counter((v.rule, call_name(v.call), v.verdict) for v in violations)
    theirs = collections.Counter(row[:3] for row in rows)
    for (rule, call, verdict), n in sorted((ours - theirs).items()):
        found[rule].append((call, f"oracle only:    {verdict} {call}" + times(n)))
    for (rule, call, verdict), n in sorted((theirs - ours).items()):
        found[rule].append((call, f"callaudit only: {verdict} {call}" + times(n)))
    if found:
        return found

    measured = collections.defaultdict(list)
    for row in rows:
        measured[row[:3]].append(row[3])
    expected = collections.defaultdict(list)
    for v in violations:
        # What the hours and lists measure is not defined.
        if v.measured is not None:
            expected[v.rule, call_name(v.call), v.verdict].append(v.choices)
    for name, choices in sorted(expected.items()):
        if not same_values(choices, measured[name]):
            texts = ["|".join(map(oracle.number_text, values)) for values in choices]
            found[name[0]].append(
                (name[1], f"measured of {name[1]}: oracle {texts}, callaudit {measured[name]}")
            )
    for name, lines in said_differences(violations, rows).items():
        found[name] += lines
    limits = {v.rule: oracle.number_text(v.limit) for v in violations if v.limit is not None}
    for rule, _, _, _, limit in rows:
        if rule in limits and float(limit) != float(limits[rule]):
            found[rule].append(("", f"limit: oracle {limits[rule]}, callaudit {limit}"))
            del limits[rule]
    return found


def said_differences(violations, rows):
    """Of kinds with several checks: whether measured and limit are those of the check that
    is reported (under one of the readings of the start), as {rule id: [lines]}."""
    found = collections.defaultdict(list)
    cells = collections.defaultdict(list)
    for row in rows:
        cells[row[:3]].append(row[3:5])
    for v in violations:
        if not v.said:
            continue
        name = (v.rule, call_name(v.call), v.verdict)
        if not any(
            same_measure(measured, one.measured) and same_measure(limit, one.limit)
            for one in v.said for measured, limit in cells[name]
        ):
            found[v.rule].append((name[1], f"check of {name[1]}: oracle {v.said}, callaudit {cells[name]}"))
    return found


def same_measure(cell, value):
    """Whether a cell says what was measured; empty where nothing can be."""
    if value is None or cell == "":
        return value is None and cell == ""
    return abs(float(cell) - value) <= TOLERANCE


def group_differences(findings, rows):
    """What differs in the findings of rules that judge groups, as {rule id: [lines]}."""
    found = collections.defaultdict(list)
    left = list(rows)
    for f in findings:
        for row in left:
            rule, _, verdict, measured, key, start, limit = row
            if (rule, verdict, key, instant(start)) == (f.rule, f.verdict, f.key, f.start) \
                    and same_measure(measured, f.measured) \
                    and same_measure(limit, f.limit):
                left.remove(row)
                break
        else:
            start = oracle.timestamp(f.start).isoformat() + "Z"
            told = f"{f.verdict} {start} {f.key} measured {f.measured and float(f.measured)} limit {f.limit and float(f.limit)}"
            found[f.rule].append(("", "oracle only:    " + told))
    for rule, _, verdict, measured, key, start, limit in left:
        told = f"{verdict} {start} {key} measured {measured} limit {limit}"
        found[rule].append(("", "callaudit only: " + told))
    return found


def instant(text):
    """RFC 3339 in ms."""
    return (dt.datetime.fromisoformat(text) - oracle.EPOCH) // oracle.MS


def times(n):
    return f" ({n} times)" if n > 1 else ""


def same_values(choices, texts):
    """Whether the values can be paired (calls that share an id have several)."""
    left = list(texts)
    for values in sorted(choices, key=len):
        for text in left:
            try:
                number = float(text)
            except ValueError:
                continue
            if any(abs(number - value) <= TOLERANCE for value in values):
                left.remove(text)
                break
        else:
            return False
    return True


def statistics_differences(statistics, report):
    """Differences in the counters of the evaluations, as {rule id: [lines]}."""
    found = collections.defaultdict(list)
    theirs = {rule["id"]: rule for rule in report["rules"]}
    for name, ours in statistics.items():
        other = theirs.get(name, {})
        compared = COUNTERS if ours["status"] == "evaluated" else ["status"]
        told = other.get("notes", [])
        notes = {
            match[2]: int(match[1]) for match in
            (re.fullmatch(r"(\d+) calls are not judged: exempt by (exempt-\d+)", n) for n in told)
            if match and match[1] != "0"  # differs: of a duplicate that is not the call
        }
        if ours["status"] == "evaluated" and notes != ours["exempted"]:
            found[name].append(("", f"exempt: oracle {ours['exempted']}, callaudit {notes}"))
        for counter in compared:
            if other.get(counter) != ours[counter]:
                found[name].append(
                    ("", f"{counter}: oracle {ours[counter]}, callaudit {other.get(counter)}")
                )
    return found


def tell_what_fired(told, violations, statistics, rulesets):
    """Adds to {what: counter} how often each kind, and each check of it, was what."""
    kinds = {rule.id: rule.kind for rule in rulesets}
    for name, counters in statistics.items():
        row = told[kinds[name]]
        row["rules"] += 1
        row[counters["status"]] += 1
        row["judged"] += counters["calls_judged"]
        row["without key"] += counters["calls_without_key"]
    for v in violations:
        told[kinds[v.rule]][v.verdict] += 1
        for check in {one.check for one in getattr(v, "said", ())}:
            told[f"{kinds[v.rule]} {check}"][v.verdict] += 1


def explain(folder, names, found):
    """Prints the differences with the rules and the rows of the calls."""
    blocks = (folder / "rules.toml").read_text(encoding="utf-8").split("\n[[")
    logs = {}
    for name in names:
        with open(folder / name, encoding="utf-8", newline="") as file:
            logs[name] = re.split(r"\r\n|\n", file.read())
    for rule, lines in found.items():
        for block in blocks:
            if f'id = "{rule}"' in block.splitlines():
                print("  [[" + block.strip().replace("\n", "\n  "))
        for call, line in lines[:12]:
            print(f"    {line}")
            for name, rows in logs.items():
                for number, row in enumerate(rows, start=1):
                    if call and (call == f"{name}:{number}" or call in row.split(",")):
                        print(f"      {name}:{number}: {row}")
        if len(lines) > 12:
            print(f"    … and {len(lines) - 12} more")


def check(seed, options, folder):
    """One seed; returns whether both agree."""
    r = random.Random(f"compare {seed}")
    scenario = generate.make(seed, folder)
    names = cut(folder, r)
    violations, statistics = oracle.audit(
        [folder / name for name in names], folder / "rules.toml",
        scenario["since"], scenario["until"], AS_OF,
    )
    binary = str(Path(options.callaudit).resolve())
    rows, report, told = run_callaudit(binary, folder, names, scenario, r, options.stats)
    if rows is None:
        print(f"seed {seed}: callaudit failed\n  " + told.strip().replace("\n", "\n  "))
        return False
    if options.stats:
        rules = oracle.Ruleset(folder / "rules.toml").rules
        tell_what_fired(options.told, violations, statistics, rules)
    found = differences(violations, rows)
    if not found and options.stats:
        if report is None:
            found = {"": [("", "callaudit wrote no json report")]}
        else:
            found = statistics_differences(statistics, report)
    if found:
        print(f"seed {seed}: different\n  " + told.strip().replace("\n", "\n  "))
        explain(folder, names, found)
        return False
    if options.verbose:
        print(f"seed {seed}: same")
    return True


def seeds(text):
    """`7`, `1-200` or `3,9,20-30` as numbers."""
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--callaudit", required=True, metavar="BINARY")
    parser.add_argument("--seeds", type=seeds, default=seeds("1-200"), metavar="1-200")
    parser.add_argument("--keep", type=Path, metavar="DIR",
                        help="where the folders of failed seeds stay (default: a new one)")
    parser.add_argument("--stats", action="store_true",
                        help="compare the counters of the evaluations, too, and tell how often\
                        each kind found what")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()

    passed = failed = 0
    options.told = collections.defaultdict(collections.Counter)
    keep = options.keep
    for seed in options.seeds:
        if keep is None:
            keep = Path(tempfile.mkdtemp(prefix="callaudit-oracle-"))
        folder = keep / f"seed-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if check(seed, options, folder):
            passed += 1
            shutil.rmtree(folder)
        else:
            failed += 1
            print(f"  kept: {folder}", flush=True)
    if options.keep is None and keep is not None and not failed:
        keep.rmdir()
    names = ["rules", "evaluated", "not_evaluable", "not_in_force", "judged", "without key",
             "violation", "possible"]
    for kind, row in sorted(options.told.items()):
        print(f"{kind:24}", *(f"{row[name]} {name}," for name in names if row[name]))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
