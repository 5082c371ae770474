//! The report as SARIF 2.1.0, which code scanning and SARIF viewers read: rules with their documentation, findings as results at the lines of the log.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::table::{show, steers};
use super::{Renderer, View};
use crate::error::Result;
use crate::language::settled as words;
use crate::language::{self, Lang, Msg, kinds, say};
use crate::report::explanation::kind::section;
use crate::report::{Evaluation, EvidenceRow, Finding, Findings, Report, escapes, phrases, settled};
use crate::rules::registry;

/// Results that GitHub shows of a run.
const FINDINGS: usize = 5_000;

/// The name under which the fingerprint stands; it changes when fingerprints of the same finding do.
const FINGERPRINT: &str = "callaudit/v1";

/// `-o sarif`
pub struct Sarif;

/// The one and only.
pub static RENDERER: Sarif = Sarif;

impl Renderer for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn render(&self, report: &Report, rows: &dyn Findings, view: &View, out: &mut dyn Write) -> Result<()> {
        let lang = view.lang;
        let findings = super::worst(rows, view.max_findings.unwrap_or(FINDINGS))?;
        let results: Vec<Value> = findings.iter().map(|finding| result(lang, report, finding)).collect();
        let shown = results.len() as u64;
        let complaints = complaints(lang, report);
        let mut rules: Vec<Value> = report.rules.iter().map(|rule| rule_of(lang, rule)).collect();
        if !complaints.is_empty() {
            let text = sentence(&words::say(lang, words::Msg::Suppressions, &[]));
            rules.push(json!({ "id": SUPPRESSION, "shortDescription": { "text": text } }));
        }
        let results: Vec<Value> = results.into_iter().chain(complaints).collect();
        let driver = json!({
            "name": "callaudit",
            "version": report.tool.version,
            "semanticVersion": report.tool.version,
            "language": lang.code(),
            "rules": rules,
            "notifications": NOTIFICATIONS.iter().map(|(id, message)| json!({
                "id": id,
                "shortDescription": { "text": sentence(&say(lang, *message, &[])) },
            })).collect::<Vec<_>>(),
        });
        let mut run = json!({ "tool": { "driver": driver } });
        run["automationDetails"] = json!({ "id": format!("callaudit/{}/", segment(&report.ruleset.id)) });
        run["invocations"] = json!([invocation(lang, report, shown)]);
        run["artifacts"] = report.inputs.iter().map(artifact).collect();
        run["language"] = json!(lang.code());
        run["columnKind"] = json!("utf16CodeUnits");
        run["properties"] = json!({ "verdict": settled::verdict(lang, report), "totals": report.totals, "as_of": report.as_of });
        run["results"] = results.into();
        let log = json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run] });
        escapes::pretty(&mut *out, &log).map_err(|error| super::write_error(&error.into()))?;
        out.write_all(b"\n").and_then(|()| out.flush()).map_err(|error| super::write_error(&error))
    }
}

/// The rule under which suppressions that have expired or suppress nothing are told.
const SUPPRESSION: &str = "callaudit/suppression";

fn complaints(lang: Lang, report: &Report) -> Vec<Value> {
    let Some(all) = &report.suppressions else { return vec![] };
    let result = |(entry, text): (&crate::findings::suppressions::Suppression, String)| {
        json!({
            "ruleId": SUPPRESSION,
            "ruleIndex": report.rules.len(),
            "level": if entry.expired() { "warning" } else { "note" },
            "message": { "text": message(&text) },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&all.path) }, "region": { "startLine": entry.line } } }],
        })
    };
    settled::complaints(lang, report).into_iter().map(result).collect()
}

/// What notifications are about.
const NOTIFICATIONS: [(&str, Msg); 3] = [("incomplete", Msg::FormIncomplete), ("not-judged", Msg::FormSomeUnjudged), ("truncated", Msg::FormSomeMore)];

