//! A training sheet for each agent: the rules that were broken, the calls to hear, and where to sign.

use std::collections::BTreeMap;

use crate::language::Lang;
use crate::language::plan::{Msg, say};
use crate::policy::{Block, Policy};
use crate::report::{Finding, Report, phrases};

/// Calls and rules of an agent.
#[derive(Debug, Default)]
struct Agent<'a> {
    /// Calls by rule.
    rules: BTreeMap<&'a str, u64>,
    /// Call, time, rules. Only once each.
    calls: BTreeMap<(&'a str, &'a str), Vec<&'a str>>,
}

/// The sheets, from the evidence that a report keeps: calls by their ids, without anybody's number.
pub fn sheets(lang: Lang, report: &Report, findings: &[Finding]) -> Policy {
    let say = |message: Msg| say(lang, message, &[]);
    let mut agents: BTreeMap<&str, Agent<'_>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.verdict == "violation" && f.state != "suppressed") {
        for call in finding.evidence.iter().filter(|c| c.violates && !c.agent.trim().is_empty()) {
            let agent = agents.entry(call.agent.trim()).or_default();
            let time = if call.local_time.is_empty() { &call.started_at } else { &call.local_time };
            let rules = agent.calls.entry((time, &call.call_id)).or_default();
            if !rules.contains(&finding.rule.as_str()) {
                rules.push(&finding.rule);
                *agent.rules.entry(&finding.rule).or_default() += 1;
            }
        }
    }
    let mut blocks = vec![Block::Text(say(Msg::TrainingAnother))];
    let left_out = report.truncated.findings + report.truncated.evidence;
    if left_out > 0 {
        blocks.push(Block::Warning(crate::language::plan::say(lang, Msg::TrainingKept, &[("n", &left_out.to_string())])));
    }
    if agents.is_empty() {
        blocks.push(Block::Text(say(Msg::TrainingNone)));
    }
    for (name, agent) in &agents {
        blocks.push(Block::Section(crate::language::plan::say(lang, Msg::TrainingOf, &[("agent", name)])));
        blocks.push(Block::Part(say(Msg::RulesBroken)));
        let title = |id: &str| report.rules.iter().find(|r| r.id == id).map(|r| phrases::title(lang, r)).unwrap_or_default();
        blocks.push(Block::Table {
            head: [Msg::ColRules, Msg::ColTitle, Msg::ColCalls].map(say).to_vec(),
            rows: agent.rules.iter().map(|(id, n)| vec![(*id).to_owned(), title(id), n.to_string()]).collect(),
        });
        blocks.push(Block::Part(say(Msg::CallsToHear)));
        blocks.push(Block::Table {
            head: [Msg::ColTime, Msg::ColCall, Msg::ColRules, Msg::ColHeard].map(say).to_vec(),
            rows: agent.calls.iter().map(|((time, id), rules)| vec![(*time).to_owned(), (*id).to_owned(), rules.join(", "), String::new()]).collect(),
        });
        blocks.extend([Msg::SignAgent, Msg::SignTrainer].map(|m| Block::Text(say(m))));
    }
    let head = vec![(say(Msg::AsOf), report.as_of.clone())];
    Policy { lang, title: say(Msg::TrainingTitle), head, blocks, foot: format!("callaudit {} · {}", report.tool.version, report.ruleset.id) }
}
