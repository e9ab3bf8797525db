//! The Mann-Whitney U test (1947): whether of two samples one tends to be larger, whatever their distribution.
//!
//! Two-sided, by the normal approximation with corrections for ties and continuity: good from some twenty values a
//! side. Latencies have long tails, so a test of means would see little.

/// U of the first sample, and the chance of one as far from the middle if both were drawn from the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) u: f64,
    pub(super) p: f64,
}

/// Compares two samples, neither of them empty.
#[expect(clippy::cast_precision_loss, reason = "a few thousand values")]
pub(super) fn compare(first: &[f64], second: &[f64]) -> Outcome {
    let (m, n) = (first.len() as f64, second.len() as f64);
    let ranked = rank(first, second);
    let u = ranked.sum - m * (m + 1.0) / 2.0;
    let all = m + n;
    let variance = m * n / 12.0 * (all + 1.0 - ranked.ties / (all * (all - 1.0)));
    // Half a step towards the middle: U is whole, the normal distribution is not.
    let away = ((u - m * n / 2.0).abs() - 0.5).max(0.0);
    // Values that are all equal have no variance, and no difference.
    let p = if variance > 0.0 { erfc(away / (2.0 * variance).sqrt()) } else { 1.0 };
    Outcome { u, p }
}

struct Ranked {
    /// The ranks of the first sample, added up.
    sum: f64,
    /// Over all groups of equal values: t³ - t.
    ties: f64,
}

/// Ranks all values together; equal ones share the mean of theirs.
#[expect(clippy::cast_precision_loss, reason = "a few thousand values")]
fn rank(first: &[f64], second: &[f64]) -> Ranked {
    let mut all: Vec<_> = first.iter().map(|value| (*value, true)).collect();
    all.extend(second.iter().map(|value| (*value, false)));
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut ranked, mut before) = (Ranked { sum: 0.0, ties: 0.0 }, 0.0);
    for group in all.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let size = group.len() as f64;
        let mine = group.iter().filter(|(_, first)| *first).count() as f64;
        ranked.sum += mine * (before + f64::midpoint(1.0, size));
        ranked.ties += size.powi(3) - size;
        before += size;
    }
    ranked
}

/// The complementary error function of `x`, which is not negative (Abramowitz and Stegun 7.1.5 and 7.1.14).
fn erfc(x: f64) -> f64 {
    let scale = std::f64::consts::PI.sqrt();
    if x < 2.5 { 1.0 - 2.0 / scale * series(x) } else { (-x * x).exp() / (scale * fraction(x)) }
}

/// The integral of e^(-t²) from 0 to `x`, term by term.
fn series(x: f64) -> f64 {
    let (mut sum, mut term) = (x, x);
    for n in 1..100 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    sum
}

/// The continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from its end.
fn fraction(x: f64) -> f64 {
    (1..=100).rev().fold(x, |rest, n| x + f64::from(n) / 2.0 / rest)
}

#[cfg(test)]
mod tests;
