//! What one call at a time is judged by: all readings of its start, on all clocks on which the rule may be in force.

use super::{Common, RowContext, RowHit, RowVerdict, Verdict, note};

/// What a rule says of a call that began at one of its readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Broken for sure; else it depends on something that the log or a list does not tell.
    pub certain: bool,
    /// What is broken.
    pub broken: u8,
    /// In thousandths of the kind's unit, where `broken::measures` says so.
    pub measured: i64,
    /// Number of the list, or of what the rule names.
    pub which: usize,
    /// Bits of `note`.
    pub notes: u8,
}

/// A violation if `at` finds something for sure at every reading of the start at which the rule is in force and the call is not exempt, on every clock that the
/// callee may have; possible if it finds something at some.
pub fn judge(common: &Common, cx: &RowContext<'_>, i: usize, exempt: [bool; 2], mut at: impl FnMut(i64) -> Option<Said>) -> RowVerdict {
    let (first, last) = (cx.batch.start[i], cx.batch.start_last[i]);
    let first_said = at(first);
    let readings = [(first, first_said, exempt[0]), (last, if last == first { first_said } else { at(last) }, exempt[1])];
    let readings = if first == last { &readings[..1] } else { &readings[..] };
    if readings.iter().all(|r| r.1.is_none()) {
        return RowVerdict::Clear;
    }
    let (zones, known) = common.zones(cx.view, cx.batch.zones[i]);
    let (mut all, mut found) = (true, None::<(u16, Said)>);
    for zone in zones {
        for (start, said, exempt) in readings {
            if *exempt || common.dated() && !common.in_effect(cx.view.clock(*zone).local(*start)) {
                all = false;
                continue;
            }
            let Some(said) = said else {
                all = false;
                continue;
            };
            all &= said.certain;
            if found.is_none_or(|f| !f.1.certain && said.certain) {
                found = Some((*zone, *said));
            }
        }
    }
    let Some((zone, said)) = found else { return RowVerdict::Clear };
    let doubtful = !known && common.dated();
    let notes = said.notes | (u8::from(doubtful) * note::NO_ZONE) | (u8::from(first != last) * note::AMBIGUOUS);
    RowVerdict::Hit(RowHit {
        verdict: if all && !doubtful { Verdict::Violation } else { Verdict::Possible },
        broken: said.broken,
        measured: said.measured,
        zone,
        moment: first,
        list: u16::try_from(said.which).unwrap_or(u16::MAX),
        notes,
    })
}

/// What rules say of small tables of calls, for tests of the kinds.
#[cfg(test)]
pub mod table {
    use std::path::Path;

    use crate::calls::zones::Zones;
    use crate::engine::audit::{Job, run};
    use crate::engine::intake::Reading;
    use crate::input::source::Inputs;
    use crate::language::Lang;
    use crate::report::{Findings, Report};
    use crate::rules::Severity;
    use crate::ruleset::compile::load;

    /// What becomes of a call under the only rule.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(missing_docs)]
    pub enum Told {
        Violation,
        Possible,
        Clear,
        NoKey,
        LeftOut,
        /// The rule cannot be evaluated at all.
        Not,
    }

    /// The report on a log, and the messages about its violating and possible calls.
    pub fn audited(rules: &str, csv: &str, beside: &[(&str, &str)], lang: Lang) -> (Report, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("rules.toml", rules);
        write("calls.csv", csv);
        beside.iter().for_each(|(name, text)| write(name, text));
        report(folder.path(), lang)
    }

    fn report(folder: &Path, lang: Lang) -> (Report, Vec<String>) {
        let zones = Zones::new();
        let ruleset = load(&[folder.join("rules.toml")], &[], &zones, false).unwrap();
        let job = Job {
            ruleset: &ruleset,
            zones: &zones,
            reading: Reading { profile: None, tz: None, region: None, date_order: None },
            with: Vec::new(),
            since: None,
            until: None,
            as_of: 0,
            columns: Some(vec!["message".to_owned()]),
            findings: None,
            evidence: 0,
            exposure: false,
            memory: 1 << 26,
            rejects: None,
            lang,
            fail_on: Severity::Info,
            strict: false,
            settlement: None,
            max_rejects: &|read| read,
            progress: &|_, _| (),
            cut: crate::input::records::Cut::default(),
            part: None,
            trace: None,
        };
        let inputs = Inputs::find(&[folder.join("calls.csv").display().to_string()]).unwrap();
        let (report, store) = run(&job, inputs).unwrap();
        let messages = store.violations().unwrap().map(|cells| cells.unwrap().iter().next().unwrap_or_default().to_owned()).collect();
        (report, messages)
    }

    /// What becomes of each call, each in a log of its own.
    pub fn judged_with(rules: &str, csv: &str, beside: &[(&str, &str)]) -> Vec<Told> {
        let (header, rows) = csv.split_once('\n').unwrap();
        let one = |row: &str| {
            let (report, _) = audited(rules, &format!("{header}\n{row}\n"), beside, Lang::En);
            let rule = &report.rules[0];
            assert_eq!(report.totals.calls, 1, "{row}: {:?}", report.inputs);
            match (rule.violations, rule.possible, rule.calls_judged, rule.calls_without_key, rule.calls_left_out) {
                (1, ..) => Told::Violation,
                (0, 1, ..) => Told::Possible,
                (0, 0, 1, ..) => Told::Clear,
                (0, 0, 0, 1, _) => Told::NoKey,
                (0, 0, 0, 0, 1) => Told::LeftOut,
                _ => Told::Not,
            }
        };
        rows.lines().map(one).collect()
    }

    /// The same without any list.
    pub fn judged(rules: &str, csv: &str) -> Vec<Told> {
        judged_with(rules, csv, &[])
    }
}
