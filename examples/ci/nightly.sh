#!/bin/sh
# Audits yesterday's calls, and fails only for what is new since the last report.
#
#   LOGS=/var/spool/dialler RULES=/etc/callaudit/rules.toml REPORTS=/var/lib/callaudit examples/ci/nightly.sh
#
# LOGS holds a dump for each day, with the date in its name: calls-2026-11-23.csv.gz. Rules look back from a call (a week, a month), so the dumps of
# DAYS earlier days are read as well; only yesterday's calls are judged. A violation of yesterday is new, whatever was found on other days: SINCE=-7d
# judges a week each night, tells those of earlier nights as unchanged, and fails for what came since. Run it in the time zone of the ruleset, after the dump is complete.
#
# Exit status: 0 nothing new; 1 new or grown findings, or a suppression that has expired; 2 a mistake; 3 the audit is incomplete, or there is no dump.
set -eu

: "${CALLAUDIT:=callaudit}" "${LOGS:=logs}" "${RULES:=callaudit.toml}" "${REPORTS:=reports}"
: "${SUPPRESSIONS:=suppressions.toml}"
: "${DAYS:=31}"                      # at least the longest window of the rules; a report says where the log is too short
: "${TODAY:=$(date +%F)}"

day() { date -d "$TODAY - $1 days" +%F; } # GNU date

mkdir -p "$REPORTS"
set --
n=$DAYS
while [ "$n" -ge 1 ]; do
    for file in "$LOGS"/*"$(day "$n")"*; do
        [ -e "$file" ] && set -- "$@" "$file"
    done
    n=$((n - 1))
done
found=false
for file in "$LOGS"/*"$(day 1)"*; do
    if [ -e "$file" ]; then found=true; fi
done
if ! $found; then
    echo "no dump of $(day 1) in $LOGS" >&2
    exit 3
fi

# The newest report of an earlier day: running the same day again gives the same answer.
baseline=
for report in "$REPORTS"/report-*.json; do
    if [ -e "$report" ] && [ "$(basename "$report")" != "report-$TODAY.json" ] &&
        [ "$(printf '%s\n' "report-$TODAY.json" "$(basename "$report")" | sort | head -n 1)" != "report-$TODAY.json" ]; then
        baseline=$report
    fi
done
if [ -n "$baseline" ]; then set -- "$@" --baseline "$baseline" --fail-on-new; fi
if [ -e "$SUPPRESSIONS" ]; then set -- "$@" --suppressions "$SUPPRESSIONS"; fi

exec "$CALLAUDIT" audit "$@" -r "$RULES" --since "${SINCE:-yesterday}" --as-of "$TODAY" \
    -o table \
    -o json="$REPORTS/report-$TODAY.json" \
    -o html="$REPORTS/report-$TODAY.html" \
    -o junit="$REPORTS/junit.xml" \
    -o sarif="$REPORTS/callaudit.sarif" \
    --run-record "$REPORTS/runs.jsonl"
