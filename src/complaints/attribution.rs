//! To which campaign, agent, displayed number … does a complaint belong? Each person who complained weighs one, however often they complained and however
//! many of their calls are meant: the calls share that weight, so that under no difference each level has as much of it as of the calls. Where several people
//! may be meant, the complaint counts for a dimension only if all calls that may be meant have the same level of it.

use std::collections::{BTreeMap, BTreeSet};

use super::counting::{Call, attempt, hour};
use super::lift::Dimension;
use super::matching::{Join, Reason, Standing};
use crate::calls::keys::Dictionary;

/// The calls of one person who complained.
#[derive(Debug)]
pub struct Complainant {
    /// The calls, each once.
    pub calls: Vec<usize>,
    /// May they be of several people?
    pub open: bool,
}

/// The people who complained and whose calls are known, or may be one of several people's; each once.
pub fn complainants(joins: &[Join]) -> Vec<Complainant> {
    let mut sure: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut open: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for join in joins {
        match (join.standing, join.reason) {
            (Standing::Matched, _) => sure.entry(&join.person).or_default().extend(&join.calls),
            (Standing::Ambiguous, Some(Reason::SeveralPeople)) => open.entry(&join.person).or_default().extend(&join.calls),
            _ => {}
        }
    }
    open.retain(|person, _| !sure.contains_key(person));
    let all = sure.into_values().map(|c| (c, false)).chain(open.into_values().map(|c| (c, true)));
    all.map(|(calls, open)| Complainant { calls: calls.into_iter().collect(), open }).collect()
}

/// The value of a dimension that a call has; none: not known. `place`: of the dimension among those of columns.
pub fn value(call: &Call, dimension: &str, place: Option<usize>, dictionary: &Dictionary) -> Option<String> {
    let value = match (place, dimension) {
        (Some(n), _) => call.values.get(n)?.clone(),
        (None, "caller") => dictionary.show(Some(call.caller).filter(|c| c.groups())?),
        (None, "hour") => hour(call.hour?),
        (None, _) => attempt(call.attempt)?.to_owned(),
    };
    (!value.is_empty()).then_some(value)
}

/// What the people who complained weigh in one dimension.
#[derive(Debug, Default)]
pub struct Weights {
    /// By person, in their order: levels with their shares.
    pub shares: Vec<Vec<(String, f64)>>,
    /// What cannot be told.
    pub unknown: f64,
}

/// Weighs them; `place` as of [`value`].
#[allow(clippy::cast_precision_loss)] // numbers of calls
pub fn weigh(people: &[Complainant], calls: &[Call], dimension: &str, place: Option<usize>, dictionary: &Dictionary) -> Weights {
    let mut weights = Weights::default();
    for person in people {
        let values: Vec<Option<String>> = person.calls.iter().map(|n| value(&calls[*n], dimension, place, dictionary)).collect();
        let mut shares: BTreeMap<&String, f64> = BTreeMap::new();
        if person.open {
            match values.first() {
                Some(Some(first)) if values.iter().all(|v| v.as_ref() == Some(first)) => drop(shares.insert(first, 1.0)),
                _ => weights.unknown += 1.0,
            }
        } else {
            let part = 1.0 / values.len().max(1) as f64;
            for value in &values {
                match value {
                    Some(value) => *shares.entry(value).or_default() += part,
                    None => weights.unknown += part,
                }
            }
        }
        weights.shares.push(shares.into_iter().map(|(level, share)| (level.clone(), share)).collect());
    }
    weights
}

/// Adds the weights to the levels of their dimension.
pub fn add(dimension: &mut Dimension, weights: &Weights) {
    for (name, share) in weights.shares.iter().flatten() {
        if let Ok(n) = dimension.levels.binary_search_by(|l| l.name.as_str().cmp(name)) {
            dimension.levels[n].complaints += share;
        }
    }
}

/// Of the complaints of one level, the share that another one, of another dimension, has as well.
pub fn shared(of: (&Weights, &str), with: (&Weights, &str)) -> f64 {
    let share = |weights: &Weights, person: usize, level: &str| weights.shares[person].iter().find(|s| s.0 == level).map_or(0.0, |s| s.1);
    let (mut all, mut both) = (0.0, 0.0);
    for person in 0..of.0.shares.len() {
        let own = share(of.0, person, of.1);
        all += own;
        both += own * share(with.0, person, with.1);
    }
    if all > 0.0 { both / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(person: &str, standing: Standing, calls: &[usize]) -> Join {
        let reason = (standing == Standing::Ambiguous).then_some(Reason::SeveralPeople);
        Join { standing, sure: None, reason, how: Vec::new(), calls: calls.to_vec(), people: 1, person: person.to_owned() }
    }

    fn call(campaign: &str) -> Call {
        Call { values: vec![campaign.to_owned()], ..Call::default() }
    }

    #[test]
    fn a_person_weighs_one_however_often_they_complain() {
        let joins = [
            join("a", Standing::Matched, &[0, 1]),
            join("a", Standing::Matched, &[1, 2]),
            join("b", Standing::Matched, &[3]),
            join("b", Standing::Ambiguous, &[0, 3]),
            join("c", Standing::Ambiguous, &[0, 1]),
            join("d", Standing::Ambiguous, &[0, 3]),
            join("e", Standing::Unmatched, &[]),
        ];
        let people = complainants(&joins);
        assert_eq!(people.len(), 4);
        let calls = [call("x"), call("x"), call("y"), call("")];
        let weights = weigh(&people, &calls, "campaign", Some(0), &Dictionary::default());
        let mut dimension = Dimension { name: "campaign".to_owned(), ..Dimension::default() };
        for name in ["x", "y"] {
            dimension.levels.push(super::super::lift::Level { name: name.to_owned(), calls: 2, complaints: 0.0 });
        }
        add(&mut dimension, &weights);
        let complaints: Vec<f64> = dimension.levels.iter().map(|l| l.complaints).collect();
        assert!((complaints[0] - (2.0 / 3.0 + 1.0)).abs() < 1e-12 && (complaints[1] - 1.0 / 3.0).abs() < 1e-12, "{complaints:?}");
        assert_eq!(weights.unknown, 2.0, "b's call has no campaign, d may be one of several people");
        assert!((shared((&weights, "x"), (&weights, "y")) - (2.0 / 3.0 * 1.0 / 3.0) / (5.0 / 3.0)).abs() < 1e-12);
    }
}