fn invocation(lang: Lang, report: &Report, shown: u64) -> Value {
    let note = |id: &str, level: &str, text: &str| {
        let index = NOTIFICATIONS.iter().position(|(known, _)| *known == id);
        json!({ "descriptor": { "id": id, "index": index }, "level": level, "message": { "text": message(text) } })
    };
    let mut notes: Vec<Value> = vec![];
    if report.exit.status == 3 {
        notes.extend(report.exit.reason.iter().map(|reason| note("incomplete", "error", &phrases::sentence(lang, reason))));
    }
    for rule in report.rules.iter().filter(|rule| phrases::was_not_judged(rule)) {
        let (id, reason) = (show(&rule.id), phrases::why_not(lang, rule));
        let level = if rule.required { "error" } else { "warning" };
        notes.push(note("not-judged", level, &say(lang, Msg::FormRuleUnjudged, &[("id", &id), ("reason", &reason)])));
    }
    let more = report.totals.findings.saturating_sub(shown);
    if more > 0 {
        notes.push(note("truncated", "note", &phrases::count(lang, Msg::FormMore, more)));
    }
    json!({
        "executionSuccessful": report.exit.status != 3,
        "exitCode": report.exit.status,
        "exitCodeDescription": phrases::exit(lang, report),
        "toolExecutionNotifications": notes,
    })
}

fn artifact(input: &crate::report::InputInfo) -> Value {
    let mut artifact = json!({ "location": { "uri": uri(&input.path) }, "length": input.bytes });
    if let Some(hash) = &input.hash {
        artifact["hashes"] = json!({ "blake3": hash });
    }
    artifact
}

fn rule_of(lang: Lang, rule: &Evaluation) -> Value {
    let title = phrases::title(lang, rule);
    let [what, why] = about(lang, rule.kind);
    let mut help = format!("{what}\n\n{why}");
    let mut mark = help.clone();
    let sources: Vec<String> = rule.citations.iter().map(|citation| phrases::citation(lang, citation)).collect();
    let doubt = phrases::doubt(lang, rule).map(|doubt| format!("⚠ {doubt}"));
    if !sources.is_empty() {
        let heading = say(lang, Msg::ColSources, &[]);
        let lines: Vec<&String> = sources.iter().chain(&doubt).collect();
        help += &format!("\n\n{heading}\n");
        mark += &format!("\n\n**{heading}**\n");
        for line in lines {
            help += &format!("\n- {line}");
            mark += &format!("\n- {}", crate::policy::markdown::line(line));
        }
    }
    let words = [language::kind(lang, rule.kind), language::force(lang, rule.force), language::severity(lang, rule.severity)];
    let mut value = json!({
        "id": show(&rule.id),
        "shortDescription": { "text": sentence(&title) },
        "fullDescription": { "text": sentence(&format!("{title} ({})", words.join(" · "))) },
        "help": { "text": help, "markdown": mark },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "kind": rule.kind,
            "severity": rule.severity,
            "force": rule.force,
            "status": rule.status,
            "calls_judged": rule.calls_judged,
            "problem.severity": match level(rule.severity) { "error" => "error", "warning" => "warning", _ => "recommendation" },
            "tags": [rule.kind, rule.force],
        },
    });
    let address = rule.citations.iter().filter_map(|citation| citation.url.as_deref()).find(|url| is_address(url));
    if let Some(address) = address {
        value["helpUri"] = json!(address);
    }
    value
}

