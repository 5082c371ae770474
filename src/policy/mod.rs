//! A ruleset as a policy for staff (使用规范): who may be called when and how often, what follows a refusal, which lists and records are kept, where the
//! figures come from, and what of it is law. It says what the ruleset holds, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::calls::calendar::iso;
use crate::calls::columns::{Column, Field};
use crate::calls::zones::{DAY, ZoneView};
use crate::language::{self, Lang, Msg, say};
use crate::report::renderers::table::grouped;
use crate::report::standing::{self, Standing};
use crate::rules::policy::{Topic, Words};
use crate::rules::scope::{Exemption, Span};
use crate::rules::{Common, Exempt, Force, Plan, Rule, RuleClock};
use crate::ruleset::citations::{Citation, Penalty, best};
use crate::ruleset::{ListKind, Ruleset};

mod html;
pub(crate) mod markdown;

pub use html::html;
pub use markdown::markdown;

/// A policy, ready to be written down. All texts are plain: whoever writes them escapes them.
#[derive(Debug)]
pub struct Policy {
    /// Its language.
    pub lang: Lang,
    /// Its title.
    pub title: String,
    /// What stands under the title: labels and texts.
    pub head: Vec<(String, String)>,
    /// What follows, in order.
    pub blocks: Vec<Block>,
    /// The last line.
    pub foot: String,
}

/// A part of a policy.
#[derive(Debug)]
pub enum Block {
    /// A section begins.
    Section(String),
    /// A part of a section begins.
    Part(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that must not be missed.
    Warning(String),
    /// Points.
    Items(Vec<String>),
    /// A table.
    Table {
        /// Names of the columns.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<String>>,
    },
    /// A rule.
    Rule(Box<Card>),
    /// A source, with its number.
    Source(usize, Box<SourceCard>),
}

impl Block {
    /// The same once more; a rule or a source as its text.
    pub(crate) fn again(&self) -> Block {
        match self {
            Block::Section(text) => Block::Section(text.clone()),
            Block::Part(text) => Block::Part(text.clone()),
            Block::Text(text) => Block::Text(text.clone()),
            Block::Warning(text) => Block::Warning(text.clone()),
            Block::Items(items) => Block::Items(items.clone()),
            Block::Table { head, rows } => Block::Table { head: head.clone(), rows: rows.clone() },
            Block::Rule(card) => Block::Text(card.text.clone()),
            Block::Source(_, card) => Block::Text(card.text.clone()),
        }
    }
}

/// A rule of a policy.
#[derive(Debug)]
pub struct Card {
    /// What it is called.
    pub title: String,
    /// Its id.
    pub id: String,
    /// Where it gets its force.
    pub force: Force,
    /// The same in words that never say more than is true.
    pub badge: String,
    /// Is it a law whose text, or an official page about it, was read?
    pub settled_law: bool,
    /// What it demands.
    pub text: String,
    /// Labels and texts.
    pub facts: Vec<(String, String)>,
    /// Numbers of its sources.
    pub sources: Vec<usize>,
    /// What must be said of them.
    pub warnings: Vec<String>,
}

/// A source of a figure.
#[derive(Debug)]
pub struct SourceCard {
    /// Which text, and what it says.
    pub text: String,
    /// A web address.
    pub url: Option<String>,
    /// Labels and texts.
    pub facts: Vec<(String, String)>,
    /// Is it of a confidence that must be doubted?
    pub doubtful: bool,
}

/// The policy of a ruleset. The same ruleset gives the same policy.
pub fn policy(ruleset: &Ruleset, view: &ZoneView, lang: Lang) -> Policy {
    let words = Words { lang, lists: &ruleset.lists, predicates: &ruleset.predicates, view };
    let mut writer = Writer { ruleset, words, blocks: Vec::new(), sources: Vec::new() };
    writer.write();
    let blocks = writer.blocks;
    let name = lang.pick(&ruleset.title).unwrap_or(&ruleset.id).to_owned();
    let version = ruleset.version.as_deref().map(|v| format!(" {v}")).unwrap_or_default();
    let say = |message: Msg, values: &[(&str, &str)]| say(lang, message, values);
    let mut head = vec![(say(Msg::LabelRuleset, &[]), format!("{}{version}", ruleset.id)), (say(Msg::LabelClock, &[]), ruleset.timezone.clone())];
    let packs: Vec<String> = ruleset.packs.iter().map(|p| format!("{}@{} ({})", p.name, p.version, say(Msg::AsOfDay, &[("date", &iso(p.as_of))]))).collect();
    if !packs.is_empty() {
        head.push((say(Msg::PolicyPacks, &[]), packs.join(", ")));
    }
    let hash: String = ruleset.hash.chars().take(16).collect();
    let foot = say(Msg::PolicyFoot, &[("version", env!("CARGO_PKG_VERSION")), ("id", &format!("{}{version}", ruleset.id)), ("hash", &hash)]);
    Policy { lang, title: say(Msg::PolicyTitle, &[("name", &name)]), head, blocks, foot }
}

struct Writer<'a> {
    ruleset: &'a Ruleset,
    words: Words<'a>,
    blocks: Vec<Block>,
    /// Each once, with the rules that cite it.
    sources: Vec<(&'a Citation, Vec<&'a str>)>,
}

