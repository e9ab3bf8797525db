//! What can be noticed about a price, and a small set of it.

use std::fmt;

/// One thing noticed about a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// A return far beyond the asset's own.
    Step,
    /// Too far from the last accepted price to go unseen.
    Review10,
    /// The other sources say otherwise.
    CrossSource,
    /// A slow walk in one direction, too steady for chance.
    Drift,
    /// The same price again and again.
    Frozen,
    /// The decimal point slipped: about 10 or 100 times the price, or a tenth or a hundredth.
    DecimalShift,
    /// Another asset's price.
    SwappedAsset,
    /// More than twice the last accepted price, or less than half; or three times what it was a day of bars before.
    Jump,
    /// |z| > 3 of the price among the last hundred: a mark and a metric, nothing else.
    ZMark,
    /// No other source speaks for it.
    SingleSource,
    /// The first price there ever was: there is nothing to judge it by.
    FirstPrice,
    /// From a source that has lost its vote.
    Distrusted,
    /// In new shares, after a split that nobody has borne out yet.
    Split,
}

impl Sign {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 13] = [
        Self::Step,
        Self::Review10,
        Self::CrossSource,
        Self::Drift,
        Self::Frozen,
        Self::DecimalShift,
        Self::SwappedAsset,
        Self::Jump,
        Self::ZMark,
        Self::SingleSource,
        Self::FirstPrice,
        Self::Distrusted,
        Self::Split,
    ];

    /// The word in verdicts, reviews and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Review10 => "review_10",
            Self::CrossSource => "cross_source",
            Self::Drift => "drift",
            Self::Frozen => "frozen",
            Self::DecimalShift => "decimal_shift",
            Self::SwappedAsset => "swapped_asset",
            Self::Jump => "jump",
            Self::ZMark => "z_mark",
            Self::SingleSource => "single_source",
            Self::FirstPrice => "first_price",
            Self::Distrusted => "distrusted",
            Self::Split => "split",
        }
    }

    /// Reads [`Sign::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.word() == word)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of signs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Signs(u32);

impl Signs {
    /// None.
    pub const NONE: Self = Self(0);

    /// These.
    pub fn of(signs: &[Sign]) -> Self {
        signs.iter().copied().collect()
    }

    /// Adds one.
    pub const fn add(&mut self, sign: Sign) {
        self.0 |= sign.bit();
    }

    /// Takes one away.
    pub const fn remove(&mut self, sign: Sign) {
        self.0 &= !sign.bit();
    }

    /// True when `sign` is among them.
    pub const fn has(self, sign: Sign) -> bool {
        self.0 & sign.bit() != 0
    }

    /// True when one of `others` is among them.
    pub const fn any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Both sets together.
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// True when there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One bit a sign, as in the flags of a stored bar.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Back from the flags; bits that are no sign are left out.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & ((1 << Sign::ALL.len()) - 1))
    }

    /// Back from the words; what is none is left out.
    pub fn parse(words: &str) -> Self {
        words.split(',').filter_map(Sign::parse).collect()
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Sign> {
        Sign::ALL.into_iter().filter(move |sign| self.has(*sign))
    }
}

impl FromIterator<Sign> for Signs {
    fn from_iter<I: IntoIterator<Item = Sign>>(signs: I) -> Self {
        let mut set = Self::NONE;
        signs.into_iter().for_each(|sign| set.add(sign));
        set
    }
}

/// The words, comma separated.
impl fmt::Display for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, sign) in self.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "," })?;
            f.write_str(sign.word())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signs({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_words_and_its_bits() {
        let mut set = Signs::of(&[Sign::Jump, Sign::Step, Sign::Step]);
        assert_eq!(set.to_string(), "step,jump");
        assert_eq!((Signs::from_bits(set.bits()), Signs::parse("step,no_sign,jump")), (set, set));
        set.remove(Sign::Step);
        assert!(set.has(Sign::Jump) && !set.has(Sign::Step) && !set.is_empty());
        let all: Signs = Sign::ALL.into_iter().collect();
        assert_eq!(Signs::from_bits(u32::MAX), all);
    }
}
