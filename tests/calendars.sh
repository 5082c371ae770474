#!/usr/bin/env bash
# The calendars that ship with the program must be what their script writes: skipped where Python or the package is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
if ! command -v "$python" > /dev/null; then
    echo "skipped: there is no $python"
    exit 0
fi
pin="$(sed -n 's/^ *pip install holidays==//p' src/calls/data/make_calendars.py)"
if ! "$python" -c "import sys; from importlib.metadata import version; sys.exit(version('holidays') != '$pin')" 2> /dev/null; then
    echo "skipped: $python has no package holidays $pin (PYTHON names another interpreter, such as that of a virtual environment)"
    exit 0
fi
"$python" src/calls/data/make_calendars.py --check
