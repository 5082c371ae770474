"""Looks at reports with readers that are not ours.

usage: python3 tests/reports.py FOLDER

Every .xlsx of the folder must open in openpyxl with its sheets, none of its cells computing; every .xml must be JUnit XML whose counts are right; every
.ndjson must have one object with the columns of the .csv of the same name on each line; every .parquet is read where there is a reader.
"""

import csv
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import openpyxl

try:
    import duckdb
except ImportError:
    duckdb = None


def workbook(path, rows):
    book = openpyxl.load_workbook(path)
    # A sheet of what violations may cost stands between, where there is anything to say of it.
    assert len(book.sheetnames) in (5, 6), f"{path}: {book.sheetnames}"
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{path}: {sheet.title}!{cell.coordinate} computes"
    violations = book.worksheets[2]
    assert violations.max_row == rows + 1, f"{path}: {violations.max_row} rows, expected {rows + 1}"
    assert violations.freeze_panes == "A2" and (violations.auto_filter.ref or rows == 0), path


def junit(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites", path
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases), path
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute)) == sum(case.find(tag) is not None for case in cases), f"{path}: {attribute}"


def main():
    seen = 0
    for table in sorted(Path(sys.argv[1]).glob("*.csv")):
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        lines = [json.loads(line) for line in table.with_suffix(".ndjson").read_text(encoding="utf-8").splitlines()]
        assert len(lines) == len(rows) and all(list(a) == list(b) for a, b in zip(lines, rows)), table
        workbook(table.with_suffix(".xlsx"), len(rows))
        junit(table.with_suffix(".xml"))
        if duckdb:
            count = duckdb.sql(f"select count(*) from '{table.with_suffix('.parquet')}'").fetchall()[0][0]
            assert count == len(rows), f"{table}: {count} rows of Parquet"
        seen += 1
    assert seen, "no reports"
    print(f"{seen} audits: ndjson, xlsx, junit{' and parquet' if duckdb else ''} are as they should be")


main()
