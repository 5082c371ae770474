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

# What each sample is taken for; `refused` and a part of why, or `stops` and a part of what the user must say.
expectations="
3cx/cdr_one_file_per_call.csv=3cx
ai_cold_calling/call_logs_e164.csv=generic
ai_cold_calling/call_logs_float_and_nan_phones.csv=generic
ai_cold_calling/contacts_scientific_notation_bom.csv=refused contacts or leads
ai_voice_agent/collections_campaign_report_1000.csv=voice-agent
aliyun/outboundbot_ListJobs_example_values.json=aliyun-outboundbot
asterisk/cdr_custom_19col_headerless.csv=asterisk-custom
asterisk/cel_master_not_a_cdr.csv=refused Asterisk channel events
asterisk/master_18col_buggy_unterminated_quote.csv=refused a quote opens and does not close
asterisk/master_18col_good.csv=asterisk-master
asterisk/master_18col_selftest.csv=asterisk-master
asterisk/master_newcdrcolumns_21col_headerless.csv=asterisk-master
avaya/cm_cdr_customized.txt=avaya-cm
avaya/cm_cdr_expanded.txt=avaya-cm
avaya/cm_cdr_unformatted.txt=refused without dates
avaya/ipoffice_smdr_r11.csv=avaya-ipoffice
cellyzer/calls_2000_of_13035.csv=subscriber
crm_outbound/call_log_mixed_number_formats.csv=generic
cucm/cdr_StandAloneCluster_with_type_row.txt=cucm
cucm/cdr_fixture_type_row_without_names.txt=cucm
cucm/cmr_not_a_cdr.txt=refused Cisco call management records
dmr_dispatch/calllog_bom_tab_in_headers.csv=generic
dnc_lists/ftc_90day_numbers_excerpt_with_junk.csv=refused a list of numbers
dnc_lists/ftc_complaint_rows_as_quoted_in_public_tests.csv=refused complaints about calls
dnc_lists/ktipp_callcenter_blacklist_semicolon_comments.csv=refused a list of numbers
dnc_lists/newfies_contacts_pipe_200.txt=refused contacts or leads
dnc_lists/newfies_dnc_plain_10.txt=refused a list of numbers
dnc_lists/phone_blacklist_fr_plus_and_shortcodes.csv=refused a list of numbers
dnc_lists/recruiter_blacklist_uk_no_plus.csv=refused a list of numbers
freepbx/cdr__1504525205_report.csv=freepbx
freepbx/cdr__1504541678_report.csv=freepbx
freepbx/cdr__1504542198_report.csv=freepbx
freepbx/cdr_new_6col_CR_line_ends.csv=asterisk-table
freepbx/g9telecom_6col_CR_line_ends.csv=stops whether the day or the month comes first
freeswitch/cdr_stats_CDRImport.csv=cdr-stats
freeswitch/cdr_stats_import_100_headerless_epoch.txt=cdr-stats
freeswitch/master_example_template_excel_resaved.csv=freeswitch-csv
freeswitch/master_signalwire_docs_5rows.csv=freeswitch-csv
grandstream/ucm6510_cdr_api_manual_example.csv=grandstream
huawei_axb/ulFailReason_codes.csv=refused a table of statuses
libphonenumber_timezones/map_data.txt=refused a map of number prefixes
pbxware/cdr_bad_quoting_NULLs_1000rows.csv=pbxware
pbxware/cdr_tmp.csv=pbxware
pbxware/queue_log_not_a_cdr.csv=refused events of a queue
robot_dialer_vn/voicebot_collection_log_headerless.csv=voicebot
teams/pstncalls_default_4_columns.csv=teams-pstn
telecaller_india/call_logs.csv=generic
telecaller_india/call_statuses.csv=refused a table of statuses
tencent_ccc/DescribePredictiveDialingSessions_1.json=refused the ids of the sessions
twilio/calls_table_5000.csv=twilio
vicidial/default_statuses.csv=refused a table of statuses
"

failed=0
while IFS='=' read -r sample expected; do
    [ -n "$sample" ] || continue
    if [ ! -f "$samples/$sample" ]; then
        echo "skipped: $sample is not there"
        continue
    fi
    status=0
    "$bin" audit "$samples/$sample" -r "$work/rules.toml" --as-of 2026-11-24 -o json --color never > "$work/report.json" 2> "$work/stderr" || status=$?
    problem=""
    case "$status:$expected" in
        [013]:*) ;;
        2:stops*) ;;
        *) problem="exit status $status" ;;
    esac
    if grep -qi "panicked at" "$work/stderr"; then problem="$problem panic"; fi
    if [ -z "$problem" ] && ! python3 - "$work/report.json" "$work/stderr" "$expected" > "$work/rows" 2>&1 <<'PY'
import json, sys
report, stderr, expected = sys.argv[1:]
if expected.startswith("stops "):
    said = open(stderr, encoding="utf-8").read()
    assert expected[6:] in said, said
    print("stops, as it should")
    sys.exit()
parts = ["accepted", "rejected", "duplicate", "folded", "no_call", "out_of_period"]
inputs = json.load(open(report, encoding="utf-8"))["inputs"]
assert inputs, "no input in the report"
for i in inputs:
    r = i["rows"]
    assert r["read"] == sum(r[p] for p in parts), r
    if expected.startswith("refused "):
        assert i["error"] and expected[8:] in i["error"], i["error"]
        print("refused, as it should be")
        continue
    assert not i["error"], i["error"]
    assert i["profile"] == expected, f"taken for {i['profile']}, not {expected}"
    assert r["read"] > 0, "no row was read"
    print(i["profile"] + ":", r["read"], "rows:", ", ".join(f"{r[p]} {p}" for p in parts if r[p]))
PY
    then problem="not as expected ($expected)"; fi
    if [ -n "$problem" ]; then
        echo "$sample: $problem" >&2
        cat "$work/stderr" "$work/rows" >&2 2>/dev/null || true
        failed=1
    else
        echo "$sample ok (exit status $status; $(tr '\n' ' ' < "$work/rows"))"
    fi
done <<< "$expectations"
exit "$failed"
