//! `callaudit rules list`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::{outputs, pretty, write};
use crate::calls::calendar::iso;
use crate::calls::zones::Zones;
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::language::{self, Lang, Msg, say};
use crate::report::renderers::View;
use crate::report::renderers::table::{show, wrap};
use crate::rules::Force;
use crate::rules::registry::KINDS;
use crate::ruleset::compile;
use crate::ruleset::packs::{PACKS, Pack};

/// Options of `rules list`.
#[derive(Debug, Args)]
pub struct Options {
    /// text or json, to standard output or to a file; may be repeated [default: text]
    #[arg(short = 'o', long = "report", value_name = "FORMAT[=PATH]")]
    pub report: Vec<String>,
}

/// What is told of a pack.
struct Listed {
    name: &'static str,
    version: &'static str,
    as_of: Option<String>,
    title: BTreeMap<String, String>,
    about: BTreeMap<String, String>,
    jurisdiction: String,
    kind: String,
    on: usize,
    off: usize,
    /// Rules that are on, by force, the strongest first.
    force: Vec<(&'static str, usize)>,
}

/// Runs the command; gives the exit status.
pub fn run(options: &Options, terminal: &Terminal) -> Result<u8> {
    let outputs = outputs(&options.report, &["text", "json"])?;
    let zones = Zones::new();
    let packs = PACKS.iter().map(|p| listed(p, &zones)).collect::<Result<Vec<_>>>()?;
    write(&outputs, |format, on_screen| match format {
        "json" => pretty(&as_json(&packs)),
        _ => Ok(text(&packs, &terminal.view(on_screen))),
    })?;
    Ok(0)
}

fn listed(pack: &Pack, zones: &Zones) -> Result<Listed> {
    let ruleset = compile::load(&[PathBuf::from(pack.name)], &[], zones, false)?;
    let head = &ruleset.effective["ruleset"]["pack"];
    let word = |key: &str| head[key].as_str().unwrap_or_default().to_owned();
    let about = head["about"].as_object().into_iter().flatten().filter_map(|(lang, text)| Some((lang.clone(), text.as_str()?.to_owned())));
    let of = |force: Force| ruleset.rules.iter().filter(|r| r.common().force == force).count();
    Ok(Listed {
        name: pack.name,
        version: pack.version(),
        as_of: ruleset.packs.first().map(|p| iso(p.as_of)),
        title: ruleset.title.clone(),
        about: about.collect(),
        jurisdiction: word("jurisdiction"),
        kind: word("kind"),
        on: ruleset.rules.len(),
        off: ruleset.off.len(),
        force: Force::WORDS.iter().map(|(word, force)| (*word, of(*force))).filter(|f| f.1 > 0).collect(),
    })
}

fn as_json(packs: &[Listed]) -> Value {
    let packs: Vec<Value> = packs
        .iter()
        .map(|p| {
            json!({
                "name": p.name, "version": p.version, "as_of": p.as_of, "kind": p.kind, "jurisdiction": p.jurisdiction, "title": p.title, "about": p.about,
                "rules": p.on, "off": p.off, "force": p.force.iter().map(|(word, n)| ((*word).to_owned(), json!(n))).collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    let kinds: Vec<Value> = KINDS
        .iter()
        .map(|k| {
            let [en, zh] = k.schema().about;
            json!({ "name": k.name(), "title": { "en": language::kind(Lang::En, k.name()), "zh": language::kind(Lang::Zh, k.name()) }, "about": { "en": en, "zh": zh } })
        })
        .collect();
    json!({ "schema": "callaudit.rules/1", "packs": packs, "kinds": kinds })
}

fn text(packs: &[Listed], view: &View) -> String {
    let lang = view.lang;
    let mut out = String::new();
    let mut paragraph = |indent: usize, text: &str| {
        for line in wrap(text, view.width.saturating_sub(indent).max(20)) {
            let _ = writeln!(out, "{}{line}", " ".repeat(indent));
        }
    };
    paragraph(0, &say(lang, Msg::ListPacks, &[("n", &packs.len().to_string())]));
    for pack in packs {
        let title = lang.pick(&pack.title).map(show).unwrap_or_default();
        paragraph(2, &format!("{}@{} · {title}", pack.name, pack.version));
        if let Some(about) = lang.pick(&pack.about) {
            paragraph(6, &show(about));
        }
        let mut facts = vec![say(lang, Msg::ListRules, &[("on", &pack.on.to_string()), ("off", &pack.off.to_string())])];
        facts.extend(pack.force.iter().map(|(word, n)| format!("{} {n}", language::force(lang, word))));
        facts.extend(pack.as_of.as_ref().map(|date| say(lang, Msg::AsOfDay, &[("date", date)])));
        paragraph(6, &facts.join(" · "));
    }
    paragraph(0, "");
    paragraph(0, &say(lang, Msg::ListKinds, &[]));
    let widest = KINDS.iter().map(|k| k.name().width()).max().unwrap_or(0);
    for kind in KINDS {
        paragraph(2, &format!("{:widest$}  {}", kind.name(), kind.schema().about(lang)));
    }
    out
}
