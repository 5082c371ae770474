//! A rule of a ruleset, explained.

use super::{due, page};
use crate::calls::calendar::iso;
use crate::calls::columns::Field;
use crate::language::rules::Msg;
use crate::language::{self, Lang, Msg as Catalogue, say};
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, DIM, PLAIN, Page, YELLOW, show};
use crate::rules::policy::Words;
use crate::rules::scope::Unsure;
use crate::rules::windows::duration_text;
use crate::rules::{CountWord, Exempt, Plan, Rule};
use crate::ruleset::Ruleset;
use crate::ruleset::citations::Penalty;

/// A rule. `on`: is it?
pub fn text(ruleset: &Ruleset, rule: &dyn Rule, on: bool, words: &Words<'_>, view: &View) -> String {
    let mut page = page(view);
    let common = rule.common();
    let title = page.lang.pick(&common.title).map(|t| format!(" · {t}")).unwrap_or_default();
    page.indented(BOLD, 0, 2, &show(&format!("{}{title}", common.id)));
    let (lang, force, severity) = (page.lang, common.force.word(), common.severity.word());
    let head = page.tell(
        Msg::RuleHead,
        &[
            ("kind", language::kind(lang, common.kind)),
            ("name", common.kind),
            ("severity", language::severity(lang, severity)),
            ("force", language::force(lang, force)),
            ("sentence", language::force_sentence(lang, force)),
        ],
    );
    page.indented(DIM, 0, 2, &head);
    page.heading(Msg::HeadSays);
    page.body(&show(&rule.policy(words).text));
    page.heading(Msg::HeadCalls);
    which_calls(&mut page, ruleset, rule, words);
    if rule.on_a_clock() || common.dated() {
        page.heading(Msg::HeadClock);
        page.body(&words.clock(common));
    }
    page.heading(Msg::HeadForce);
    let (from, to) = (common.effective.0.map(iso), common.effective.1.map(iso));
    match (&from, &to) {
        (Some(from), Some(to)) => page.told(Msg::ForceFromTo, &[("from", from), ("to", to)]),
        (Some(from), None) => page.told(Msg::ForceFrom, &[("from", from)]),
        (None, Some(to)) => page.told(Msg::ForceUntil, &[("to", to)]),
        (None, None) => page.told(Msg::ForceAlways, &[]),
    }
    let state = match lang.pick(&common.disabled_because) {
        _ if on => say(lang, Catalogue::ShowOn, &[]),
        Some(why) => say(lang, Catalogue::ShowOffBecause, &[("why", &show(why))]),
        None => say(lang, Catalogue::ShowOff, &[]),
    };
    page.indented(if on { PLAIN } else { YELLOW }, 2, 2, &state);
    page.cited(&common.citations);
    if let Some(penalty) = &common.penalty {
        page.heading(Msg::HeadPenalty);
        cost(&mut page, penalty);
    }
    page.heading(Msg::HeadNeeds);
    needs(&mut page, ruleset, rule);
    page.heading(Msg::HeadDo);
    match common.checklist.as_ref().and_then(|c| ruleset.checklists.get(c)) {
        Some(steps) => {
            for step in steps {
                let text = lang.pick(&step.step).unwrap_or_default().to_owned();
                let due = step.due.as_deref().map_or_else(|| "-".to_owned(), |d| due(lang, d));
                page.step(&text, &step.owner, &due, lang.pick(&step.proof));
            }
        }
        None => page.default_steps(common.kind),
    }
    page.text
}

fn which_calls(page: &mut Page, ruleset: &Ruleset, rule: &dyn Rule, words: &Words<'_>) {
    let common = rule.common();
    match common.filter {
        None => page.told(Msg::CallsOutbound, &[]),
        Some(p) => {
            let message = if common.any_direction { Msg::CallsWhere } else { Msg::CallsWhereOutbound };
            page.told(message, &[("sql", &words.condition(p))]);
        }
    }
    if let Some(regions) = &common.regions {
        let message = match regions.unknown {
            Unsure::Possible => Msg::CallsRegionPossible,
            Unsure::Applies => Msg::CallsRegionApplies,
            Unsure::LeftOut => Msg::CallsRegionCertain,
        };
        page.told(message, &[("codes", &regions.codes.join(", "))]);
    }
    if common.count != CountWord::Attempts {
        page.told(Msg::CallsCount, &[("count", &words.counted(2, common.count))]);
    }
    if !common.exempt.is_empty() {
        let exempt: Vec<String> = common.exempt.iter().map(|e| named(e, ruleset, page.lang, words)).collect();
        page.told(Msg::CallsExempt, &[("exempt", &exempt.join("; "))]);
    }
}

/// An exemption, as people know it.
fn named(exempt: &Exempt, ruleset: &Ruleset, lang: Lang, words: &Words<'_>) -> String {
    match exempt {
        Exempt::List(l) => words.list(*l),
        Exempt::Sql(p, _) => words.condition(*p),
        Exempt::Named(n) => {
            let Some(exemption) = ruleset.exemptions.get(*n) else { return String::new() };
            lang.pick(&exemption.title).map_or_else(|| exemption.id.clone(), |t| format!("{t} ({})", exemption.id))
        }
    }
}

fn needs(page: &mut Page, ruleset: &Ruleset, rule: &dyn Rule) {
    let lang = page.lang;
    let history = match (rule.history(), rule.plan()) {
        (Some(ms), _) => say(lang, Catalogue::ShowHistory, &[("length", &duration_text(ms))]),
        (None, Plan::Row(_)) => say(lang, Catalogue::ShowNoHistory, &[]),
        (None, _) => say(lang, Catalogue::ShowWholeLog, &[]),
    };
    page.item(&history);
    let mut columns: Vec<String> = rule.needs().iter().chain(&rule.common().fields).map(Field::name).collect();
    columns.sort();
    columns.dedup();
    if !columns.is_empty() {
        page.item(&say(lang, Catalogue::ShowNeedsColumns, &[("columns", &columns.join(", "))]));
    }
    let lists: Vec<&str> = rule.lists().iter().filter_map(|l| ruleset.lists.get(*l)).map(|l| l.id.as_str()).collect();
    if !lists.is_empty() {
        page.item(&say(lang, Catalogue::ShowNeedsLists, &[("lists", &lists.join(", "))]));
    }
}

fn cost(page: &mut Page, penalty: &Penalty) {
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let (min, max) = (number(penalty.min), number(penalty.max));
    let (currency, per) = (penalty.currency.clone().unwrap_or_default(), penalty.per.clone().unwrap_or_default());
    let values = [("min", min.as_str()), ("max", max.as_str()), ("currency", currency.as_str()), ("per", per.as_str())];
    match (penalty.min, penalty.max) {
        (Some(_), Some(_)) => page.told(Msg::PenaltyRange, &values),
        (Some(_), None) => page.told(Msg::PenaltyFrom, &values),
        (None, Some(_)) => page.told(Msg::PenaltyTo, &values),
        (None, None) => {}
    }
    if let Some(basis) = page.lang.pick(&penalty.basis) {
        let basis = show(basis);
        page.body(&basis);
    }
}
