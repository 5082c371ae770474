//! Exact statistics of rare counts: the incomplete beta function, the interval of a share, the ratio of two rates.
//!
//! Of two groups of calls with `c1` and `c0` complaints among `n1` and `n0` calls, complaints being rare and independent of each other, `c1` of the
//! `c1 + c0` complaints is binomial with the share `p = n1 R / (n1 R + n0)`, where `R` is the ratio of the rates (Przyborowski and Wilenski, "Homogeneity of
//! results in testing samples from Poisson series", Biometrika 31, 1940, 313–323). The interval of `p` is that of Clopper and Pearson ("The use of confidence
//! or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934, 404–413), from which that of `R` follows; it errs on the wide side. The
//! counts may be broken numbers, as the incomplete beta function is defined between whole ones: a complaint that is shared by several groups varies less
//! than one that belongs to a single group, so that this too errs on the wide side.

/// Natural logarithm of the gamma function for positive arguments (Lanczos, "A precision approximation of the gamma function", SIAM J. Numer. Anal. B 1,
/// 1964, with g = 7 and nine terms).
pub fn ln_gamma(x: f64) -> f64 {
    const G: f64 = 7.0;
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + G + 0.5;
    let sum = (1..9_u8).fold(C[0], |sum, i| sum + C[usize::from(i)] / (x + f64::from(i)));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The regularised incomplete beta function: the share of a beta distribution of `a` and `b` that lies below `x` (continued fraction of the NIST Digital
/// Library of Mathematical Functions, 8.17.22, by the method of Lentz).
pub fn beta_share(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) { front * fraction(x, a, b) / a } else { 1.0 - front * fraction(1.0 - x, b, a) / b }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let apart = |v: f64| if v.abs() < TINY { TINY } else { v };
    let (mut c, mut d) = (1.0, 1.0 / apart(1.0 - (a + b) * x / (a + 1.0)));
    let mut h = d;
    // It converges in about the root of the greater parameter: counts of complaints, not of calls.
    for m in 1..100_000_u32 {
        let m = f64::from(m);
        for term in [m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)), -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))] {
            d = 1.0 / apart(1.0 + term * d);
            c = apart(1.0 + term / c);
            h *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

/// Where a beta distribution has this share below it, and what is left to one: each as exact as it can be near nought. `share` is at most a half.
fn quantile(share: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..1100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low <= 1e-14 * high {
            break;
        }
        if beta_share(middle, a, b) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The share of `n` of which `x` are something, between these bounds with the confidence `1 - alpha`: Clopper and Pearson.
pub fn interval(x: f64, n: f64, alpha: f64) -> (f64, f64) {
    let low = if x <= 0.0 { 0.0 } else { quantile(alpha / 2.0, x, n - x + 1.0) };
    let high = if x >= n { 1.0 } else { 1.0 - quantile(alpha / 2.0, n - x, x + 1.0) };
    (low, high)
}

/// Complaints among calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Complaints; a broken number where some are shared.
    pub complaints: f64,
    /// Calls.
    pub calls: f64,
}

/// The ratio of two rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// How many times as many complaints a call there are; none: there are none elsewhere.
    pub ratio: Option<f64>,
    /// Between these bounds; none: without bound.
    pub low: f64,
    #[allow(missing_docs)]
    pub high: Option<f64>,
    /// How probable a count as far from what is expected is, if the rates are equal: twice the smaller tail.
    pub p: f64,
}

