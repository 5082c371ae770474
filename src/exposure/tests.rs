use std::collections::BTreeSet;

use super::*;
use crate::calls::calendar::parse_iso;
use crate::calls::zones::Zones;
use crate::language::Lang;
use crate::rules::Common;
use crate::ruleset::{Ruleset, compile};

fn ruleset(rules: &str) -> Ruleset {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, format!("[ruleset]\nid = 'a'\n{rules}")).unwrap();
    compile::load(&[file], &[], &Zones::new(), false).unwrap_or_else(|e| panic!("{e}"))
}

fn rule(id: &str, more: &str) -> String {
    format!("[[rule]]\nid = '{id}'\nkind = 'call_cap'\nper = ['callee']\nmax = 0\nwindow = 'day'\n{more}\n")
}

/// Counts hits of (rule, call, callee, day, weight).
fn count(rules: &str, hits: &[(usize, u64, u64, &str, Weight)]) -> Option<Exposure> {
    let ruleset = ruleset(rules);
    let commons: Vec<&Common> = ruleset.rules.iter().map(|r| r.common()).collect();
    let mut counter = Counter::new(&commons, parse_iso("2026-11-24").unwrap());
    for (rule, call, callee, day, weight) in hits {
        counter.add(*rule, Hit { call: *call, callee: Some(*callee), day: parse_iso(day).unwrap(), weight: *weight });
    }
    counter.finish(&Seen::default())
}

use Weight::{Possible, Suppressed, Violation};

#[test]
fn what_ships_is_whole_and_says_where_it_comes_from() {
    let data = regimes::data();
    let ids: BTreeSet<&str> = regimes::ids().collect();
    assert_eq!(ids.len(), data.regime.len());
    let both = |text: &Text| text.is_empty() || text.keys().map(String::as_str).eq(["en", "zh"]) && text.values().all(|t| !t.trim().is_empty());
    for regime in &data.regime {
        assert!(BASES.contains(&regime.basis.as_str()), "{}: {}", regime.id, regime.basis);
        assert!(regime.excludes.iter().all(|id| ids.contains(id.as_str()) && *id != regime.id), "{}", regime.id);
        for other in regime.excludes.iter().filter_map(|id| regimes::by_id(id)) {
            assert!(other.excludes.contains(&regime.id), "{} and {} exclude each other", regime.id, other.id);
        }
        for text in [&regime.title, &regime.statute, &regime.range, &regime.more, &regime.only_if, &regime.assumes] {
            assert!(both(text), "{}: {text:?}", regime.id);
        }
        assert!(!regime.title.is_empty() && !regime.citation.is_empty());
        assert!(regime.citation.iter().all(|c| c.source.is_some() && c.as_of.is_some() && c.confidence.is_some()), "{}", regime.id);
        let amount = regime.low.is_some() || regime.high.is_some();
        assert_eq!(amount, regime.basis != "sanction", "{}", regime.id);
        assert_eq!(amount, regime.currency.is_some(), "{}", regime.id);
        assert!(regime.low.zip(regime.high).is_none_or(|(low, high)| low <= high), "{}", regime.id);
        assert!(regime.from.is_some() == regime.dates().0.is_some() && regime.to.is_some() == regime.dates().1.is_some(), "{}", regime.id);
    }
    for known in data.first.iter().chain(&data.precedent) {
        assert!(both(&known.text) && both(&known.known) && known.citation.confidence.is_some(), "{known:?}");
    }
}

#[test]
fn a_call_is_one_unit_of_a_regime_and_of_each_regime() {
    let rules = [
        rule("a", "force = 'law'\nexposure = ['us-tcpa', 'us-tsr']"),
        rule("b", "force = 'law'\nexposure = ['us-tcpa']"),
        rule("c", "force = 'presumption'\nexposure = ['us-fdcpa']"),
    ]
    .concat();
    // Calls 1 and 2 to one number, 3 to another; 2 breaks a and b; 3 may break a and breaks b; 4 may break b only.
    let hits = [
        (0, 1, 10, "2026-11-01", Violation),
        (0, 2, 10, "2026-11-02", Violation),
        (1, 2, 10, "2026-11-02", Violation),
        (2, 2, 10, "2026-11-02", Violation),
        (0, 3, 11, "2026-11-02", Possible),
        (1, 3, 11, "2026-11-02", Violation),
        (2, 3, 11, "2026-11-02", Violation),
        (1, 4, 12, "2026-11-03", Possible),
    ];
    let exposure = count(&rules, &hits).unwrap();
    let of = |id: &str| exposure.regimes.iter().find(|r| r.id == id).unwrap();
    let tcpa = of("us-tcpa");
    assert_eq!((tcpa.units_low, tcpa.units_high, tcpa.low, tcpa.high), (3, 3, Some(1500.0), Some(4500.0)));
    assert_eq!(tcpa.counted, Counted { calls: 3, callees: 2, repeated: 1, days: 2, possible: 1, ..Counted::default() });
    assert_eq!(tcpa.rules, ["a", "b"]);
    let tsr = of("us-tsr");
    assert_eq!((tsr.units_high, tsr.low, tsr.high, tsr.counted.possible), (2, Some(0.0), Some(106_176.0), 1));
    // Two people.
    let fdcpa = of("us-fdcpa");
    assert_eq!((fdcpa.basis, fdcpa.units_high, fdcpa.high), ("per_callee", 2, Some(2000.0)));
    assert!(exposure.unpriced.is_empty(), "{:?}", exposure.unpriced);
}

