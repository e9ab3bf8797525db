//! From which days a series is forecast. Not here: what is forecast there.

/// The days no origin lies in, so that even the naive forecast has its 500 moves over a month.
pub(super) const WARM_UP: usize = 531;

/// Whether a series of `days` closes has two different origins at that horizon.
pub(super) fn enough(days: usize, horizon_days: u32) -> bool {
    days > WARM_UP + horizon_days as usize + 1
}

/// Up to `wanted` positions spread evenly from the end of the warm-up to the last one whose outcome is known.
///
/// A span with fewer days than origins wanted gives each of its days once.
pub(super) fn origins(days: usize, horizon_days: u32, wanted: usize) -> Vec<usize> {
    let Some(span) = days.checked_sub(WARM_UP + 1 + horizon_days as usize) else { return Vec::new() };
    let steps = wanted.saturating_sub(1).max(1);
    let mut origins: Vec<usize> =
        (0..wanted).map(|step| WARM_UP + (2 * step * span + steps) / (2 * steps)).collect();
    origins.dedup();
    origins
}

#[cfg(test)]
mod tests;
