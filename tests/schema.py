"""Checks the JSON Schemas of rulesets and of reports with a validator that is not ours.

usage: callaudit rules schema | python3 tests/schema.py FOLDER...
       callaudit render --schema | python3 tests/schema.py --reports FOLDER...

The schema must be one of draft 2020-12, and every ruleset or report in the folders must be as it says, except those that are wrong on purpose.
"""

import datetime
import json
import sys
import tomllib
from pathlib import Path

from jsonschema import Draft202012Validator


def plain(value):
    """Dates as the text that JSON has for them."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def rulesets(folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.toml")):
            if path.name.endswith(".test.toml"):
                continue
            try:
                ruleset = plain(tomllib.loads(path.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                continue
            if "ruleset" in ruleset:
                yield path, ruleset


def reports(folders):
    for folder in folders:
        for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
            try:
                report = json.loads(path.read_text(encoding="utf-8"))
            except (json.JSONDecodeError, UnicodeDecodeError):
                continue
            if isinstance(report, dict) and str(report.get("schema")).startswith("callaudit.report/"):
                yield path, report


def main():
    schema = json.load(sys.stdin)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    of_reports = sys.argv[1] == "--reports"
    found = reports(sys.argv[2:]) if of_reports else rulesets(sys.argv[1:])
    good = bad = 0
    for path, value in found:
        # What is wrong on purpose ends with status 2, and says so in the file `status` beside it.
        status = path.with_name("status")
        if status.exists() and status.read_text().strip() == "2":
            continue
        errors = sorted(validator.iter_errors(value), key=lambda e: str(e.path))
        for error in errors:
            print(f"{path}: {error.json_path}: {error.message[:300]}")
        good += not errors
        bad += bool(errors)
    print(f"{good} {'reports' if of_reports else 'rulesets'} are as the schema says, {bad} are not")
    sys.exit(1 if bad or not good else 0)


main()