#[test]
fn days_are_counted_once_and_cases_too() {
    let rules = [rule("a", "force = 'law'\nexposure = ['ca-telecom-72']"), rule("b", "force = 'law'\nexposure = ['cn-consumer', 'cn-advertising']")].concat();
    let hits: Vec<_> =
        (0..9).flat_map(|n| [(0, n, n, ["2026-11-01", "2026-11-02", "2026-11-05"][n as usize % 3], Violation), (1, n, n, "2026-11-01", Violation)]).collect();
    let exposure = count(&rules, &hits).unwrap();
    let told: Vec<_> = exposure.regimes.iter().map(|r| (r.id.as_str(), r.units_low, r.units_high, r.low, r.high)).collect();
    assert_eq!(
        told,
        [
            ("ca-telecom-72", 3, 3, Some(0.0), Some(45_000.0)),
            ("cn-consumer", 1, 1, Some(0.0), Some(500_000.0)),
            ("cn-advertising", 1, 1, Some(5_000.0), Some(30_000.0)),
        ]
    );
    // Only those that are there are named.
    assert_eq!(exposure.regimes[1].excludes, ["cn-advertising"]);
    let limit = exposure.regimes[1].limitation.clone().unwrap();
    assert_eq!((limit.years, limit.until.as_str()), (2, "2028-11-01"));
    assert!(exposure.first.len() > 3 && exposure.precedents.len() == 3);
}

#[test]
fn the_low_end_leaves_out_what_is_suppressed_or_out_of_time() {
    let rules = rule("a", "force = 'law'\nexposure = ['us-tcpa']");
    let hits = [
        (0, 1, 1, "2026-11-01", Violation),
        (0, 2, 2, "2026-11-01", Suppressed),
        (0, 3, 3, "2022-11-23", Violation),
        // On the very day it is still in time.
        (0, 4, 4, "2022-11-24", Violation),
    ];
    let exposure = count(&rules, &hits).unwrap();
    let tcpa = &exposure.regimes[0];
    assert_eq!((tcpa.units_low, tcpa.units_high, tcpa.low, tcpa.high), (2, 4, Some(1_000.0), Some(6_000.0)));
    assert_eq!((tcpa.counted.suppressed, tcpa.counted.out_of_time), (1, 1));
}

#[test]
fn a_regime_knows_its_dates() {
    let rules = rule("a", "force = 'law'\nexposure = ['uk-pecr', 'uk-pecr-2026']");
    let hits = [(0, 1, 1, "2026-02-04", Violation), (0, 2, 2, "2026-02-05", Violation)];
    let exposure = count(&rules, &hits).unwrap();
    let told: Vec<_> = exposure.regimes.iter().map(|r| (r.id.as_str(), r.counted.calls, r.high)).collect();
    assert_eq!(told, [("uk-pecr", 1, Some(500_000.0)), ("uk-pecr-2026", 1, Some(17_500_000.0))]);
}

