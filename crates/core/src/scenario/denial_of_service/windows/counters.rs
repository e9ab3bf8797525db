//! Seventeen counters of ten bits: the part in progress, and the sixteen before it.

/// Counters: a whole window of parts, and the part in progress.
pub(super) const COUNTERS: u32 = 17;
/// Bits of a counter.
pub(super) const BITS: u32 = 10;

const MASK: u64 = (1 << BITS) - 1;
/// Six counters fill a word up to its last four bits; the last word has five.
const SIX: u32 = 6;
const WORD: u32 = SIX * BITS;
const WORD_MASK: u64 = (1 << WORD) - 1;
const LAST_MASK: u64 = (1 << ((COUNTERS - 2 * SIX) * BITS)) - 1;

/// The counters of a window, each in its place by age: the youngest lowest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counters([u64; 3]);

impl Counters {
    /// As [`Counters::words`] gave them; what else stands in their upper bits is left behind.
    #[inline]
    pub(super) fn from_words([first, second, third]: [u64; 3]) -> Self {
        Self([first & WORD_MASK, second & WORD_MASK, third & LAST_MASK])
    }

    /// Three words: in the first two the upper four bits are nought, in the last the upper fourteen.
    #[inline]
    pub(super) fn words(self) -> [u64; 3] {
        self.0
    }

    /// The counters so many parts later: each has moved up, and the oldest have left.
    #[inline]
    pub(super) fn later(self, parts: u32) -> Self {
        // Masks and no branches: how old a window is cannot be foretold, and a wrong guess of the processor costs
        // more than all of this.
        let parts = parts.min(COUNTERS);
        let (words, bits) = (parts / SIX, parts % SIX * BITS);
        let up = |word: u64| word << bits & WORD_MASK;
        let over = |word: u64| word >> (WORD - bits);
        let [first, second, third] = self.0;
        let [first, second, third] = [up(first), up(second) | over(first), up(third) | over(second)];
        let by = |moved: u32| u64::from(words == moved).wrapping_neg();
        let third = third & by(0) | second & by(1) | first & by(2);
        Self([first & by(0), second & by(0) | first & by(1), third & LAST_MASK])
    }

    /// Counts one in the part in progress. False where the counter has gone round to nought.
    #[inline]
    pub(super) fn count(&mut self) -> bool {
        let whole = !self.is_brimful();
        self.0[0] = if whole { self.0[0] + 1 } else { self.0[0] & !MASK };
        whole
    }

    /// True when the next one counted goes round to nought.
    #[inline]
    pub(super) fn is_brimful(self) -> bool {
        self.0[0] & MASK == MASK
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0 == [0; 3]
    }

    /// The counter of the part so many before the one in progress.
    #[inline]
    pub(super) fn at(self, age: u32) -> u32 {
        (self.0[(age / SIX) as usize] >> (age % SIX * BITS) & MASK) as u32
    }

    /// All counters together. Neighbours are added in pairs, all pairs at once: no loop of seventeen.
    #[inline]
    pub(super) fn sum(self) -> u32 {
        const PAIR: u32 = 2 * BITS;
        const ALL: u64 = 1 | 1 << PAIR | 1 << (2 * PAIR);
        const LANES: u64 = MASK * ALL;
        let lanes = |word: u64| (word & LANES) + (word >> BITS & LANES);
        let sums = self.0.into_iter().map(lanes).sum::<u64>();
        // The third lane of the product is the sum of all three.
        (sums.wrapping_mul(ALL) >> (2 * PAIR)) as u32 & ((1 << PAIR) - 1)
    }

    /// The age of the oldest part in which something was counted; 0 where nothing was.
    #[inline]
    pub(super) fn oldest(self) -> u32 {
        let [first, second, third] = self.0;
        let (word, above) = if second == 0 { (first, 0) } else { (second, SIX) };
        let (word, above) = if third == 0 { (word, above) } else { (third, 2 * SIX) };
        above + (word | 1).ilog2() / BITS
    }
}

#[cfg(test)]
mod tests;
