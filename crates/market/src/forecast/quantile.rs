//! Order statistics of a sorted sample. Not here: anything that knows of prices.

/// The linear ("type 7") quantile of a sorted, non-empty sample, `p` between 0 and 1.
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = p.clamp(0.0, 1.0) * count(last);
    let below = floor(position).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    // The step may round past its end; kept below it, quantiles never cross.
    (low + (high - low) * (position - count(below))).min(high)
}

/// The share of a sorted sample that lies in `low..=high`.
pub(super) fn share_between(sorted: &[f64], low: f64, high: f64) -> f64 {
    let below = sorted.partition_point(|value| *value < low);
    let not_above = sorted.partition_point(|value| *value <= high);
    count(not_above.saturating_sub(below)) / count(sorted.len())
}

/// The share of a sorted sample above zero, a zero itself counting half.
pub(super) fn share_positive(sorted: &[f64]) -> f64 {
    let negative = sorted.partition_point(|value| *value < 0.0);
    let not_positive = sorted.partition_point(|value| *value <= 0.0);
    let positive = sorted.len() - not_positive;
    (count(positive) + count(not_positive - negative) / 2.0) / count(sorted.len())
}

/// A number of things as a float.
#[expect(clippy::cast_precision_loss, reason = "no history comes near 2^52 days")]
pub(crate) fn count(things: usize) -> f64 {
    things as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position in a slice, never negative"
)]
fn floor(position: f64) -> usize {
    position as usize
}
