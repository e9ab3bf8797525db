//! A line of the table, gone through: what was counted beside what must not be passed.

use std::time::Duration;

use serde::Serialize;

use super::{case::Case, shape::Shape, tally::Tally};

/// What a line has shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) shape: Shape,
    pub(super) nodes: u32,
    pub(super) cut: u32,
    pub(super) share: f64,
    pub(super) floods: u32,
    pub(super) limit: u32,
    pub(super) decisions: u64,
    /// The most that any client got in any window.
    pub(super) most: u32,
    /// What that must not be above.
    pub(super) bound: f64,
    /// The most over the limit.
    pub(super) overshoot: f64,
    /// Round trips to the shared home for each request, and for each of floods.
    pub(super) trips: f64,
    pub(super) flood_trips: f64,
    /// Of requests of those within their limit, the share that was refused while the trouble counted.
    pub(super) refused: f64,
    /// How many were refused while there was none.
    pub(super) wronged: u64,
    /// Decisions a second on this machine.
    pub(super) rate: f64,
    /// Bytes of all windows, and of the whole process.
    pub(super) windows: usize,
    pub(super) resident: u64,
}

/// One of them over another, nought where there are none.
#[expect(clippy::cast_precision_loss, reason = "counts of a run")]
fn over(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "counts of a run")]
    pub(super) fn new(case: &Case, tally: &Tally, took: Duration, windows: usize, kib: u64) -> Self {
        Self {
            shape: case.shape,
            nodes: case.nodes,
            cut: case.cut,
            share: case.share,
            floods: case.floods,
            limit: case.rate.limit,
            decisions: tally.decisions,
            most: tally.most,
            bound: case.bound(),
            overshoot: f64::from(tally.most) / f64::from(case.rate.limit),
            trips: over(tally.trips, tally.decisions),
            flood_trips: over(tally.flood_trips, tally.floods),
            refused: over(tally.refused, tally.asked),
            wronged: tally.wronged,
            rate: tally.decisions as f64 / took.as_secs_f64(),
            windows,
            resident: kib * 1024,
        }
    }

    /// True when nobody got more than the bound, nobody within the limit was refused without need, no request cost more
    /// than one round trip, and floods got what is theirs: the whole limit.
    pub(super) fn holds(&self) -> bool {
        let is_whole = self.floods == 0 || self.most >= self.limit;
        f64::from(self.most) <= self.bound && self.wronged == 0 && self.trips <= 1.0 && is_whole
    }
}
