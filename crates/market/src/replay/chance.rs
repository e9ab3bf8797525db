//! Chance that is the same every time: a replay must not depend on the day it is run.

/// A counter, well mixed. For replays alone: nothing secret comes from it.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly in (0, 1).
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(super) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Evenly below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Student's t of four degrees: a normal, with the tails of a market.
    pub(super) fn heavy(&mut self) -> f64 {
        let spread = -2.0 * (self.unit() * self.unit()).ln();
        self.normal() / (spread / 4.0).sqrt()
    }

    /// `count` places in `from..to`, in order; some may be the same.
    pub(super) fn places(&mut self, count: usize, from: usize, to: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..count).map(|_| from + self.below(to.saturating_sub(from))).collect();
        places.sort_unstable();
        places
    }

    /// The order in which so many arrive.
    pub(super) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}
