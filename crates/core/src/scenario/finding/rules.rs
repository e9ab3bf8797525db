//! Sets of signals, by their place among all.

use std::ops::Range;

/// How many signals there may be.
pub(super) const MOST: usize = 64 * WORDS;
const WORDS: usize = 3;

/// A set of signals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rules([u64; WORDS]);

impl Rules {
    pub(super) const fn add(&mut self, rule: usize) {
        self.0[rule / 64] |= 1 << (rule % 64);
    }

    pub(super) fn join(&mut self, others: &Self) {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word |= other;
        }
    }

    /// Those that are in both.
    pub(super) fn and(mut self, others: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word &= other;
        }
        self
    }

    /// Those that are not among the others.
    pub(super) fn without(mut self, others: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(others.0) {
            *word &= !other;
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    /// Those of this part, in their order.
    pub(super) fn within(&self, part: Range<usize>) -> Within {
        Within { words: self.0, next: part.start, end: part.end }
    }

    /// All of them, in their order.
    pub(super) fn all(&self) -> Within {
        self.within(0..MOST)
    }
}

impl FromIterator<usize> for Rules {
    fn from_iter<I: IntoIterator<Item = usize>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), |mut rules, rule| {
            rules.add(rule);
            rules
        })
    }
}

/// Signals of a set that are still to come.
#[derive(Clone)]
pub(super) struct Within {
    words: [u64; WORDS],
    next: usize,
    end: usize,
}

impl Iterator for Within {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.next < self.end {
            let left = self.words[self.next / 64] >> (self.next % 64);
            if left != 0 {
                let at = self.next + left.trailing_zeros() as usize;
                self.next = at + 1;
                return Some(at).filter(|at| *at < self.end);
            }
            self.next = (self.next / 64 + 1) * 64;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_comes_back_in_order() {
        assert!(Rules::default().is_empty() && Rules::default().all().next().is_none());
        let mut rules: Rules = [191, 0, 63, 64, 130].into_iter().collect();
        let more: Rules = [7].into_iter().collect();
        rules.join(&more);
        assert_eq!(rules.all().collect::<Vec<_>>(), [0, 7, 63, 64, 130, 191]);
        assert_eq!(rules.within(1..64).collect::<Vec<_>>(), [7, 63]);
        assert_eq!(rules.within(64..130).collect::<Vec<_>>(), [64]);
        assert_eq!(rules.within(131..191).count(), 0);
        assert_eq!(rules.and(&more), more);
        assert_eq!(rules.without(&more).all().count(), 5);
    }
}
