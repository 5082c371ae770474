#!/usr/bin/env bash
# Instructions that audits of a small generated log take, compared with those that are stored: unlike seconds they hardly depend on the machine.
#   benches/counts.sh            fails where a count is more than 4 % above the stored one
#   benches/counts.sh --renew    stores them anew (benches/counts.txt)
# CALLAUDIT names the program (default: the dev build, which CI has); it needs valgrind and awk.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
program="${CALLAUDIT:-$here/../target/debug/callaudit}"
command -v valgrind > /dev/null || { echo "skipped: there is no valgrind here"; exit 0; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
# A dialler's day: 400 callees are dialled again and again, the others once. Numbers stay below 2^53, so that every awk writes the same.
awk 'BEGIN {
    print "call_id,direction,caller,callee,agent,campaign,start_time,talk_s,disposition"
    x = 7
    for (i = 0; i < 50000; i++) {
        x = (x * 1103515 + 12345) % 2147483648
        callee = x % 5 ? 13000000000 + x % 999999937 : 13900000000 + x % 400
        t = 28800 + int(i * 0.84)
        printf "c%06d,outbound,0755%08d,%.0f,A%03d,camp-%d,2026-10-%02d %02d:%02d:%02d,%d,%s\n", i, 12340000 + x % 50, callee, x % 90, x % 12, 12 + i % 3, int(t / 3600), int(t / 60) % 60, t % 60, x % 4 ? 0 : x % 300, x % 4 ? "no_answer" : "answered"
    }
}' > log.csv
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "%.0f\n", 13000000000 + (i * 618033989) % 999999937 }' > dnc.csv
head='[ruleset]
id = "counts"
timezone = "Asia/Shanghai"
region = "CN"'
rule() { printf '\n[[rule]]\nid = "%s"\nkind = "%s"\n%b\n' "$1" "$2" "$3"; }
{
    echo "$head"
    rule quiet quiet_hours 'allow = { mon-sun = ["09:00-19:00"] }'
    rule hourly call_cap 'per = ["caller"]\nmax = 40\nwindow = "hour"'
    rule repeat repeat_dial 'per = ["callee"]\nmax = 3\nwindow = "24h"'
    rule gap repeat_dial 'per = ["callee"]\nmin_gap = "15m"\ngap_after = ["no_answer"]'
    rule calm cooldown "per = [\"callee\"]\nafter = \"outcome = 'answered'\"\nwait = \"2h\""
    rule dropped ratio "per = [\"campaign\"]\nnumerator = \"outcome = 'no_answer'\"\nmax = 0.8\nwindow = \"day\""
    rule lines concurrency 'per = ["caller"]\nmax = 3'
    rule dnc dnc_list 'lists = ["dnc"]'
    printf '\n[[list]]\nid = "dnc"\nkind = "numbers"\npath = "dnc.csv"\n'
} > rules.toml

count() { # name, arguments
    local name="$1"
    shift
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" audit log.csv --as-of 2026-11-24 --threads 1 --memory 64MB --lang en -q "$@" > /dev/null 2> told || [ $? -le 1 ]
    printf '%s %s\n' "$name" "$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' told)"
}
{
    count csv -r rules.toml -o csv=out.csv
    count html -r rules.toml -o html=out.html
} > counts.txt
if [ "${1:-}" = "--renew" ]; then
    cp counts.txt "$here/counts.txt"
    cat counts.txt
    exit 0
fi
awk 'NR == FNR { stored[$1] = $2; next }
     { n++; if (!($1 in stored)) { print $1 ": not stored"; bad = 1; next }
       change = 100 * ($2 / stored[$1] - 1); printf "%-8s %14.0f instructions, %+.1f %%\n", $1, $2, change; if (change > 4) bad = 1 }
     END { if (bad) { print "more than stored: make it cheaper, or store it with benches/counts.sh --renew and say why"; exit 1 } }' "$here/counts.txt" counts.txt
