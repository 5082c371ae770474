//! Closing cases: a summary report (总结报告) of what was found, done and is still open, and the complaint ledger (投诉台账).

use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, Workbook};
use serde::Deserialize;

use super::{Draft, SCHEMA};
use crate::calls::calendar::{Date, iso, parse_iso};
use crate::error::{Error, Result};
use crate::language::casework::{Msg, basis, channel, say};
use crate::language::{self, Lang};
use crate::policy::{Block, Policy};
use crate::remediation::plan::sheets::Sheet;
use crate::remediation::plan::{Plan, State};
use crate::report::renderers::csv::guard;

/// What is read of a stored case (`case -o json`).
#[derive(Debug, Deserialize)]
struct Stored {
    schema: String,
    organisation: Option<String>,
    complaint: Told,
    claims: Vec<Claim>,
    cause: Vec<Cause>,
    rules: Vec<Rule>,
    deadlines: Vec<Deadline>,
    not_established: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Told {
    id: Option<String>,
    numbers: Vec<String>,
    shown: Vec<String>,
    at: Option<String>,
    claims: Vec<String>,
    channel: Option<String>,
    received: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Claim {
    text: Option<String>,
    meaning: String,
    verdict: String,
    why: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Cause {
    text: String,
}

#[derive(Debug, Deserialize)]
struct Rule {
    rule: String,
    together: bool,
}

#[derive(Debug, Deserialize)]
struct Deadline {
    id: String,
    what: String,
    due: Option<String>,
    basis: String,
    binds: Option<String>,
    keep: bool,
}

/// Cases that are to be closed.
#[derive(Debug)]
pub struct Closing {
    cases: Vec<(String, Stored)>,
    plan: Option<Plan>,
    as_of: Date,
    /// When the complainants were answered.
    answered: Option<Date>,
    lang: Lang,
}

impl Closing {
    /// Reads stored cases; with the plan whose steps belong to them.
    ///
    /// Errors: a file that is no stored case, or one of another version.
    pub fn read<P: AsRef<Path>>(paths: &[P], plan: Option<Plan>, as_of: Date, answered: Option<Date>, lang: Lang) -> Result<Closing> {
        let mut cases = Vec::new();
        for path in paths {
            let name = path.as_ref().display().to_string();
            let bytes = std::fs::read(path).map_err(|e| Error::Usage(format!("cannot read the case {name}: {e}")))?;
            let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| Error::Usage(format!("{name} is no stored case (case -o json): {e}")))?;
            if value["schema"] != SCHEMA {
                let found = value["schema"].as_str().map_or_else(|| "none".to_owned(), crate::report::renderers::table::show);
                return Err(Error::Usage(format!("{name} is no stored case of this version: its schema is {found}, {SCHEMA} was expected")));
            }
            let stored: Stored =
                serde_path_to_error::deserialize(value).map_err(|e| Error::Usage(format!("{name} was cut or edited: {}: {}", e.path(), e.inner())))?;
            debug_assert_eq!(stored.schema, SCHEMA);
            cases.push((name, stored));
        }
        Ok(Closing { cases, plan, as_of, answered, lang })
    }

    fn tell(&self, message: Msg, values: &[(&str, &str)]) -> String {
        say(self.lang, message, values)
    }

    fn names(&self, messages: &[Msg]) -> Vec<String> {
        messages.iter().map(|m| self.tell(*m, &[])).collect()
    }

    fn verdict(&self, word: &str) -> String {
        let message = match word {
            "substantiated" => Msg::Substantiated,
            "partly" => Msg::Partly,
            "not" => Msg::Not,
            _ => Msg::CannotTell,
        };
        self.tell(message, &[])
    }

    /// The date by which the complainant is to be answered.
    fn due(case: &Stored) -> Option<Date> {
        let of = |id: &str| case.deadlines.iter().find(|d| d.id == id).and_then(|d| d.due.as_deref());
        of("asked").or_else(|| of("answer")).and_then(parse_iso)
    }

    /// Steps of the plan that the rules of the cases ask for, or all where no rule does.
    fn items(&self) -> Vec<&crate::remediation::plan::Item> {
        let Some(plan) = &self.plan else { return Vec::new() };
        let rules: Vec<&str> = self.cases.iter().flat_map(|c| &c.1.rules).filter(|r| !r.together).map(|r| r.rule.as_str()).collect();
        plan.items.iter().filter(|i| i.rules.iter().any(|r| rules.contains(&r.as_str()))).collect()
    }

    /// What is still open, one sentence each: steps, answers, and terms of the company's own that have passed without an answer.
    pub fn open(&self) -> Vec<String> {
        let mut all = Vec::new();
        for item in self.items().iter().filter(|i| matches!(i.state, State::Open | State::Reopened)) {
            let due = item.due.map_or_else(|| "—".to_owned(), iso);
            let owner = language::owner(self.lang, &item.owner);
            all.push(
                self.tell(Msg::OpenStep, &[("id", &item.id), ("owner", owner), ("due", &due), ("state", language::plan::state(self.lang, item.state.word()))]),
            );
        }
        if self.plan.is_none() {
            all.push(self.tell(Msg::OpenNoPlan, &[]));
        }
        for (name, case) in &self.cases {
            let id = case.complaint.id.as_deref().unwrap_or(name);
            match (self.answered, Closing::due(case)) {
                (None, _) => all.push(self.tell(Msg::OpenAnswer, &[("id", id)])),
                (Some(on), Some(due)) if on > due => all.push(self.tell(Msg::OpenLate, &[("id", id), ("on", &iso(on)), ("due", &iso(due))])),
                _ => {}
            }
        }
        all
    }

    /// The summary report.
    pub fn summary(&self, version: &str) -> Policy {
        let organisation = self.cases.iter().find_map(|c| c.1.organisation.clone());
        let mut head = vec![(self.tell(Msg::CaseDay, &[]), iso(self.as_of))];
        head.extend(organisation.map(|o| (self.tell(Msg::CaseFor, &[]), o)));
        let foot = self.tell(Msg::CloseFoot, &[("version", version)]);
        Policy { lang: self.lang, title: self.tell(Msg::CloseTitle, &[]), head, blocks: self.blocks(), foot }
    }

    /// The same as a draft, for DOCX.
    pub fn draft(&self) -> Draft {
        Draft { id: "summary", lang: self.lang.code(), title: self.tell(Msg::CloseTitle, &[]), text: String::new(), blocks: self.blocks() }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut all = Vec::new();
        let open = self.open();
        if open.is_empty() {
            all.push(Block::Text(self.tell(Msg::CloseNothing, &[])));
        } else {
            all.push(Block::Warning(self.tell(Msg::CloseOpen, &[("n", &open.len().to_string())])));
            all.push(Block::Items(open));
        }
        let semicolon = if self.lang == Lang::Zh { "；" } else { "; " };
        for (name, case) in &self.cases {
            all.push(Block::Section(format!("{} {}", self.tell(Msg::CaseOf, &[]), case.complaint.id.as_deref().unwrap_or(name))));
            let claim = |c: &Claim| vec![c.text.clone().unwrap_or_else(|| c.meaning.clone()), self.verdict(&c.verdict), c.why.join(semicolon)];
            all.push(Block::Table { head: self.names(&[Msg::ColClaim, Msg::ColVerdict, Msg::ColWhy]), rows: case.claims.iter().map(claim).collect() });
            all.push(Block::Part(self.tell(Msg::HeadCause, &[])));
            all.push(Block::Items(case.cause.iter().map(|c| c.text.clone()).collect()));
            all.push(Block::Part(self.tell(Msg::HeadDeadlines, &[])));
            let own = case.deadlines.iter().filter(|d| !d.keep && d.binds.is_none());
            let row = |d: &Deadline| vec![d.due.clone().unwrap_or_else(|| "—".to_owned()), d.what.clone(), basis(self.lang, &d.basis)];
            all.push(Block::Table { head: self.names(&[Msg::ColDue, Msg::ColWhat, Msg::ColBasis]), rows: own.map(row).collect() });
            all.push(Block::Part(self.tell(Msg::HeadNotEstablished, &[])));
            all.push(Block::Items(case.not_established.clone()));
        }
        all.push(Block::Section(self.tell(Msg::CloseMeasures, &[])));
        if let Some(plan) = &self.plan {
            let sheet = Sheet { plan, owner: None, as_of: self.as_of, lang: self.lang };
            let items = self.items();
            if items.is_empty() {
                all.push(Block::Text(self.tell(Msg::CloseNoSteps, &[])));
            } else {
                let row = |i: &&crate::remediation::plan::Item| {
                    let rates = sheet.rates(i).into_iter().flatten().map(|(rule, rate)| format!("{rule}: {rate}")).collect::<Vec<_>>();
                    let said = [i.by.clone(), i.on.map(iso).unwrap_or_default(), i.proof.clone()];
                    vec![
                        sheet.step(i),
                        language::owner(self.lang, &i.owner).to_owned(),
                        language::plan::state(self.lang, i.state.word()).to_owned(),
                        said.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
                        rates.join(semicolon),
                    ]
                };
                let head = self.names(&[Msg::ColStep, Msg::ColOwner, Msg::CloseState, Msg::ColProof, Msg::CloseRates]);
                all.push(Block::Table { head, rows: items.iter().map(row).collect() });
            }
        }
        all.push(Block::Section(self.tell(Msg::CloseLessons, &[])));
        all.push(Block::Text(self.tell(Msg::CloseGap, &[])));
        all.push(Block::Text(self.tell(Msg::CloseSeal, &[])));
        all
    }

    /// The rows of the ledger, its head first.
    pub fn ledger(&self) -> Vec<Vec<String>> {
        let semicolon = if self.lang == Lang::Zh { "；" } else { "; " };
        let comma = if self.lang == Lang::Zh { "、" } else { ", " };
        let mut rows = vec![self.names(&[
            Msg::LedgerId,
            Msg::LedgerReceived,
            Msg::LedgerChannel,
            Msg::LedgerNumber,
            Msg::LedgerShown,
            Msg::ColTime,
            Msg::LedgerClaims,
            Msg::LedgerVerdict,
            Msg::LedgerCause,
            Msg::LedgerDue,
            Msg::LedgerDone,
            Msg::CloseStepsOpen,
            Msg::LedgerOwner,
        ])];
        let open = self.items().iter().filter(|i| matches!(i.state, State::Open | State::Reopened)).count();
        for (name, case) in &self.cases {
            let told = &case.complaint;
            let verdicts: Vec<String> =
                case.claims.iter().map(|c| format!("{} = {}", c.text.as_deref().unwrap_or(&c.meaning), self.verdict(&c.verdict))).collect();
            let causes: Vec<String> = case.cause.iter().map(|c| c.text.clone()).collect();
            rows.push(vec![
                told.id.clone().unwrap_or_else(|| name.clone()),
                told.received.clone().unwrap_or_default(),
                told.channel.as_deref().map(|c| channel(self.lang, c).to_owned()).unwrap_or_default(),
                told.numbers.join(comma),
                told.shown.join(comma),
                told.at.clone().unwrap_or_default(),
                told.claims.join(semicolon),
                verdicts.join(semicolon),
                causes.join(semicolon),
                Closing::due(case).map(iso).unwrap_or_default(),
                self.answered.map(iso).unwrap_or_default(),
                self.plan.as_ref().map_or_else(String::new, |_| open.to_string()),
                String::new(),
            ]);
        }
        rows
    }

    /// The ledger as a workbook: numbers as text, dates as dates.
    ///
    /// Errors: those of writing.
    pub fn xlsx(&self, out: &mut dyn Write) -> Result<()> {
        let failed = |e: rust_xlsxwriter::XlsxError| Error::Io(format!("cannot write the workbook: {e}"));
        let mut book = Workbook::new();
        // The same bytes each time: the day of the ledger, and no time of making.
        let stamp = rust_xlsxwriter::ExcelDateTime::parse_from_str(&iso(self.as_of)).map_err(failed)?;
        book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&stamp));
        let sheet = book.add_worksheet();
        sheet.set_name(self.tell(Msg::CloseLedger, &[])).map_err(failed)?;
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color(0x00E7_E6E6);
        let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
        let rows = self.ledger();
        let dates = [1_usize, 9, 10];
        for (r, row) in rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let (line, column) = (u32::try_from(r).unwrap_or(u32::MAX), u16::try_from(c).unwrap_or(u16::MAX));
                if r == 0 {
                    sheet.write_string_with_format(line, column, cell, &head).map_err(failed)?;
                } else if dates.contains(&c) && !cell.is_empty() {
                    let at = rust_xlsxwriter::ExcelDateTime::parse_from_str(cell).map_err(failed)?;
                    sheet.write_datetime_with_format(line, column, &at, &date).map_err(failed)?;
                } else {
                    sheet.write_string_with_format(line, column, crate::report::renderers::table::show(cell), &text).map_err(failed)?;
                }
            }
        }
        let widths = [12.0, 12.0, 14.0, 18.0, 16.0, 18.0, 28.0, 36.0, 28.0, 12.0, 12.0, 10.0, 12.0];
        for (c, width) in widths.iter().enumerate() {
            sheet.set_column_width(u16::try_from(c).unwrap_or(0), *width).map_err(failed)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        let last = u32::try_from(rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
        sheet.autofilter(0, 0, last, 12).map_err(failed)?;
        let bytes = book.save_to_buffer().map_err(failed)?;
        out.write_all(&bytes).map_err(|e| crate::report::renderers::write_error(&e))
    }

    /// The ledger as csv, with a mark at its begin for spreadsheets.
    ///
    /// Errors: those of writing.
    pub fn csv(&self, out: &mut dyn Write) -> Result<()> {
        let failed = |e: csv::Error| Error::Io(format!("cannot write the ledger: {e}"));
        out.write_all("\u{feff}".as_bytes()).map_err(|e| crate::report::renderers::write_error(&e))?;
        let mut writer = csv::Writer::from_writer(out);
        for row in self.ledger() {
            writer.write_record(row.iter().map(|c| guard(c).into_owned())).map_err(failed)?;
        }
        writer.flush().map_err(|e| crate::report::renderers::write_error(&e))
    }
}
