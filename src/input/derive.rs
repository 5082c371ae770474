//! Conditions over the times of a call, from which a profile may derive that it was answered.

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Test {
    value: Value,
    op: Op,
    /// Milliseconds.
    limit: i64,
}

/// What a condition may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Ring,
    Talk,
    Total,
    Answered,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
    IsNull,
    IsNotNull,
}

/// Comparisons of lengths and times of a call: `talk_s > 0`, `answered_at IS NOT NULL`, joined by AND or by OR.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    tests: Vec<Test>,
    all: bool,
}

/// The times of one call in ms; None where there is none.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Times {
    pub ring: Option<i64>,
    pub talk: Option<i64>,
    pub total: Option<i64>,
    pub answered: Option<i64>,
    pub ended: Option<i64>,
}

const EXPECTED: &str = "such as \"talk_s > 0\" or \"answered_at IS NOT NULL\" (ring_s, talk_s, total_s with < <= = >= > and a number; \
                        answered_at, ended_at with IS NULL or IS NOT NULL; several with AND, or with OR)";

impl Condition {
    /// Reads a condition.
    ///
    /// Errors: what cannot be read, and what was expected.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let spaced = text.replace("<=", " ≤ ").replace(">=", " ≥ ").replace('<', " < ").replace('>', " > ").replace('=', " = ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let (and, or) = (words.iter().any(|w| w.eq_ignore_ascii_case("and")), words.iter().any(|w| w.eq_ignore_ascii_case("or")));
        if and && or {
            return Err(format!("from = \"{text}\": either AND or OR; {EXPECTED}"));
        }
        let parts = words.split(|w| w.eq_ignore_ascii_case("and") || w.eq_ignore_ascii_case("or"));
        let tests: Option<Vec<Test>> = parts.map(test).collect();
        let tests = tests.ok_or_else(|| format!("from = \"{text}\": a condition was expected, {EXPECTED}"))?;
        Ok(Condition { text: text.trim().to_owned(), tests, all: !or })
    }

    /// Does it hold? None where it depends on something that the log does not tell.
    pub fn holds(&self, times: &Times) -> Option<bool> {
        let results = self.tests.iter().map(|t| t.holds(times));
        let mut unknown = false;
        for result in results {
            match result {
                Some(held) if held != self.all => return Some(held),
                None => unknown = true,
                _ => {}
            }
        }
        if unknown { None } else { Some(self.all) }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn test(words: &[&str]) -> Option<Test> {
    let value = match words.first()?.to_ascii_lowercase().as_str() {
        "ring_s" => Value::Ring,
        "talk_s" => Value::Talk,
        "total_s" => Value::Total,
        "answered_at" => Value::Answered,
        "ended_at" => Value::Ended,
        _ => return None,
    };
    let rest: Vec<String> = words[1..].iter().map(|w| w.to_ascii_lowercase()).collect();
    match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["is", "null"] => Some(Test { value, op: Op::IsNull, limit: 0 }),
        ["is", "not", "null"] => Some(Test { value, op: Op::IsNotNull, limit: 0 }),
        [op, number] if !matches!(value, Value::Answered | Value::Ended) => {
            let op = match *op {
                "<" => Op::Less,
                "≤" => Op::AtMost,
                "=" => Op::Equal,
                "≥" => Op::AtLeast,
                ">" => Op::More,
                _ => return None,
            };
            let seconds: f64 = number.parse().ok().filter(|n: &f64| n.is_finite() && n.abs() < 1e9)?;
            #[allow(clippy::cast_possible_truncation)]
            Some(Test { value, op, limit: (seconds * 1000.0).round() as i64 })
        }
        _ => None,
    }
}

impl Test {
    fn holds(&self, times: &Times) -> Option<bool> {
        let value = match self.value {
            Value::Ring => times.ring,
            Value::Talk => times.talk,
            Value::Total => times.total,
            Value::Answered => times.answered,
            Value::Ended => times.ended,
        };
        match self.op {
            Op::IsNull => Some(value.is_none()),
            Op::IsNotNull => Some(value.is_some()),
            Op::Less => value.map(|v| v < self.limit),
            Op::AtMost => value.map(|v| v <= self.limit),
            Op::Equal => value.map(|v| v == self.limit),
            Op::AtLeast => value.map(|v| v >= self.limit),
            Op::More => value.map(|v| v > self.limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_fail_or_are_unknown() {
        let call = Times { talk: Some(5000), answered: Some(1), ..Times::default() };
        for (text, want) in [
            ("talk_s > 0", Some(true)),
            ("talk_s>=5.5", Some(false)),
            ("answered_at IS NOT NULL", Some(true)),
            ("answered_at is null OR talk_s > 4", Some(true)),
            ("answered_at is not null and ring_s > 4", None),
            ("answered_at is null and ring_s > 4", Some(false)),
            ("ring_s > 0", None),
        ] {
            assert_eq!(Condition::parse(text).unwrap().holds(&call), want, "{text}");
        }
        for bad in ["", "talk > 0", "talk_s", "answered_at > 3", "talk_s > x", "talk_s > 0 AND ring_s > 1 OR total_s > 2"] {
            assert!(Condition::parse(bad).is_err(), "{bad}");
        }
    }
}