/// Compares the rate inside a group with that outside of it. None: nothing can be compared.
pub fn ratio(inside: Rate, outside: Rate, alpha: f64) -> Option<Ratio> {
    let n = inside.complaints + outside.complaints;
    if inside.calls <= 0.0 || outside.calls <= 0.0 || n <= 0.0 {
        return None;
    }
    let (x, weight) = (inside.complaints, outside.calls / inside.calls);
    let p0 = inside.calls / (inside.calls + outside.calls);
    // The upper tail from x on, and the lower up to x.
    let upper = if x <= 0.0 { 1.0 } else { beta_share(p0, x, n - x + 1.0) };
    let lower = if x >= n { 1.0 } else { beta_share(1.0 - p0, n - x, x + 1.0) };
    let low = if x <= 0.0 {
        0.0
    } else {
        let p = quantile(alpha / 2.0, x, n - x + 1.0);
        p / (1.0 - p) * weight
    };
    let high = (x < n).then(|| {
        let rest = quantile(alpha / 2.0, n - x, x + 1.0);
        (1.0 - rest) / rest * weight
    });
    let ratio = (outside.complaints > 0.0).then(|| x * weight / outside.complaints);
    Some(Ratio { ratio, low, high, p: (2.0 * upper.min(lower)).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of ten million calls the logarithms of the gamma function are not told more exactly.
    fn near(a: f64, b: f64, what: &str) {
        assert!((a - b).abs() <= 2e-8 * b.abs(), "{what}: {a} is not {b}");
    }

    // Values of scipy 1.16: scipy.special.gammaln, betainc; scipy.stats.beta.ppf, binomtest.
    include!("oracle.rs");

    #[test]
    fn the_gamma_function_is_that_of_scipy() {
        for (x, want) in GAMMA {
            assert!((ln_gamma(*x) - want).abs() < 1e-11 * want.abs().max(1.0), "{x}");
        }
    }

    #[test]
    fn the_incomplete_beta_function_is_that_of_scipy() {
        for (x, a, b, want) in BETA {
            let got = beta_share(*x, *a, *b);
            assert!((got - want).abs() <= 1e-8 * want.abs(), "{x} {a} {b}: {got} is not {want}");
        }
    }

    #[test]
    fn intervals_are_those_of_scipy() {
        for (x, n, alpha, low, high) in INTERVALS {
            let got = interval(*x, *n, *alpha);
            near(got.0, *low, &format!("low of {x}/{n}"));
            near(got.1, *high, &format!("high of {x}/{n}"));
        }
    }

    #[test]
    fn ratios_of_rates_are_those_of_the_conditional_test() {
        for (c1, n1, c0, n0, alpha, low, high, p) in RATIOS {
            let got = ratio(Rate { complaints: *c1, calls: *n1 }, Rate { complaints: *c0, calls: *n0 }, *alpha).unwrap();
            assert!((got.low - low).abs() <= 1e-7 * low.max(1e-12), "{c1}/{n1} {c0}/{n0}: low {} is not {low}", got.low);
            match got.high {
                Some(bound) => assert!((bound - high).abs() <= 1e-7 * high, "{c1}/{n1} {c0}/{n0}: high {bound} is not {high}"),
                None => assert!(high.is_infinite()),
            }
            assert!((got.p - p).abs() <= 1e-7 * p, "{c1}/{n1} {c0}/{n0}: p {} is not {p}", got.p);
        }
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        let rate = |complaints, calls| Rate { complaints, calls };
        assert_eq!(ratio(rate(0.0, 10.0), rate(0.0, 10.0), 0.05), None);
        assert_eq!(ratio(rate(1.0, 10.0), rate(0.0, 0.0), 0.05), None);
        let only = ratio(rate(3.0, 10.0), rate(0.0, 90.0), 0.05).unwrap();
        assert!(only.ratio.is_none() && only.high.is_none() && only.low > 1.0);
    }

    /// The bounds and the p-value are one statement: the interval leaves one out exactly where p is below alpha.
    #[test]
    fn the_interval_excludes_one_where_p_is_small() {
        for c1 in 0..40_u32 {
            let (inside, outside) = (Rate { complaints: f64::from(c1), calls: 1000.0 }, Rate { complaints: 200.0, calls: 19_000.0 });
            let got = ratio(inside, outside, 0.01).unwrap();
            let out = got.low > 1.0 || got.high.is_some_and(|h| h < 1.0);
            assert_eq!(out, got.p < 0.01, "{c1}: {got:?}");
        }
    }
}