#[test]
fn what_is_no_law_has_no_price() {
    let rules = [
        rule("a", "force = 'contract'"),
        rule("b", "force = 'contract'\nexposure = ['cn-operator-contracts']"),
        rule("c", "force = 'guideline'\nexposure = ['uk-ofcom']"),
        rule("d", "force = 'house'\npenalty = { max = 9, currency = 'USD' }"),
        rule("e", "force = 'law'"),
        rule("f", "force = 'law'\npenalty = { min = 2, max = 9.5, currency = 'USD', per = 'call' }"),
        rule("g", "force = 'law'\nexposure = []\npenalty = { max = 9, currency = 'USD' }"),
    ]
    .concat();
    let hits: Vec<_> = (0..7).map(|n| (n, 1, 1, "2026-11-01", Violation)).collect();
    let exposure = count(&rules, &hits).unwrap();
    let sanctions: Vec<_> = exposure.sanctions.iter().map(|s| (s.id.as_str(), s.counted.calls)).collect();
    assert_eq!(sanctions, [("contract", 1), ("cn-operator-contracts", 1)]);
    let unpriced: Vec<_> = exposure.unpriced.iter().map(|u| (u.rule.as_str(), u.reason)).collect();
    assert_eq!(unpriced, [("c", "not_law"), ("d", "not_law"), ("e", "no_regime"), ("g", "no_regime")]);
    let priced: Vec<_> = exposure.regimes.iter().map(|r| (r.id.as_str(), r.low, r.high, r.confidence)).collect();
    assert_eq!(priced, [("rule:f", Some(2.0), Some(9.5), None)]);
}

#[test]
fn possible_violations_and_house_rules_alone_have_no_price() {
    let hits = [(0, 1, 1, "2026-11-01", Possible)];
    let exposure = count(&rule("a", "force = 'law'\nexposure = ['us-tcpa']"), &hits).unwrap();
    assert_eq!((exposure.regimes[0].units_high, exposure.regimes[0].low, exposure.regimes[0].high), (0, Some(0.0), None));
    assert!(phrases::regime(Lang::En, &exposure.regimes[0]).0.contains("nothing that is certain to price"));
    assert!(count(&rule("a", "force = 'house'"), &[(0, 1, 1, "2026-11-01", Violation)]).is_none());
    assert!(count(&rule("a", "force = 'law'"), &[]).is_none());
}

#[test]
fn a_share_has_no_calls_to_price() {
    let ruleset = ruleset(&[rule("a", "force = 'law'\nexposure = ['us-tcpa']"), rule("b", "force = 'law'\nexposure = ['cn-consumer']")].concat());
    let commons: Vec<&Common> = ruleset.rules.iter().map(|r| r.common()).collect();
    let day = parse_iso("2026-11-01").unwrap();
    let mut counter = Counter::new(&commons, day);
    counter.together(0, day, Violation);
    counter.together(1, day, Violation);
    let exposure = counter.finish(&Seen::default()).unwrap();
    assert_eq!(exposure.regimes.iter().map(|r| (r.id.as_str(), r.high)).collect::<Vec<_>>(), [("cn-consumer", Some(500_000.0))]);
    assert_eq!(exposure.unpriced.iter().map(|u| (u.rule.as_str(), u.reason)).collect::<Vec<_>>(), [("a", "together")]);
}

#[test]
fn many_callees_are_counted_exactly() {
    let ruleset = ruleset(&rule("a", "force = 'law'\nexposure = ['us-tcpa']"));
    let commons: Vec<&Common> = ruleset.rules.iter().map(|r| r.common()).collect();
    let mut counter = Counter::new(&commons, 20_000);
    for call in 0..100_000_u64 {
        let hit = Hit { call, callee: Some(call.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 7_919), day: i32::try_from(call % 400).unwrap(), weight: Violation };
        counter.add(0, hit);
    }
    let exposure = counter.finish(&Seen::default()).unwrap();
    let mut times = std::collections::BTreeMap::<u64, u32>::new();
    (0..100_000_u64).for_each(|call| *times.entry(call.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 7_919).or_default() += 1);
    let repeated = times.values().filter(|n| **n > 1).count() as u64;
    let counted = exposure.regimes[0].counted;
    assert!(repeated > 1000 && repeated < times.len() as u64);
    assert_eq!((counted.calls, counted.callees, counted.repeated, counted.days), (100_000, times.len() as u64, repeated, 400));
}

#[test]
fn an_unknown_regime_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.toml");
    std::fs::write(&file, format!("[ruleset]\nid = 'a'\n{}", rule("a", "exposure = ['us-tcap']"))).unwrap();
    let error = compile::load(&[file], &[], &Zones::new(), false).unwrap_err().to_string();
    assert!(error.contains("no regime has the id \"us-tcap\"") && error.contains("did you mean \"us-tcpa\"?"), "{error}");
}

#[test]
fn it_is_read_back_as_it_was_written() {
    let exposure = hostile("x");
    let text = serde_json::to_string(&exposure).unwrap();
    assert_eq!(serde_json::from_str::<Exposure>(&text).unwrap(), exposure);
}
