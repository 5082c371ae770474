#!/usr/bin/env bash
# Audits real exports, where they are at hand beside this repository: none may stop the program, and every row must be accounted for.
set -euo pipefail
cd "$(dirname "$0")/.."
samples="../shared/samples"
if [ ! -d "$samples" ]; then
    echo "skipped: there are no sample exports beside this repository"
    exit 0
fi
samples="$(cd "$samples" && pwd)"
bin="${CALLAUDIT:-${CARGO_TARGET_DIR:-target}/debug/callaudit}"
bin="$(cd "$(dirname "$bin")" && pwd)/$(basename "$bin")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat > "$work/rules.toml" <<'RULES'
[ruleset]
id = "samples"
timezone = "UTC"
region = "US"

[[rule]]
id = "hours"
kind = "quiet_hours"
severity = "high"
force = "house"
allow = { mon-fri = ["09:00-18:00"], sat = [], sun = [] }

[[rule]]
id = "repeat"
kind = "repeat_dial"
severity = "high"
force = "house"
per = ["callee"]
max = 3
window = "24h"
required = false

[[rule]]
id = "hourly"
kind = "call_cap"
severity = "low"
force = "house"
per = ["caller"]
max = 20
window = "hour"
required = false
RULES

failed=0
for sample in asterisk/master_newcdrcolumns_21col_headerless.csv telecaller_india/call_logs.csv twilio/calls_table_5000.csv; do
    if [ ! -f "$samples/$sample" ]; then
        echo "skipped: $sample is not there"
        continue
    fi
    status=0
    "$bin" audit "$samples/$sample" -r "$work/rules.toml" --as-of 2026-11-24 -o json --color never > "$work/report.json" 2> "$work/stderr" || status=$?
    problem=""
    case "$status" in 0 | 1 | 3) ;; *) problem="exit status $status" ;; esac
    if grep -qi "panicked at" "$work/stderr"; then problem="$problem panic"; fi
    if [ -z "$problem" ] && ! python3 - "$work/report.json" > "$work/rows" 2>&1 <<'PY'
import json, sys
parts = ["accepted", "rejected", "duplicate", "folded", "no_call", "out_of_period"]
rows = [i["rows"] for i in json.load(open(sys.argv[1], encoding="utf-8"))["inputs"]]
assert rows, "no input in the report"
for r in rows:
    assert r["read"] == sum(r[p] for p in parts), r
    assert r["read"] > 0, "no row was read"
    print(r["read"], "rows:", ", ".join(f"{r[p]} {p}" for p in parts if r[p]))
PY
    then problem="rows do not add up"; fi
    if [ -n "$problem" ]; then
        echo "$sample: $problem" >&2
        cat "$work/stderr" "$work/rows" >&2 2>/dev/null || true
        failed=1
    else
        echo "$sample ok (exit status $status; $(tr '\n' ' ' < "$work/rows"))"
    fi
done
exit "$failed"
