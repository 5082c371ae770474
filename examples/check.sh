#!/usr/bin/env bash
# Runs each example's command and compares what it prints with the stored reports; --renew rewrites them.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${CALLAUDIT:-${CARGO_TARGET_DIR:-target}/debug/callaudit}"
renew=false
[ "${1:-}" = "--renew" ] && renew=true
export COLUMNS=100 LC_ALL=C.UTF-8
unset NO_COLOR CLICOLOR CLICOLOR_FORCE LANGUAGE
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
failed=0

for folder in examples/*/; do
    folder="${folder%/}"
    [ -f "$folder/command" ] || continue
    read -r -a arguments < "$folder/command"
    expected="$(cat "$folder/status" 2>/dev/null || echo 0)"
    # Every form, and those that people read in both languages.
    for report in report.txt report.zh.txt report.html report.zh.html report.md report.zh.md report.json report.csv report.excel.csv report.ndjson \
        report.parquet report.xlsx report.zh.xlsx report.sarif report.junit.xml report.github.txt; do
        case "$report" in
            report.txt) options=(-o table --lang en) ;;
            report.zh.txt) options=(-o table --lang zh) ;;
            report.html) options=(-o html --lang en) ;;
            report.zh.html) options=(-o html --lang zh) ;;
            report.json) options=(-o json --lang en) ;;
            report.csv) options=(-o csv --lang en) ;;
            report.excel.csv) options=(-o csv-excel --lang en) ;;
            report.md) options=(-o markdown --lang en) ;;
            report.zh.md) options=(-o markdown --lang zh) ;;
            report.zh.xlsx) options=(-o xlsx --lang zh) ;;
            report.junit.xml) options=(-o junit --lang en) ;;
            report.github.txt) options=(-o github --lang en) ;;
            *) options=(-o "${report#report.}" --lang en) ;;
        esac
        status=0
        "$bin" "${arguments[@]}" "${options[@]}" --color never -q > "$scratch/$report" 2> "$scratch/stderr" || status=$?
        if [ "$status" != "$expected" ]; then
            echo "$folder ($report): exit status $status, expected $expected" >&2
            cat "$scratch/stderr" >&2
            failed=1
        elif $renew; then
            cp "$scratch/$report" "$folder/$report"
            echo "$folder/$report renewed"
        elif cmp -s "$folder/$report" "$scratch/$report"; then
            echo "$folder/$report ok"
        else
            diff -u "$folder/$report" "$scratch/$report" | head -n 60 >&2 || true
            failed=1
        fi
    done
done
exit "$failed"