/// What a kind checks, and why it matters.
fn about(lang: Lang, kind: &str) -> [String; 2] {
    if let Some(texts) = kinds::zh(kind).filter(|_| lang == Lang::Zh) {
        return texts.map(str::to_owned);
    }
    let doc = registry::by_name(kind).map_or("", |kind| kind.doc());
    ["What it checks", "Why it matters"].map(|heading| section(doc, heading).to_owned())
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

fn result(lang: Lang, report: &Report, finding: &Finding) -> Value {
    let subject = phrases::subject(lang, finding);
    let said = [subject, show(&finding.message), phrases::facts(lang, finding)];
    let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let level = match (finding.verdict, level(finding.severity)) {
        ("violation", level) => level,
        ("possible", "error") => "warning",
        _ => "note",
    };
    let index = report.rules.iter().position(|rule| rule.id == finding.rule);
    let mut value = json!({
        "ruleId": show(&finding.rule),
        "ruleIndex": index,
        "level": level,
        "message": { "text": message(&said.join(" · ")) },
        "locations": [place(report, phrases::telling(finding, 1).first().copied())],
    });
    // A masked report may have none.
    if !finding.fingerprint.is_empty() {
        value["partialFingerprints"] = json!({ FINGERPRINT: finding.fingerprint });
    }
    let others: Vec<Value> = finding.evidence.iter().map(|row| related(lang, report, row)).collect();
    if !others.is_empty() {
        value["relatedLocations"] = others.into();
    }
    match finding.state {
        "suppressed" => {
            let mut suppression = json!({ "kind": "external", "status": "accepted" });
            if let Some(text) = settled::suppressed_by(lang, report, finding) {
                suppression["justification"] = json!(message(&text));
            }
            value["suppressions"] = json!([suppression]);
        }
        "new" => value["baselineState"] = json!("new"),
        // A finding with new calls counts as new.
        "grown" => value["baselineState"] = json!("updated"),
        "unchanged" => value["baselineState"] = json!("unchanged"),
        _ => {}
    }
    let shown = |text: &str| Value::from(show(text));
    let mut properties = Map::new();
    for (name, text) in [("verdict", finding.verdict), ("force", finding.force), ("severity", finding.severity), ("state", finding.state)] {
        properties.insert(name.to_owned(), text.into());
    }
    let subject: Map<String, Value> = finding.subject.iter().map(|(column, text)| (show(column), shown(text))).collect();
    properties.insert("subject".to_owned(), subject.into());
    for (name, text) in [("first", &finding.first), ("last", &finding.last)] {
        properties.insert(name.to_owned(), shown(text));
    }
    properties.insert("calls".to_owned(), finding.calls.into());
    for (name, number) in [("measured", finding.measured), ("limit", finding.limit)] {
        properties.extend(number.map(|number| (name.to_owned(), number.into())));
    }
    let notes: Vec<String> = finding.notes.iter().map(|note| phrases::sentence(lang, note)).chain(phrases::leaks(lang, finding)).collect();
    properties.insert("notes".to_owned(), notes.into());
    value["properties"] = properties.into();
    value
}

/// Where a call stands; without one, in the log at all.
fn place(report: &Report, row: Option<&EvidenceRow>) -> Value {
    let path = row.map(|row| row.source.as_str()).or(report.inputs.first().map(|input| input.path.as_str())).unwrap_or("-");
    let mut artifact = json!({ "uri": uri(path) });
    if let Some(index) = report.inputs.iter().position(|input| input.path == path) {
        artifact["index"] = index.into();
    }
    let mut physical = json!({ "artifactLocation": artifact });
    if let Some(row) = row.filter(|row| row.line > 0) {
        physical["region"] = json!({ "startLine": row.line });
    }
    json!({ "physicalLocation": physical })
}

fn related(lang: Lang, report: &Report, row: &EvidenceRow) -> Value {
    let mut value = place(report, Some(row));
    let outcome = language::outcome(lang, &show(&row.outcome)).to_owned();
    let texts = [show(&row.local_time), format!("{} → {}", show(&row.caller), show(&row.callee)), outcome];
    value["message"] = json!({ "text": message(&texts.join("  ")) });
    value
}

/// A text as a SARIF message, where `[x](y)` would be a link.
fn message(text: &str) -> String {
    show(text).replace("](", "] (")
}

/// With a full stop.
fn sentence(text: &str) -> String {
    let text = message(text);
    if text.ends_with(['.', '。']) {
        text
    } else if text.is_ascii() || !text.ends_with(|c: char| c > '\u{2e7f}') {
        format!("{text}.")
    } else {
        format!("{text}。")
    }
}

fn is_address(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, rest)| matches!(scheme, "http" | "https") && !rest.is_empty())
        && url.is_ascii()
        && !url.contains(|c: char| steers(c) || matches!(c, ' ' | '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`'))
}

