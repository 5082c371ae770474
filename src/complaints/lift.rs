//! Which campaign, agent, displayed number, hour … has more complaints a call than the others? Each level of a dimension is held against all other calls of
//! which that dimension is known, with the exact interval of [`super::stats`].
//!
//! Many levels are looked at, so each is asked for more than its own share of the error: the dimensions share it equally, and the levels of a dimension
//! share what it has (Bonferroni, weighted by dimension). With a confidence of 95 %, a log in which nothing differs gives a finding in at most one case of
//! twenty, whatever the number of levels; and a hundred thousand displayed numbers do not hide one of forty campaigns. The interval that is told is the one
//! with that correction: it excludes 1 exactly where there is a finding.

use super::stats::{Rate, Ratio, ratio};

/// How often nothing may look like something.
pub const ALPHA: f64 = 0.05;

/// A value of a dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub name: String,
    /// Calls that have it.
    pub calls: u64,
    /// People who complained of them: several complaints of one person are one, and one that is about calls of several levels is shared by these.
    pub complaints: f64,
}

/// What was counted of a dimension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its levels.
    pub levels: Vec<Level>,
}

/// A level held against the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Lift {
    /// What was counted.
    pub level: Level,
    /// The ratio of its rate to that of all others; None: nothing can be compared.
    pub ratio: Option<Ratio>,
    /// Its p-value after the correction.
    pub p: f64,
    /// More complaints a call than elsewhere, whatever the number of levels looked at?
    pub finding: bool,
}

/// Holds each level of each dimension against the others; in each dimension the one comes first whose lift is the surest: the greatest lower bound.
pub fn lifts(dimensions: &[Dimension], alpha: f64) -> Vec<Vec<Lift>> {
    let tested = dimensions.iter().filter(|d| is_tested(d)).count();
    dimensions.iter().map(|d| of_dimension(d, tested, alpha)).collect()
}

/// Is there something to compare?
pub fn is_tested(dimension: &Dimension) -> bool {
    dimension.levels.iter().filter(|l| l.calls > 0).count() > 1 && dimension.levels.iter().any(|l| l.complaints > 0.0)
}

/// How many tests the level of a dimension stands for.
fn tests(dimension: &Dimension, tested: usize) -> usize {
    dimension.levels.iter().filter(|l| l.calls > 0).count().max(1) * tested.max(1)
}

#[allow(clippy::cast_precision_loss)] // counts of calls
fn of_dimension(dimension: &Dimension, tested: usize, alpha: f64) -> Vec<Lift> {
    let tests = tests(dimension, tested) as f64;
    let calls: u64 = dimension.levels.iter().map(|l| l.calls).sum();
    let complaints: f64 = dimension.levels.iter().map(|l| l.complaints).sum();
    let comparable = is_tested(dimension);
    let lift = |level: &Level| {
        let inside = Rate { complaints: level.complaints, calls: level.calls as f64 };
        let outside = Rate { complaints: (complaints - level.complaints).max(0.0), calls: (calls - level.calls) as f64 };
        // Sums of shares are not exact: what is left of nothing is nothing.
        let outside = if outside.complaints < 1e-9 { Rate { complaints: 0.0, ..outside } } else { outside };
        let ratio = comparable.then(|| ratio(inside, outside, alpha / tests)).flatten();
        let p = ratio.map_or(1.0, |r| (r.p * tests).min(1.0));
        Lift { level: level.clone(), ratio, p, finding: ratio.is_some_and(|r| r.low > 1.0) }
    };
    let mut lifts: Vec<Lift> = dimension.levels.iter().map(lift).collect();
    let order = |l: &Lift| l.ratio.map_or((-1.0, -1.0), |r| (r.low, r.ratio.unwrap_or(f64::INFINITY)));
    lifts.sort_by(|a, b| {
        let ((la, ra), (lb, rb)) = (order(a), order(b));
        lb.total_cmp(&la).then(rb.total_cmp(&ra)).then(b.level.calls.cmp(&a.level.calls)).then_with(|| a.level.name.cmp(&b.level.name))
    });
    lifts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimension(name: &str, levels: &[(u64, f64)]) -> Dimension {
        let level = |(n, (calls, complaints)): (usize, &(u64, f64))| Level { name: format!("{n}"), calls: *calls, complaints: *complaints };
        Dimension { name: name.to_owned(), levels: levels.iter().enumerate().map(level).collect() }
    }

    #[test]
    fn the_guilty_level_comes_first_with_its_corrected_interval() {
        let mut levels = vec![(1000, 2.0); 39];
        levels.push((1000, 20.0));
        let found = &lifts(&[dimension("campaign", &levels)], ALPHA)[0];
        assert_eq!(found[0].level.name, "39");
        let ratio = found[0].ratio.unwrap();
        assert!((ratio.ratio.unwrap() - 10.0).abs() < 1e-9 && ratio.low > 1.0 && found[0].finding && found[0].p < 0.05);
        assert!(found[1..].iter().all(|l| !l.finding));
    }

    #[test]
    fn more_levels_and_dimensions_ask_for_more() {
        let one = dimension("campaign", &[(1000, 9.0), (9000, 27.0)]);
        let low = |all: &[Dimension]| lifts(all, ALPHA)[0][0].ratio.unwrap().low;
        let alone = low(std::slice::from_ref(&one));
        let other = dimension("hour", &[(5000, 18.0), (5000, 18.0)]);
        assert!(low(&[one.clone(), other]) < alone);
        let silent = dimension("script", &[(10_000, 36.0)]);
        assert_eq!(low(&[one, silent]), alone, "what has one level only is not tested");
    }

    #[test]
    fn without_complaints_nothing_is_compared() {
        let found = &lifts(&[dimension("campaign", &[(10, 0.0), (20, 0.0)])], ALPHA)[0];
        assert!(found.iter().all(|l| l.ratio.is_none() && !l.finding));
    }
}
