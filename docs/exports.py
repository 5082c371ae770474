#!/usr/bin/env python3
"""Prints, as Markdown, what `callaudit inspect` says of every file of a folder of exports.

usage: exports.py FOLDER [--callaudit BINARY] [--write docs/formats.md]

With --write the table replaces what stands between the marks <!-- exports --> and <!-- /exports --> of that page.
"""

import argparse
import json
import pathlib
import subprocess

p = argparse.ArgumentParser()
p.add_argument("folder", type=pathlib.Path)
p.add_argument("--callaudit", default="target/debug/callaudit")
p.add_argument("--write", type=pathlib.Path)
a = p.parse_args()

lines = ["| file | layout | read | accepted | rejected | folded | duplicate | no call | clock |", "|---|---|---|---|---|---|---|---|---|"]
for file in sorted(f for f in a.folder.rglob("*") if f.is_file() and f.name != "SOURCES.md"):
    name = str(file.relative_to(a.folder))
    run = subprocess.run([a.callaudit, "inspect", str(file), "-o", "json", "-q", "--lang", "en"], capture_output=True, text=True)
    cell = lambda text: " ".join(str(text).replace("|", "\\|").split())
    if not run.stdout:
        said = next((l for l in run.stderr.splitlines() if l.strip()), "").removeprefix("error: ").replace(f"{file}: ", "")
        lines.append(f"| {name} | *stops:* {cell(said.split('. ')[0])} | | | | | | | |")
        continue
    for i in json.loads(run.stdout)["inputs"]:
        member = i["path"].removeprefix(str(a.folder) + "/")
        if i["profile"] is None:
            lines.append(f"| {member} | *refused:* {cell(i['error'].split('. Its first')[0])} | | | | | | | |")
            continue
        if i["clock"] is None:
            lines.append(f"| {member} | {i['profile']}, *asks:* {cell(i['error'])} | | | | | | | |")
            continue
        r, clock = i["rows"], i["clock"]
        container = f" ({i['container']})" if i.get("container") else ""
        zone = f"{clock['zone']}: {clock['evidence']}" if clock else ""
        counts = " | ".join(str(r[k]) for k in ("read", "accepted", "rejected", "folded", "duplicate", "no_call"))
        lines.append(f"| {member} | {i['profile']}{container} | {counts} | {cell(zone)} |")
table = "\n".join(lines) + "\n"
if a.write:
    text = a.write.read_text(encoding="utf-8")
    head, rest = text.split("<!-- exports -->\n", 1)
    a.write.write_text(head + "<!-- exports -->\n" + table + "<!-- /exports -->" + rest.split("<!-- /exports -->", 1)[1], encoding="utf-8")
else:
    print(table, end="")
