//! What is noticed about the rows of a file, beside each other: it holds nothing up.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    scenario::price_manipulation::watch::{Decision, Rules, Sign, Signs, Tick, Watch},
};
use aspis_store::prices::{Bar, Interval};

use crate::{
    ingest::{flags, in_range},
    prices::stale_after,
};

pub(super) struct Eye {
    watch: Watch,
    interval: Interval,
    last: Option<Timestamp>,
    next: u64,
}

/// The one source of a file.
const FILE: &str = "file";

impl Eye {
    pub(super) fn new(interval: Interval) -> Self {
        let watch = Watch::new(Arc::new(Rules::default()), interval == Interval::Day);
        Self { watch, interval, last: None, next: 0 }
    }

    /// The marks of the next row.
    pub(super) fn look(&mut self, bar: &Bar) -> u32 {
        let range = if in_range(bar) { 0 } else { flags::OUT_OF_RANGE };
        flags::IMPORTED | range | self.gap(bar) | self.signs(bar).bits()
    }

    /// Days are missing only where more are than a weekend with holidays has.
    fn gap(&mut self, bar: &Bar) -> u32 {
        let between = match self.interval {
            Interval::Hour => self.interval.length(),
            Interval::Day => stale_after(self.interval),
        };
        let last = self.last.replace(bar.start);
        if last.is_some_and(|last| bar.start > last.plus(between)) { flags::GAP } else { 0 }
    }

    /// What the watch would say of it; then it is told that the operator's word stands.
    fn signs(&mut self, bar: &Bar) -> Signs {
        self.next += 1;
        let at = bar.start.plus(self.interval.length());
        let tick = Tick { at, price: bar.close.to_f64() };
        let verdict = self.watch.look(FILE, tick, self.next, &[], at);
        if verdict.decision == Decision::Hold {
            self.watch.release(self.next);
        }
        let mut signs = verdict.signs;
        // There is one source in a file, and a first row: neither is news.
        signs.remove(Sign::SingleSource);
        signs.remove(Sign::FirstPrice);
        signs
    }
}
