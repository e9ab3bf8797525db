//! Chance that can be thrown again: the same seed, the same orders.

/// A splitmix64 generator; good enough to choose orders and ways, and for nothing else.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of their own for each part of a run.
    pub(crate) fn new(seed: u64, part: u32) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (u64::from(part) << 32))
    }

    /// A number below `bound`, which is not zero. The slight bias does not matter here.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
