"""Checks the JSON Schema of rulesets with a validator that is not ours.

usage: callaudit rules schema | python3 tests/schema.py FOLDER...

The schema must be one of draft 2020-12, and every ruleset in the folders must be as it says, except those that are wrong on purpose.
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


def main():
    schema = json.load(sys.stdin)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = bad = 0
    for folder in sys.argv[1:]:
        for path in sorted(Path(folder).rglob("*.toml")):
            # Rulesets with mistakes on purpose end with status 2, and say so in the file `status` beside them.
            status = path.with_name("status")
            if path.name.endswith(".test.toml") or (status.exists() and status.read_text().strip() == "2"):
                continue
            try:
                ruleset = plain(tomllib.loads(path.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                continue
            if "ruleset" not in ruleset:
                continue
            errors = sorted(validator.iter_errors(ruleset), key=lambda e: str(e.path))
            for error in errors:
                print(f"{path}: {error.json_path}: {error.message[:300]}")
            good += not errors
            bad += bool(errors)
    print(f"{good} rulesets are as the schema says, {bad} are not")
    sys.exit(1 if bad or not good else 0)


main()
