#!/usr/bin/env python3
"""Writes the seed corpus of a fuzz target: the project's own fixtures, cut short, and a few small files made here. Usage: seeds.py TARGET FOLDER"""

import csv
import hashlib
import io
import json
import pathlib
import random
import re
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMATS = sorted((ROOT / "tests/formats").glob("*.csv"))
CASES = ROOT / "tests/cases"
SHORT = 2500


def cut(data: bytes) -> bytes:
    """The first lines."""
    if len(data) <= SHORT:
        return data
    end = data.rfind(b"\n", 0, SHORT)
    return data[: end + 1 if end > 0 else SHORT]


def tables():
    """Exports as header and rows."""
    for path in FORMATS:
        try:
            rows = list(csv.reader(io.StringIO(cut(path.read_bytes()).decode())))
        except UnicodeDecodeError:
            continue
        rows = [r for r in rows if len(r) > 3][:6]
        if len(rows) > 1:
            yield rows[0], rows[1:]


def seeds_csv():
    files = FORMATS + sorted(CASES.glob("*/*.csv")) + sorted(CASES.glob("*/*.log")) + sorted(CASES.glob("*/*.txt"))
    dice = random.Random(1)
    for path in files:
        data = cut(path.read_bytes())
        yield data + b" " * 32
        # With choices: a named layout or a profile made up, an encoding, how it is cut.
        yield data + bytes(dice.randrange(32, 127) for _ in range(32))


def seeds_json():
    for path in sorted(CASES.glob("*/*.json")) + sorted(CASES.glob("*/*.jsonl")):
        yield cut(path.read_bytes()) + b" " * 8
    for n, (header, rows) in enumerate(tables()):
        records = [dict(zip(header, row)) for row in rows]
        made = [
            json.dumps(records, ensure_ascii=n % 4 == 0),
            "\n".join(json.dumps(r, ensure_ascii=False) for r in records) + "\n",
            json.dumps({"total": len(records), "data": {"list": records}}, ensure_ascii=False),
            "\n".join(json.dumps({"call": {k: {"v": v, "n": None} for k, v in r.items()}, "on": True, "n": 1.5e3}) for r in records[:2]),
        ][n % 4]
        yield made.encode()[:SHORT] + b" " * 8


def column(n: int) -> str:
    return chr(65 + n) if n < 26 else chr(64 + n // 26) + chr(65 + n % 26)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def sheet(header, rows, shared=None) -> str:
    out = []
    for y, row in enumerate([header, *rows], 1):
        cells = []
        for x, cell in enumerate(row):
            place = f"{column(x)}{y}"
            if y > 1 and re.fullmatch(r"\d{1,9}(\.\d+)?", cell):
                cells.append(f'<c r="{place}"><v>{cell}</v></c>')
            elif y > 1 and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", cell):
                cells.append(f'<c r="{place}" s="1"><v>46344.395833</v></c>')
            elif shared is not None:
                cells.append(f'<c r="{place}" t="s"><v>{len(shared)}</v></c>')
                shared.append(cell)
            else:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escaped(cell)}</t></is></c>')
        out.append(f'<row r="{y}">{"".join(cells)}</row>')
    return f'<worksheet><sheetData>{"".join(out)}</sheetData></worksheet>'


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff(header, rows) -> bytes:
    """The stream of an .xls: globals with one sheet and its texts, then the sheet."""
    texts = sorted({c for row in [header, *rows] for c in row})
    sst = struct.pack("<II", len(texts), len(texts)) + b"".join(struct.pack("<HB", len(t), 1) + t.encode("utf-16le") for t in texts)
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    xf = record(0xE0, struct.pack("<HH", 0, 0) + b"\0" * 16) + record(0xE0, struct.pack("<HH", 0, 22) + b"\0" * 16)
    name = record(0x85, struct.pack("<IBBBB", 0, 0, 0, 5, 0) + b"calls")
    rest = xf + record(0xFC, sst[:8000]) + record(0x0A, b"")
    name = record(0x85, struct.pack("<IBBBB", len(begin) + len(name) + len(rest), 0, 0, 5, 0) + b"calls")
    cells = b""
    for y, row in enumerate([header, *rows]):
        for x, cell in enumerate(row):
            if y and re.fullmatch(r"\d{1,9}(\.\d+)?", cell):
                cells += record(0x203, struct.pack("<HHHd", y, x, 0, float(cell)))
            elif y and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", cell):
                cells += record(0x203, struct.pack("<HHHd", y, x, 1, 46344.395833))
            elif y % 2:
                cells += record(0x27E, struct.pack("<HHHI", y, x, 0, 40 << 2 | 2))
            else:
                cells += record(0xFD, struct.pack("<HHHI", y, x, 0, texts.index(cell)))
    size = record(0x200, struct.pack("<IIHHH", 0, len(rows) + 1, 0, len(header), 0))
    return begin + name + rest + record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + size + cells + record(0x0A, b"")