impl<'a> Writer<'a> {
    fn say(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.words.lang, message, values)
    }

    fn section(&mut self, title: Msg) {
        let n = 1 + self.blocks.iter().filter(|b| matches!(b, Block::Section(_))).count();
        self.blocks.push(Block::Section(format!("{n}. {}", self.say(title, &[]))));
    }

    fn text(&mut self, message: Msg) {
        self.blocks.push(Block::Text(self.say(message, &[])));
    }

    fn write(&mut self) {
        self.blocks.push(Block::Warning(self.say(Msg::PolicyWhat, &[])));
        self.forces();
        let mut by_topic: BTreeMap<Topic, Vec<(&'a dyn Rule, String)>> = BTreeMap::new();
        for rule in &self.ruleset.rules {
            let statement = rule.policy(&self.words);
            by_topic.entry(statement.topic).or_default().push((rule.as_ref(), statement.text));
        }
        for topic in Topic::ALL {
            let rules = by_topic.remove(&topic).unwrap_or_default();
            self.topic(topic, rules);
        }
        self.exemptions();
        self.lists();
        self.checklists();
        self.off();
        self.sources();
    }

    /// What is law here, and what is not.
    fn forces(&mut self) {
        self.section(Msg::PolicyForces);
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut rules: Vec<&Common> = self.ruleset.rules.iter().map(|r| r.common()).collect();
        rules.sort_by_key(|c| (c.force, best(&c.citations).map_or(u8::MAX, |b| b as u8)));
        for (n, common) in rules.iter().enumerate() {
            let badge = self.badge(common);
            if rules[..n].iter().any(|known| self.badge(known) == badge) {
                continue;
            }
            let same = rules.iter().filter(|c| self.badge(c) == badge).count();
            rows.push(vec![badge, self.meaning(common), same.to_string()]);
        }
        if rules.iter().any(|c| c.force == Force::Law) {
            self.text(Msg::PolicySomeLaw);
        } else {
            self.blocks.push(Block::Warning(self.say(Msg::PolicyNoLaw, &[])));
        }
        let head = [Msg::PolicyMark, Msg::PolicyMeaning, Msg::SectionRulesName].map(|m| self.say(m, &[])).to_vec();
        self.blocks.push(Block::Table { head, rows });
    }

    /// What the mark of a rule means.
    fn meaning(&self, common: &Common) -> String {
        standing::meaning(self.words.lang, common.force.word(), &common.citations)
    }

    fn topic(&mut self, topic: Topic, mut rules: Vec<(&'a dyn Rule, String)>) {
        let title = match topic {
            Topic::When => Msg::PolicyWhen,
            Topic::HowOften => Msg::PolicyHowOften,
            Topic::Refusal => Msg::PolicyRefusal,
            Topic::Who => Msg::PolicyWho,
            Topic::Conduct => Msg::PolicyConduct,
            Topic::Records => Msg::PolicyRecords,
        };
        self.section(title);
        if rules.is_empty() {
            self.text(Msg::PolicySilent);
        }
        // What binds most comes first.
        rules.sort_by(|(a, _), (b, _)| {
            let order = |r: &&dyn Rule| (r.common().force, std::cmp::Reverse(r.common().severity));
            order(a).cmp(&order(b)).then_with(|| a.common().id.cmp(&b.common().id))
        });
        for (rule, text) in rules {
            let card = self.card(rule, topic, text);
            self.blocks.push(Block::Rule(Box::new(card)));
        }
        if topic == Topic::Records {
            self.needed();
        }
    }

    fn title(&self, common: &Common) -> String {
        self.words.lang.pick(&common.title).map_or_else(|| language::kind(self.words.lang, common.kind).to_owned(), str::to_owned)
    }

    fn card(&mut self, rule: &'a dyn Rule, topic: Topic, text: String) -> Card {
        let common = rule.common();
        let lang = self.words.lang;
        let mut facts = Vec::new();
        if let Some(filter) = common.filter {
            facts.push((self.say(Msg::PolicyApplies, &[]), self.words.condition(filter)));
        }
        if let Some(regions) = &common.regions {
            facts.push((self.say(Msg::PolicyRegions, &[]), regions.codes.join(self.words.either(", ", "、"))));
        }
        if !common.exempt.is_empty() {
            let exempt = common.exempt.iter().map(|e| match e {
                Exempt::List(list) => self.say(Msg::PolicyOnList, &[("list", &self.words.list(*list))]),
                Exempt::Sql(p, _) => self.words.condition(*p),
                Exempt::Named(n) => {
                    self.ruleset.exemptions.get(*n).map_or_else(String::new, |e| self.words.lang.pick(&e.title).map_or_else(|| e.id.clone(), str::to_owned))
                }
            });
            let exempt: Vec<String> = exempt.collect();
            facts.push((self.say(Msg::PolicyExempt, &[]), exempt.join(self.words.either("; ", "；"))));
        }
        if common.dated() {
            let (from, to) = (common.effective.0.map(iso), common.effective.1.map(iso));
            let dates = match (from, to) {
                (Some(from), Some(to)) => self.say(Msg::PolicyFromTo, &[("from", &from), ("to", &to)]),
                (Some(from), None) => self.say(Msg::PolicyFrom, &[("from", &from)]),
                (None, to) => self.say(Msg::PolicyTo, &[("to", &to.unwrap_or_default())]),
            };
            facts.push((self.say(Msg::PolicyInForce, &[]), dates));
        }
        // Hours say on whose clock they are themselves.
        if topic != Topic::When && (rule.on_a_clock() || common.dated()) {
            let clock = match common.clock {
                RuleClock::Callee => self.say(Msg::PolicyCalleeClock, &[]),
                RuleClock::Zone(zone) => self.words.zone(zone).to_owned(),
            };
            facts.push((self.say(Msg::LabelClock, &[]), clock));
        }
        facts.push((self.say(Msg::ColSeverity, &[]), language::severity(lang, common.severity.word()).to_owned()));
        if let Some(penalty) = &common.penalty {
            facts.push((self.say(Msg::PolicyPenalty, &[]), self.penalty(penalty)));
        }
        let mut warnings = Vec::new();
        match best(&common.citations) {
            Some(low) if low.is_low() => {
                let message = if common.force == Force::Law { Msg::PolicyLawDoubt } else { Msg::PolicyDoubt };
                warnings.push(self.say(message, &[("letter", low.word())]));
            }
            Some(_) => {}
            None if common.citations.is_empty() && common.force == Force::Law => warnings.push(self.say(Msg::PolicyLawNoSource, &[])),
            None if common.citations.is_empty() && common.force != Force::House => warnings.push(self.say(Msg::PolicyNoSource, &[])),
            None if common.citations.is_empty() => {}
            None => warnings.push(self.say(Msg::NoConfidence, &[])),
        }
        let sources = common.citations.iter().map(|c| self.source(c, &common.id)).collect();
        let (badge, settled_law) = (self.badge(common), common.force == Force::Law && standing(common) == Standing::Settled);
        Card { title: self.title(common), id: common.id.clone(), force: common.force, badge, settled_law, text, facts, sources, warnings }
    }

    /// The mark of a rule. What only its ruleset calls a law is not called one here.
    fn badge(&self, common: &Common) -> String {
        standing::badge(self.words.lang, common.force.word(), &common.citations)
    }

    /// The number of a source.
    fn source(&mut self, citation: &'a Citation, rule: &'a str) -> usize {
        match self.sources.iter_mut().position(|(known, _)| *known == citation) {
            Some(n) => {
                self.sources[n].1.push(rule);
                n + 1
            }
            None => {
                self.sources.push((citation, vec![rule]));
                self.sources.len()
            }
        }
    }

    /// `USD 500 to 1,500 per call (47 USC 227)`
    fn penalty(&self, penalty: &Penalty) -> String {
        let currency = penalty.currency.as_deref().unwrap_or_default();
        let amount = |n: f64| format!("{currency} {}", money(n));
        let range = match (penalty.min, penalty.max) {
            (Some(min), Some(max)) if min < max => Some(self.say(Msg::PolicyRange, &[("min", &amount(min)), ("max", &money(max))])),
            (_, Some(max)) if penalty.min.is_none() => Some(self.say(Msg::PolicyUpTo, &[("max", &amount(max))])),
            (Some(min), None) => Some(self.say(Msg::PolicyAtLeast, &[("min", &amount(min))])),
            (_, both) => both.map(amount),
        };
        let per = penalty.per.as_deref().map(|per| self.say(Msg::PolicyPer, &[("per", language::penalty_unit(self.words.lang, per))]));
        let basis = self.words.lang.pick(&penalty.basis).map(str::to_owned);
        let amounts: Vec<String> = [range, per].into_iter().flatten().collect();
        let parts: Vec<String> = [(!amounts.is_empty()).then(|| amounts.join(self.words.either(" ", ""))), basis].into_iter().flatten().collect();
        parts.join(" · ")
    }

    /// What a log must tell of each call so that the rules can be checked at all.
    fn needed(&mut self) {
        let mut columns: BTreeSet<Field> = [Column::StartedAt, Column::Callee].map(Field::Canonical).into();
        for rule in &self.ruleset.rules {
            columns.extend(rule.needs());
            columns.extend(rule.common().fields.iter().cloned());
        }
        let names: Vec<String> = columns.iter().map(|f| self.words.column(f)).collect();
        let columns = names.join(self.words.either(", ", "、"));
        self.blocks.push(Block::Text(self.say(Msg::PolicyNeeded, &[("columns", &columns)])));
        let rules = &self.ruleset.rules;
        if let Some(ms) = rules.iter().filter_map(|r| r.history()).max() {
            let length = match u32::try_from(ms / DAY) {
                Ok(days) if days > 1 && ms % DAY == 0 => self.words.days(days, false),
                _ => self.words.length(ms),
            };
            self.blocks.push(Block::Text(self.say(Msg::PolicyHistory, &[("length", &length)])));
        }
        if rules.iter().any(|r| r.history().is_none() && !matches!(r.plan(), Plan::Row(_))) {
            self.text(Msg::PolicyWholeLog);
        }
    }

    /// What the named exemptions are that rules refer to.
    fn exemptions(&mut self) {
        let used = |n: usize| self.ruleset.rules.iter().filter(move |r| r.common().exempt.contains(&Exempt::Named(n)));
        let named: Vec<(usize, &'a Exemption)> = self.ruleset.exemptions.iter().enumerate().filter(|(n, _)| used(*n).next().is_some()).collect();
        if named.is_empty() {
            return;
        }
        self.section(Msg::PolicyExemptions);
        let mut rows = Vec::new();
        for (n, exemption) in named {
            let title = self.words.lang.pick(&exemption.title).unwrap_or(&exemption.id).to_owned();
            let rules: Vec<String> =
                self.ruleset.rules.iter().filter(|r| r.common().exempt.contains(&Exempt::Named(n))).map(|r| self.title(r.common())).collect();
            let text = self.exemption(exemption);
            let sources: Vec<String> = exemption.citations.iter().map(|c| format!("[{}]", self.source(c, &exemption.id))).collect();
            let sources = if sources.is_empty() { "—".to_owned() } else { sources.join(" ") };
            rows.push(vec![title, text, rules.join(self.words.either("; ", "；")), sources]);
        }
        let head = [Msg::PolicyExemption, Msg::PolicyMeaning, Msg::PolicyUsedBy, Msg::PolicySourcesOf].map(|m| self.say(m, &[])).to_vec();
        self.blocks.push(Block::Table { head, rows });
    }

    /// Which calls an exemption takes out.
    fn exemption(&self, exemption: &Exemption) -> String {
        let mut parts = Vec::new();
        parts.extend(exemption.filter.map(|p| self.words.condition(p)));
        if let Some(list) = exemption.list {
            let list = self.words.list(list);
            let events: Vec<String> = exemption.words.iter().map(|w| self.words.quoted(w)).collect();
            let within = exemption.within.map(|span| match span {
                Span::Elapsed(ms) => self.words.length(ms),
                Span::Days(n, _) => self.words.days(n, false),
                Span::Months(n) => self.say(Msg::PolicyMonths, &[("n", &n.to_string())]),
            });
            let events = if events.is_empty() { self.say(Msg::PolicyAnyEvent, &[]) } else { self.words.or(&events) };
            parts.push(match within {
                Some(within) => self.say(Msg::PolicyEventWithin, &[("list", &list), ("events", &events), ("within", &within)]),
                None => self.say(Msg::PolicyEventBefore, &[("list", &list), ("events", &events)]),
            });
        }
        parts.join(self.words.either("; ", "；"))
    }

    fn lists(&mut self) {
        self.section(Msg::PolicyLists);
        let mut rows = Vec::new();
        for (number, list) in self.ruleset.lists.iter().enumerate() {
            let forbids = self.ruleset.rules.iter().filter(|r| r.lists().contains(&number)).map(|r| self.title(r.common()));
            let exempts = self.ruleset.rules.iter().filter(|r| r.common().exempt.contains(&Exempt::List(number))).map(|r| self.title(r.common()));
            let exempts = exempts.map(|title| self.say(Msg::PolicyExemptFrom, &[("rule", &title)]));
            let named = self.ruleset.exemptions.iter().filter(|e| e.list == Some(number));
            let named = named.map(|e| self.words.lang.pick(&e.title).unwrap_or(&e.id)).map(|e| self.say(Msg::PolicyForExemption, &[("exemption", e)]));
            let used: Vec<String> = forbids.chain(exempts).chain(named).collect();
            let holds = match list.kind {
                ListKind::Numbers => self.say(Msg::PolicyNumbers, &[]),
                ListKind::Aliases => self.say(Msg::PolicyAliases, &[]),
                ListKind::Bindings => self.say(Msg::PolicyBindings, &[]),
                ListKind::Events => self.say(Msg::PolicyEvents, &[]),
                ListKind::Inventory => self.say(Msg::PolicyInventory, &[]),
                ListKind::Consent => self.say(Msg::PolicyConsents, &[]),
                ListKind::Other => String::new(),
            };
            let used = if used.is_empty() { "—".to_owned() } else { used.join(self.words.either("; ", "；")) };
            rows.push(vec![self.words.list(number), holds, used]);
        }
        if rows.is_empty() {
            return self.text(Msg::PolicyNoLists);
        }
        let head = [Msg::LabelList, Msg::PolicyHolds, Msg::PolicyUsedBy].map(|m| self.say(m, &[])).to_vec();
        self.blocks.push(Block::Table { head, rows });
    }

    /// What to do when a rule is broken.
    fn checklists(&mut self) {
        let mut rules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for rule in &self.ruleset.rules {
            if let Some(checklist) = &rule.common().checklist {
                rules.entry(checklist).or_default().push(self.title(rule.common()));
            }
        }
        if rules.is_empty() {
            return;
        }
        self.section(Msg::PolicyBroken);
        let lang = self.words.lang;
        for (id, titles) in rules {
            self.blocks.push(Block::Part(titles.join(self.words.either("; ", "；"))));
            let rows = self.ruleset.checklists.get(id).into_iter().flatten().map(|step| {
                let or_dash = |text: Option<&str>| text.unwrap_or("—").to_owned();
                vec![
                    or_dash(lang.pick(&step.step)),
                    language::owner(lang, &step.owner).to_owned(),
                    step.due.as_deref().map_or_else(|| "—".to_owned(), |due| self.due(due)),
                    or_dash(lang.pick(&step.proof)),
                ]
            });
            let rows: Vec<Vec<String>> = rows.collect();
            let head = [Msg::ColStep, Msg::ColOwner, Msg::ColDue, Msg::ColProof].map(|m| self.say(m, &[])).to_vec();
            self.blocks.push(Block::Table { head, rows });
        }
    }

    /// `1 business day`
    fn due(&self, text: &str) -> String {
        let Some((n, unit)) = text.split_once(' ').and_then(|(n, unit)| Some((n.parse::<u32>().ok()?, unit))) else { return text.to_owned() };
        self.words.days(n, unit.starts_with("business"))
    }

    fn off(&mut self) {
        if self.ruleset.off.is_empty() {
            return;
        }
        self.section(Msg::PolicyOff);
        self.text(Msg::PolicyOffMeans);
        let lang = self.words.lang;
        let rows = self.ruleset.off.iter().map(|rule| {
            let common = rule.common();
            let why = lang.pick(&common.disabled_because).map_or_else(|| self.say(Msg::PolicyNoReason, &[]), str::to_owned);
            vec![self.title(common), self.badge(common), why]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let head = [Msg::ColRule, Msg::PolicyMark, Msg::ColReason].map(|m| self.say(m, &[])).to_vec();
        self.blocks.push(Block::Table { head, rows });
    }

    fn sources(&mut self) {
        self.section(Msg::PolicySources);
        if self.sources.is_empty() {
            return self.text(Msg::PolicyNoSources);
        }
        self.text(Msg::PolicyConfidence);
        let lang = self.words.lang;
        for (n, (citation, rules)) in self.sources.iter().enumerate() {
            let mut facts = Vec::new();
            if let Some(source) = &citation.source {
                facts.push((self.say(Msg::PolicyReadIn, &[]), source.clone()));
            }
            if let Some(date) = citation.as_of {
                facts.push((self.say(Msg::LabelAsOf, &[]), iso(date)));
            }
            let confidence =
                citation.confidence.map_or_else(|| self.say(Msg::NoConfidence, &[]), |c| format!("{} · {}", c.word(), language::confidence(lang, c.word())));
            facts.push((self.say(Msg::PolicyTrust, &[]), confidence));
            facts.push((self.say(Msg::ColRule, &[]), rules.join(", ")));
            let id = citation.id.as_deref().map(|id| format!("{id}: ")).unwrap_or_default();
            let doubtful = citation.confidence.is_none_or(|c| c.is_low());
            let card = SourceCard { text: format!("{id}{}", citation.text), url: citation.url.clone(), facts, doubtful };
            self.blocks.push(Block::Source(n + 1, Box::new(card)));
        }
    }
}

fn standing(common: &Common) -> Standing {
    Standing::of(common.force.word(), &common.citations)
}

/// `1,500`, `0.5`
fn money(n: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, and no fine reaches 2^53
    let whole = n.trunc() as u64;
    let rest = n.fract();
    if rest == 0.0 { grouped(whole) } else { format!("{}{}", grouped(whole), format!("{rest:.2}").trim_start_matches('0')) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::zones::Zones;
    use crate::rules::registry::KINDS;
    use crate::ruleset::compile;

    fn policies(text: &str) -> [Policy; 2] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.toml");
        std::fs::write(&file, text).unwrap();
        let zones = Zones::new();
        let ruleset = compile::load(&[file], &[], &zones, false).unwrap_or_else(|e| panic!("{e}"));
        Lang::ALL.map(|lang| policy(&ruleset, &zones.view(), lang))
    }

    fn cards(policy: &Policy) -> Vec<&Card> {
        policy.blocks.iter().filter_map(|b| if let Block::Rule(card) = b { Some(card.as_ref()) } else { None }).collect()
    }

    const HEAD: &str = "[ruleset]\nid = 'a'\ntimezone = 'Asia/Shanghai'\nregion = 'CN'\n";

    #[test]
    fn each_kind_says_what_it_demands_in_whole_sentences() {
        for kind in KINDS {
            let example = kind.doc().split("## Example").nth(1).unwrap().split("```").nth(1).unwrap().trim_start_matches("toml");
            let [en, zh] = policies(&format!("{HEAD}{example}"));
            for (policy, end) in [(&en, '.'), (&zh, '。')] {
                let text = &cards(policy)[0].text;
                assert!(text.ends_with(end) && text.chars().count() > 12, "{}: {text}", kind.name());
                assert!(!text.contains(['{', '}', '\n']) && !text.contains("  ") && !text.starts_with(char::is_lowercase), "{}: {text}", kind.name());
            }
            assert!(cards(&en)[0].text.replace("任务名称", "").is_ascii() || !cards(&en)[0].text.contains('，'), "{}", kind.name());
            assert!(!cards(&zh)[0].text.is_ascii(), "{}", kind.name());
            assert!(!language::kind(Lang::Zh, kind.name()).is_ascii(), "{} has no name in Chinese", kind.name());
        }
    }

    #[test]
    fn nothing_is_called_law_that_is_not() {
        let rule =
            |n: u32, force: &str, more: &str| format!("[[rule]]\nid = 'r{n}'\nkind = 'duration'\nof = 'ring_s'\nmin = '15s'\nforce = '{force}'\n{more}\n");
        let citation = |c: &str| format!("citation = {{ text = 'art. 1', confidence = '{c}' }}");
        let mut text = HEAD.to_owned();
        for (n, c) in ["A", "B", "C", "D", "U"].iter().enumerate() {
            text += &rule(u32::try_from(n).unwrap(), "law", &citation(c));
        }
        text += &rule(5, "law", "");
        text += &rule(6, "law", "citation = { text = 'art. 1' }");
        for (n, force) in ["presumption", "standard", "guideline", "contract", "house", "signal"].iter().enumerate() {
            text += &rule(7 + u32::try_from(n).unwrap(), force, &citation("A"));
        }
        let [en, zh] = policies(&text);
        let badge = |policy: &Policy, id: &str| cards(policy).iter().find(|c| c.id == id).map(|c| (c.badge.clone(), c.warnings.len())).unwrap();
        for id in ["r0", "r1"] {
            assert_eq!((badge(&en, id), badge(&zh, id)), (("Law".to_owned(), 0), ("法律".to_owned(), 0)));
        }
        assert_eq!(badge(&en, "r2"), ("Law, as secondary sources tell it".to_owned(), 1));
        for id in ["r3", "r4", "r5", "r6"] {
            assert_eq!((badge(&en, id), badge(&zh, id)), (("Said to be law, not verified".to_owned(), 1), ("据称为法律，未经核实".to_owned(), 1)), "{id}");
        }
        assert_eq!(badge(&en, "r7").0, "Legal presumption (rebuttable)");
        let [_, zh] = policies(&format!("{HEAD}{}{}", rule(1, "presumption", &citation("C")), rule(2, "presumption", "")));
        assert_eq!([badge(&zh, "r1").0, badge(&zh, "r2").0], ["法律推定（据二手资料，可反驳）", "据称为法律推定，未经核实"]);
        let [en, zh] = policies(&text);
        for n in 8..13 {
            assert!(badge(&en, &format!("r{n}")).0.ends_with("(not law)") && badge(&zh, &format!("r{n}")).0.ends_with("（非法律）"));
        }
        let [en, _] = policies(&format!("{HEAD}{}", rule(1, "house", "")));
        assert!(markdown(&en).contains("No rule of this ruleset claims to be law."));
    }

    #[test]
    fn exemptions_say_whom_they_exempt_and_where_they_come_from() {
        let text = format!(
            "{HEAD}[[exemption]]\nid = 'ebr'\ntitle = {{ en = 'a purchase', zh = '购买' }}\nlist = 'customers'\nevent = ['purchase']\nwithin = '18 months'\n\
             citation = {{ text = 'section 9', confidence = 'A' }}\n[[exemption]]\nid = 'unused'\nwhere = \"purpose = 'emergency'\"\n\
             [[list]]\nid = 'customers'\nkind = 'events'\npath = 'c.csv'\n\
             [[rule]]\nid = 'r'\nkind = 'duration'\nof = 'ring_s'\nmin = '15s'\nexempt = ['ebr']\n"
        );
        let [en, zh] = policies(&text).map(|p| markdown(&p));
        assert!(
            en.contains("| a purchase | the list “customers” tells an event (“purchase”) of the person at most 18 months before the call | duration |"),
            "{en}"
        );
        assert!(zh.contains("| 购买 | 名单“customers”载明该对象在呼叫前 18 个月内有事件（“purchase”） | 时长限制 |"), "{zh}");
        assert!(en.contains("Not for calls where: a purchase") && en.contains("section 9") && !en.contains("unused") && !en.contains("emergency"), "{en}");
    }

    #[test]
    fn what_a_ruleset_holds_is_text_and_nothing_else() {
        const BAD: &str = "<script>alert(1)</script> \\\"quoted\\\" '&amp;' [x](http://a.b) | **b** \\u001b[2J \\u202e";
        let text = format!(
            "[ruleset]\nid = \"{BAD}\"\ntitle = \"{BAD}\"\nversion = \"{BAD}\"\n[[rule]]\nid = \"{BAD}\"\ntitle = \"{BAD}\"\nkind = 'dnc_list'\nforce = 'law'\n\
             lists = [\"{BAD}\"]\nchecklist = \"{BAD}\"\nwhere = \"seller = '<b>x</b>'\"\npenalty = {{ max = 1, currency = 'CNY', per = \"{BAD}\", basis = \"{BAD}\" }}\n\
             citation = {{ id = \"{BAD}\", text = \"{BAD}\", source = \"{BAD}\", url = 'https://a.b/?c=1&d=2' }}\n\
             [[rule]]\nid = 'off'\nkind = 'duration'\nof = 'ring_s'\nmin = '15s'\nenabled = false\ndisabled_because = \"{BAD}\"\n\
             [[list]]\nid = \"{BAD}\"\ntitle = \"{BAD}\"\npath = 'x.csv'\n\
             [[checklist]]\nid = \"{BAD}\"\nsteps = [{{ owner = \"{BAD}\", due = '1 day', proof = \"{BAD}\", en = \"{BAD}\" }}]\n"
        );
        for policy in policies(&text) {
            let page = html(&policy);
            assert!(!page.contains("<script") && !page.contains("<b>") && !page.chars().any(|c| c.is_control() && c != '\n') && !page.contains('\u{202e}'));
            assert!(page.contains("&lt;script&gt;") && page.contains("href=\"https://a.b/?c=1&amp;d=2\""));
            // Each attribute of ours has the value that we gave it: no quote of the ruleset ends one.
            assert_eq!(page.matches("=\"").count() * 2, page.matches('"').count(), "a quote is out of place");
            // What stands between backticks is shown as it is.
            let text: String = markdown(&policy).split('`').step_by(2).collect();
            let text = ["\\<", "\\]", "\\|", "\\*"].iter().fold(text, |t, escaped| t.replace(escaped, ""));
            for markup in ["<script", "<b>", "](http", "| **b**", "\u{1b}"] {
                assert!(!text.contains(markup), "{markup}: {text}");
            }
        }
    }

    #[test]
    fn the_same_ruleset_gives_the_same_bytes() {
        let text = format!("{HEAD}{}", KINDS[0].doc().split("```").nth(1).unwrap().trim_start_matches("toml"));
        let [[a, _], [b, _]] = [(); 2].map(|()| policies(&text));
        assert_eq!((html(&a), markdown(&a)), (html(&b), markdown(&b)));
    }
}
