"""What the scripts that write data files share: pinned packages, and --check."""

import argparse
import difflib
import re
import sys
from importlib.metadata import version


def pins(doc):
    """The packages and versions that a script's documentation names, such as phonenumbers==9.0.43."""
    return dict(re.findall(r"([\w-]+)==([\w.]+)", doc))


def run(doc, files):
    """Writes files; with --check writes nothing and exits with 1 and a diff if one differs. `files`: pairs of a path and what gives its text.

    Other versions of the packages than those in `doc` are refused with status 2.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 with a diff if a file differs")
    args = parser.parse_args()
    for name, pin in pins(doc).items():
        if version(name) != pin:
            parser.error(f"{name} {version(name)} is installed, {pin} is pinned")
    sys.stdout.reconfigure(encoding="utf-8")
    differs = False
    for target, build in files:
        new = build()
        if not args.check:
            target.write_bytes(new.encode())
            continue
        old = target.read_bytes().decode() if target.exists() else ""
        if old != new:
            differs = True
            lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(*lines, f"{target.name} on disk", "would be written"))
    sys.exit(differs)
