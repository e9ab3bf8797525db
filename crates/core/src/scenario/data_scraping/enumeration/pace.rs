//! The pace of a client's steps: a person's varies, a loop's does not.

use super::{Moment, Rules};

/// Steps closer together than this are one: a page that loads asks for many things at once.
const BURST: u64 = 250;

/// The gaps between steps, in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the last burst began.
    last: Option<u64>,
    gaps: Vec<u32>,
}

impl Pace {
    /// One step. True when it completes a run of steps at the pace of a clock.
    pub(super) fn step(&mut self, now: Moment, rules: &Rules) -> bool {
        let window = u64::try_from(rules.window.as_millis()).unwrap_or(u64::MAX);
        let gap = self.last.map(|last| now.millis.saturating_sub(last));
        match gap.map(|gap| (gap, u32::try_from(gap))) {
            Some((gap, _)) if gap < BURST => return false,
            Some((gap, Ok(short))) if gap < window => self.gaps.push(short),
            _ => self.gaps.clear(),
        }
        self.last = Some(now.millis);
        if self.gaps.len() < (rules.clockwork as usize).saturating_sub(1).max(1) {
            return false;
        }
        let run = self.gaps.iter().map(|gap| u64::from(*gap)).sum::<u64>();
        let regular = run <= window && is_regular(&mut self.gaps);
        self.gaps.clear();
        regular
    }

    pub(super) fn clear(&mut self) {
        self.last = None;
        self.gaps.clear();
    }
}

/// Nine of ten gaps differ from the median by less than a tenth of it: one slow answer hides nothing.
fn is_regular(gaps: &mut [u32]) -> bool {
    let middle = gaps.len() / 2;
    let (_, median, _) = gaps.select_nth_unstable(middle);
    let median = u64::from(*median);
    let strays = gaps.iter().filter(|gap| u64::from(**gap).abs_diff(median) * 10 >= median).count();
    strays * 10 <= gaps.len()
}
