//! How much a price moves in a day, day by day: an exponentially weighted variance, for the short horizons
//! leaning a little on the mean of the last thousand days. Not here: what is made of it.

use super::quantile::count;

/// The days at the start that set the level from which the recursion begins.
const WARM_UP: usize = 60;
/// The days of the long-run mean.
const LONG_RUN: usize = 1000;
/// What the long-run mean weighs, and up to which horizon it is used: beyond a week it no longer helps.
const LONG_RUN_WEIGHT: f64 = 0.2;
const LONG_RUN_HORIZON: u32 = 7;
/// Decay by horizon in days; between them the half-life runs straight in the logarithm of the horizon.
const DECAY: [(f64, f64); 3] = [(1.0, 0.94), (7.0, 0.966), (30.0, 0.9885)];

/// The daily variance at each close from `first` on, for a forecast over `horizon_days`.
///
/// `squares` are the squared daily returns, one a close, [`super::RETURNS_NEEDED`] at least.
pub(super) fn path(mut squares: Vec<f64>, horizon_days: u32, first: usize) -> Vec<f64> {
    let level = squares[1..WARM_UP].iter().sum::<f64>() / count(WARM_UP - 1);
    squares[0] = level;
    let mut variance = weighted(&squares, decay(horizon_days), first);
    if horizon_days <= LONG_RUN_HORIZON {
        lean(&mut variance, &squares, level, first);
    }
    variance
}

fn weighted(squares: &[f64], decay: f64, first: usize) -> Vec<f64> {
    let mut kept = Vec::with_capacity(squares.len() - first);
    let mut variance = squares[0];
    for (day, square) in squares.iter().enumerate() {
        if day > 0 {
            variance = decay * variance + (1.0 - decay) * square;
        }
        if day >= first {
            kept.push(variance);
        }
    }
    kept
}

fn lean(variance: &mut [f64], squares: &[f64], level: f64, first: usize) {
    let mut sum: f64 = squares[first.saturating_sub(LONG_RUN)..first].iter().sum();
    for (day, value) in (first..).zip(variance) {
        sum += squares[day];
        if day >= LONG_RUN {
            // What rounding leaves behind must not become a negative variance.
            sum = (sum - squares[day - LONG_RUN]).max(0.0);
        }
        let mean = if day < WARM_UP { level } else { sum / count((day + 1).min(LONG_RUN)) };
        *value = (1.0 - LONG_RUN_WEIGHT) * *value + LONG_RUN_WEIGHT * mean;
    }
}

/// The decay for a horizon between the first and the last of [`DECAY`].
fn decay(horizon_days: u32) -> f64 {
    let days = f64::from(horizon_days);
    let [short, middle, long] = DECAY;
    let ((from, slow), (to, fast)) = if days <= middle.0 { (short, middle) } else { (middle, long) };
    let part = (days / from).ln() / (to / from).ln();
    let half_life = (1.0 - part) * half_life(slow) + part * half_life(fast);
    0.5_f64.powf(half_life.recip())
}

fn half_life(decay: f64) -> f64 {
    0.5_f64.ln() / decay.ln()
}

#[cfg(test)]
mod tests;
