//! Log returns of closes already checked. Not here: what they are taken to mean.

use std::ops::RangeInclusive;

/// ln(to / from), also where the quotient itself leaves the range of a float.
pub(super) fn log_return(from: f64, to: f64) -> f64 {
    let ratio = to / from;
    if ratio.is_normal() { ratio.ln() } else { to.ln() - from.ln() }
}

/// The squared daily log returns, one a close; the first close has none and stands at 0.
pub(super) fn squared(closes: &[f64]) -> Vec<f64> {
    let mut squares = Vec::with_capacity(closes.len());
    squares.push(0.0);
    squares.extend(closes.windows(2).map(|pair| log_return(pair[0], pair[1]).powi(2)));
    squares
}

/// The newest `most` positions from which `horizon` days later is already known.
pub(super) fn origins(closes: &[f64], horizon: usize, most: usize) -> RangeInclusive<usize> {
    let newest = closes.len() - 1 - horizon;
    (newest + 1).saturating_sub(most)..=newest
}

/// The log return over `horizon` days from each of those positions.
pub(super) fn over(
    closes: &[f64],
    horizon: usize,
    origins: RangeInclusive<usize>,
) -> impl Iterator<Item = f64> + '_ {
    origins.map(move |from| log_return(closes[from], closes[from + horizon]))
}
