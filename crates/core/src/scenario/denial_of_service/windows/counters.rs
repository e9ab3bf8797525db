//! Seventeen counters of twelve bits: the part in progress, and the sixteen before it.

/// Counters: a whole window of parts, and the part in progress.
pub(super) const COUNTERS: u32 = 17;
/// Bits of a counter.
pub(super) const BITS: u32 = 12;

const MASK: u128 = (1 << BITS) - 1;
/// The newest counters, which fill two words of a slot.
const NEW: u32 = 10;
const NEW_MASK: u128 = (1 << (NEW * BITS)) - 1;
const OLD_MASK: u128 = (1 << ((COUNTERS - NEW) * BITS)) - 1;
/// Five counters fill a word up to its last four bits.
const WORD: u32 = 60;
const WORD_MASK: u64 = (1 << WORD) - 1;

/// The counters of a window, each in its place by age: the youngest lowest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counters {
    new: u128,
    old: u128,
}

impl Counters {
    /// As [`Counters::words`] gave them.
    #[inline]
    pub(super) fn from_words(words: [u64; 3], rest: u64) -> Self {
        let [first, second, third] = words.map(|word| u128::from(word & WORD_MASK));
        Self { new: first | second << WORD, old: third | u128::from(rest) << WORD & OLD_MASK }
    }

    /// Three words of sixty bits, and the twenty-four bits that are left.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "cut into words here")]
    pub(super) fn words(self) -> ([u64; 3], u64) {
        let words = [self.new as u64, (self.new >> WORD) as u64, self.old as u64];
        (words.map(|word| word & WORD_MASK), (self.old >> WORD) as u64)
    }

    /// The counters so many parts later: each has moved up, and the oldest have left.
    #[inline]
    pub(super) fn later(self, parts: u32) -> Self {
        let bits = parts * BITS;
        match parts {
            0 => self,
            1..NEW => Self {
                new: self.new << bits & NEW_MASK,
                old: (self.old << bits | self.new >> (NEW * BITS - bits)) & OLD_MASK,
            },
            NEW..COUNTERS => Self { new: 0, old: self.new << (bits - NEW * BITS) & OLD_MASK },
            _ => Self::default(),
        }
    }

    /// Counts one in the part in progress. False where the counter has gone round to nought.
    #[inline]
    pub(super) fn count(&mut self) -> bool {
        let whole = self.new & MASK != MASK;
        self.new = if whole { self.new + 1 } else { self.new & !MASK };
        whole
    }

    /// True when the next one counted goes round to nought.
    #[inline]
    pub(super) fn is_brimful(self) -> bool {
        self.new & MASK == MASK
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.new | self.old == 0
    }

    /// The counter of the part so many before the one in progress.
    #[inline]
    pub(super) fn at(self, age: u32) -> u32 {
        let shifted = if age < NEW { self.new >> (age * BITS) } else { self.old >> ((age - NEW) * BITS) };
        (shifted & MASK) as u32
    }

    /// All counters together. Neighbours are added in pairs, all pairs at once: no loop of seventeen.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most 17 times 4095")]
    pub(super) fn sum(self) -> u32 {
        const PAIR: u64 = 24;
        const LANES: u64 = 0xFFF | 0xFFF << PAIR | 0xFFF << (2 * PAIR);
        let (words, rest) = self.words();
        let lanes = |word: u64| (word & LANES) + (word >> BITS & LANES);
        let sums = words.into_iter().map(lanes).sum::<u64>() + lanes(rest);
        ((sums & ((1 << PAIR) - 1)) + (sums >> PAIR & ((1 << PAIR) - 1)) + (sums >> (2 * PAIR))) as u32
    }

    /// The age of the oldest part in which something was counted.
    #[inline]
    pub(super) fn oldest(self) -> Option<u32> {
        let highest = |bits: u128| bits.ilog2() / BITS;
        match self {
            Self { new: 0, old: 0 } => None,
            Self { new, old: 0 } => Some(highest(new)),
            Self { old, .. } => Some(NEW + highest(old)),
        }
    }
}

#[cfg(test)]
mod tests;
