#!/usr/bin/env bash
# Reports of the examples and of a log with hostile names, in every form that has a validator of its own: SARIF by Microsoft's, the others by readers
# that are not ours. PYTHON is an interpreter with the packages in tests/oracle/requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${CALLAUDIT:-${CARGO_TARGET_DIR:-target}/debug/callaudit}"
bin="$(cd "$(dirname "$bin")" && pwd)/$(basename "$bin")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

audit() { # folder, name, arguments
    local status=0
    (cd "$1" && "$bin" "${@:3}" -q -o sarif="$work/$2.sarif" -o junit="$work/$2.xml" -o xlsx="$work/$2.xlsx" -o parquet="$work/$2.parquet" \
        -o ndjson="$work/$2.ndjson" -o csv-excel="$work/$2.csv" -o json="$work/$2.json" --run-record "$work/runs.jsonl") || status=$?
    if [ "$status" = 2 ]; then
        echo "$2: exit status 2" >&2
        exit 1
    fi
}

for folder in examples/*/; do
    name="$(basename "$folder")"
    [ -f "$folder/command" ] || continue
    read -r -a arguments < "$folder/command"
    audit . "$name" "${arguments[@]}"
    audit . "$name-zh" "${arguments[@]}" --lang zh
done
audit tests/cases/output-csv hostile audit calls.csv -r rules.toml --as-of 2026-11-24
settled=(audit calls.csv -r rules.toml --as-of 2026-11-26 --baseline earlier.json --suppressions accepted.toml)
audit tests/cases/baseline-and-suppressions settled "${settled[@]}"
audit tests/cases/baseline-and-suppressions masked "${settled[@]}" --mask --organisation ACME

if [ -z "${PYTHON:-}" ]; then
    echo "skipped: no python3 with openpyxl and jsonschema here; cargo test has read the reports with readers of its own"
else
    "$PYTHON" tests/reports.py "$work"
    "$bin" render --schema | "$PYTHON" tests/schema.py --reports tests/cases examples "$work"
    "$PYTHON" -m check_jsonschema --schemafile docs/report.schema.json "$work"/*.json examples/*/report.json
    (cd "$work" && "$bin" diff callcentre-en.json callcentre-en-zh.json -o json=same.diff && "$bin" trend robot-zh.json settled.json -o json=rates.trend)
    (cd tests/cases/baseline-and-suppressions && "$bin" diff earlier.json "$work/settled.json" -q -o json="$work/settled.diff") || [ $? = 1 ]
    "$PYTHON" -m check_jsonschema --schemafile docs/diff.schema.json "$work"/*.diff
    "$PYTHON" -m check_jsonschema --schemafile docs/trend.schema.json "$work"/*.trend
    sed -n 1p "$work/runs.jsonl" > "$work/first.run"
    "$PYTHON" -m check_jsonschema --schemafile docs/run.schema.json "$work/first.run"
    "$PYTHON" -m check_jsonschema --builtin-schema vendor.github-workflows examples/ci/github.yml
    "$PYTHON" -m check_jsonschema --builtin-schema vendor.gitlab-ci examples/ci/gitlab.yml
fi

# What it starts lies elsewhere here.
if command -v systemd-analyze > /dev/null; then
    sed 's#^ExecStart=.*#ExecStart=/bin/true#' examples/ci/callaudit.service > "$work/callaudit.service"
    cp examples/ci/callaudit.timer "$work"
    systemd-analyze verify --man=no "$work/callaudit.service" "$work/callaudit.timer"
fi

# One version, whose script that npm would run is not needed.
tool="${XDG_CACHE_HOME:-$HOME/.cache}/callaudit/sarif-multitool-5.7.0"
if ! command -v npm > /dev/null || ! command -v node > /dev/null; then
    echo "skipped: there is no node here; SARIF is not validated"
elif ! { [ -d "$tool/node_modules" ] || npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$tool" @microsoft/sarif-multitool@5.7.0; }; then
    echo "skipped: the SARIF multitool could not be installed"
else
    # The script beside it hands its arguments to a shell once more.
    multitool="$(find "$tool/node_modules/@microsoft" -name Sarif.Multitool | head -n 1)"
    schema="$(dirname "$multitool")/sarif-2.1.0.json"
    chmod u+x "$multitool"
    # Its rules about the format itself are not asked for by default, and an error is told with status 0.
    faults() { # files
        "$multitool" validate "$@" --rule-kind Sarif > "$work/told" 2>&1 || { cat "$work/told"; return 1; }
        if grep -E ": error " "$work/told"; then return 1; fi
        if [ -n "${PYTHON:-}" ]; then "$PYTHON" -m check_jsonschema --schemafile "$schema" "$@"; fi
    }
    faults "$work"/*.sarif || exit 1
    echo "$(find "$work" -name '*.sarif' | wc -l) SARIF logs are valid"
    # A validator that finds nothing in broken logs says nothing of the others either.
    mkdir "$work/broken"
    node -e '
        const [from, to] = process.argv.slice(1);
        const fs = require("node:fs");
        for (const [name, spoil] of [["index", r => { r.ruleIndex = 99; }], ["level", r => { r.level = "terrible"; }], ["line", r => { r.locations[0].physicalLocation.region.startLine = "7"; }]]) {
            const log = JSON.parse(fs.readFileSync(from, "utf8"));
            spoil(log.runs[0].results[0]);
            fs.writeFileSync(`${to}/${name}.sarif`, JSON.stringify(log));
        }' "$work/callcentre-en.sarif" "$work/broken"
    for broken in "$work"/broken/*.sarif; do
        # What only the schema tells needs its reader.
        case "$broken" in */index.sarif) ;; *) [ -n "${PYTHON:-}" ] || continue ;; esac
        if faults "$broken" > "$work/told.broken" 2>&1; then
            echo "the validators take $(basename "$broken") for a SARIF log" >&2
            exit 1
        fi
    done
    echo "and broken ones are not"
fi
