//! Where a price would stand after a split, and whether it stands there.

use aspis_core::money::Fixed;
use aspis_store::{prices::Bar, splits::Split};

use crate::prices::{Board, Recent};

/// The most shares that one becomes, or that become one. What says more is no split.
const MOST: u32 = 10_000;
/// Beyond so many a person has to say so.
const ODD: u32 = 50;
/// The largest move (natural logarithm) over a split that is still one market: half as much again.
const NEAR: f64 = 0.405;
/// Days, one after the other, that a price has to stand at the new level.
const DAYS: usize = 2;
const DAY: i64 = 86_400_000_000;

/// The last price of the old shares, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ingest) struct Level {
    /// The logarithm of the last price before the split.
    old: f64,
    /// The logarithm of the new shares that one old share becomes.
    ratio: f64,
}

impl Level {
    /// None where there is no price from before.
    pub(super) fn of(split: &Split, board: &Board) -> Option<Self> {
        let listed = board.find(&split.asset).ok()?;
        let before =
            |recent: &Recent| recent.bars.iter().find(|bar| bar.start < split.at).map(|bar| bar.close);
        let last = listed.series.iter().find_map(before)?;
        let ratio = f64::from(split.numerator) / f64::from(split.denominator);
        Some(Self { old: last.to_f64().ln(), ratio: ratio.ln() })
    }

    /// True for a price that is near the last one of the old shares, told in new shares; nearer than without a split.
    pub(in crate::ingest) fn is_new(&self, price: Fixed) -> bool {
        let step = price.to_f64().ln() - self.old;
        let adjusted = step + self.ratio;
        adjusted.abs() <= NEAR && adjusted.abs() < step.abs()
    }

    /// True where every bar of the first two days does; the bars are oldest first.
    pub(super) fn has_stood(&self, bars: &[Bar]) -> bool {
        let day = |bar: &Bar| bar.start.0.div_euclid(DAY);
        let mut days = bars.chunk_by(|a, b| day(a) == day(b)).take(DAYS);
        let stands = |day: &[Bar]| day.iter().all(|bar| self.is_new(bar.close));
        (0..DAYS).all(|_| days.next().is_some_and(stands))
    }
}

/// True for what could be a split at all.
pub(super) fn is_sound(split: &Split) -> bool {
    let (new, old) = (split.numerator, split.denominator);
    new > 0 && old > 0 && new != old && !is_over(split, MOST)
}

/// True for one that only a person may approve.
pub(super) fn is_odd(split: &Split) -> bool {
    is_over(split, ODD)
}

fn is_over(split: &Split, most: u32) -> bool {
    let (new, old) = (split.numerator, split.denominator);
    new > old.saturating_mul(most) || old > new.saturating_mul(most)
}