/// A path as a URI: absolute ones are those of files, in others nothing looks like a scheme.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let encoded: Vec<String> = path.split('/').map(segment).collect();
    let encoded = encoded.join("/");
    match path.as_bytes() {
        [b'/', ..] => format!("file://{encoded}"),
        [letter, b':', b'/', ..] if letter.is_ascii_alphabetic() => format!("file:///{encoded}"),
        _ => encoded,
    }
}

/// A part of a path, percent-encoded.
fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'=' | b'@' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(rows: &sample::Rows, lang: Lang, max_findings: Option<usize>) -> Value {
        let mut out = Vec::new();
        RENDERER.render(&sample::report(rows), rows, &View { lang, max_findings, ..View::default() }, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn results_have_level_place_and_fingerprint() {
        let run = &rendered(&sample::Rows::hostile(), Lang::En, None)["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 23);
        assert_eq!(results[0]["level"], "error");
        assert_eq!(results[0]["partialFingerprints"]["callaudit/v1"], "0000000000000000");
        assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 1_000_007);
        assert_eq!(results[4]["level"], "warning", "possible");
        assert_eq!(results[12]["level"], "warning", "medium");
        // Without evidence, the log as a whole.
        assert_eq!(results[3]["locations"][0]["physicalLocation"], json!({ "artifactLocation": { "uri": "exports/2026-11/calls-east.csv.gz", "index": 0 } }));
        for result in results {
            let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
        }
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn states_become_suppressions_and_baseline_states() {
        let mut rows = sample::Rows::hostile();
        for (finding, state) in rows.findings.iter_mut().zip(["suppressed", "new", "grown", "unchanged", "open"]) {
            finding.state = state;
        }
        let log = rendered(&rows, Lang::En, None);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results[0]["suppressions"], json!([{ "kind": "external", "status": "accepted" }]));
        let states: Vec<_> = results[1..5].iter().map(|result| result["baselineState"].as_str()).collect();
        assert_eq!(states, [Some("new"), Some("updated"), Some("unchanged"), None]);
    }

    #[test]
    fn what_is_left_out_is_told() {
        let run = &rendered(&sample::Rows::hostile(), Lang::Zh, Some(3))["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), 3);
        let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notes.last().unwrap()["message"]["text"], "…… 另有 20 个：callaudit audit … -o csv 列出全部违规呼叫");
        assert!(rendered(&sample::Rows::none(), Lang::En, None)["runs"][0]["results"].as_array().unwrap().is_empty());
    }

    #[test]
    fn rules_bring_their_documentation() {
        for lang in Lang::ALL {
            let run = &rendered(&sample::Rows::hostile(), lang, None)["runs"][0];
            for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
                assert!(rule["help"]["text"].as_str().unwrap().len() > 40, "{rule}");
            }
        }
    }

    #[test]
    fn paths_become_addresses_and_addresses_are_addresses() {
        assert_eq!(uri("logs/十一月 1.csv"), "logs/%E5%8D%81%E4%B8%80%E6%9C%88%201.csv");
        assert_eq!(uri("a:b.csv"), "a%3Ab.csv");
        assert_eq!(uri("/var/log/a.csv"), "file:///var/log/a.csv");
        assert_eq!(uri("C:\\logs\\a.csv"), "file:///C%3A/logs/a.csv");
        assert!(is_address("https://www.example.org/a?b=c#d") && !is_address("javascript:alert(1)") && !is_address("https://a b"));
    }
}