def seeds_sheets():
    for n, (header, rows) in enumerate(tables()):
        header, rows = header[:12], [r[:12] for r in rows[:3]]
        if n % 3 == 0:
            yield sheet(header, rows).encode() + b" " * 8
        elif n % 3 == 1:
            shared = []
            made = sheet(header, rows, shared)
            texts = "<sst>" + "".join(f"<si><t>{escaped(t)}</t></si>" for t in shared) + "</sst>"
            yield f"{made}\n%%\n{texts}".encode() + b" " * 8
        else:
            yield biff(header, rows[:2]) + b"      \"     "[:6] + b'" '


def seeds_html():
    for path in sorted(CASES.glob("*/*.xls")) + sorted(CASES.glob("*/*.htm*")):
        yield cut(path.read_bytes()) + b" " * 8
    for n, (header, rows) in enumerate(tables()):
        cell = ("th", "td", "TD nowrap", 'td style="x"')[n % 4]
        lines = ["".join(f"<{cell}>{escaped(c)}</{cell.split()[0]}>" for c in row) for row in [header[:12], *(r[:12] for r in rows[:3])]]
        yield ("<html><table>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table></html>").encode() + b" " * 8


def seeds_sql():
    for path in sorted(CASES.glob("*/*.sql")):
        yield cut(path.read_bytes()) + b" " * 8
    for n, (header, rows) in enumerate(tables()):
        header, rows = header[:12], [r[:12] for r in rows[:4]]
        quoted = lambda c: "NULL" if c == "" else c if re.fullmatch(r"\d{1,8}", c) else "'" + c.replace("'", "''") + "'"
        names = ", ".join(f"`{h}`" for h in header)
        values = ["(" + ",".join(quoted(c) for c in r) + ")" for r in rows]
        table = "CREATE TABLE `cdr` (\n" + ",\n".join(f"  `{h}` varchar(80) DEFAULT NULL" for h in header) + ",\n  KEY `x` (`y`)\n) ENGINE=InnoDB;\n"
        made = [
            table + "INSERT INTO `cdr` VALUES " + ",".join(values) + ";\n",
            f"-- dump\nINSERT INTO cdr ({names}) VALUES\n" + ",\n".join(values) + ";\n",
            "".join(f"INSERT INTO `cdr` ({names}) VALUES {v};\n" for v in values),
            "COPY public.cdr (" + ", ".join(f'"{h}"' for h in header) + ") FROM stdin;\n" + "".join("\t".join(c or "\\N" for c in r) + "\n" for r in rows) + "\\.\n",
        ][n % 4]
        yield made.encode()[:SHORT] + b" " * 8


def seeds_lists():
    for folder in sorted(CASES.glob("list-*")) + sorted(CASES.glob("dnc-*")) + sorted(CASES.glob("aliases*")):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".csv", ".txt") and path.name != "calls.csv":
                yield cut(path.read_bytes()) + b" " * 8
    numbers = ["13812345678", "+8613800000001", "138****5678", "1381234*", "95588", "2125550123", "/* note */", "# 13812345678", "13812345678 refused 2026-10-01"]
    yield "\n".join(numbers).encode() + b" " * 8
    yield b"number,added_at,expires_at,scope\n13812345678,2026-10-01,2027-01-01,marketing\n139*,01/02/2026,,\n" + b" " * 8
    yield b"areacode,local\n212,5550123\n213,5550199\n" + b" " * 8
    for n, digest in enumerate((hashlib.md5, hashlib.sha1, hashlib.sha256)):
        yield "\n".join(digest(x.encode()).hexdigest() for x in numbers[:3]).encode() + b"      " + bytes([32 + 3 + n]) + b" "


def rulesets():
    for path in sorted(CASES.glob("*/rules.toml")) + sorted((ROOT / "examples").glob("*/rules.toml")):
        yield path.read_text()


def seeds_rulesets():
    for text in rulesets():
        if not re.search(r"[/\\~]", text):
            yield text.encode()[:SHORT]


def seeds_expressions():
    source = "\n".join(rulesets()) + (ROOT / "docs/ruleset.md").read_text() + (ROOT / "src/ruleset/sql.rs").read_text()
    found = set(re.findall(r'(?:where|count|exempt) = (?:\["|")([^"\n]+)"', source)) | set(re.findall(r'"([^"\n\\]*(?: = | > |IN \(|LIKE|CASE|BETWEEN)[^"\n\\]*)"', source))
    yield from (e.encode() for e in sorted(found) if len(e) < 300)


def strings(path: str):
    return (s.encode().decode("unicode_escape").encode("latin-1", "ignore").decode("utf-8", "ignore") if "\\" in s else s for s in re.findall(r'"((?:[^"\\\n]|\\.)*)"', (ROOT / path).read_text()))


def seeds_timestamps():
    yield from (s.encode() for s in sorted(set(strings("src/calls/timestamps.rs"))) if any(c.isdigit() for c in s))
    yield from (s.encode() for s in ("+08:00", "-5.00", "+0530", "2026-10-01", "Asia/Shanghai", "UTC+8"))


def seeds_numbers():
    yield from (s.encode() for s in sorted(set(strings("src/calls/numbers.rs"))) if 0 < len(s) < 60)


target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for seed in globals()[f"seeds_{target}"]():
    (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
