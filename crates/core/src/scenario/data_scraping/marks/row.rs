//! Rows as a signature sees them, and their sum.
//!
//! A row is its values, not its text: white space, the order of rows and members, trailing zeros and the file's form
//! make no difference. Each row has a keyed tag, and the tags are added up modulo 2²⁵⁶: that streams, does not depend
//! on the order, and, unlike a XOR, counts a row that is there twice. The sum itself never leaves the house, only a
//! keyed tag of it does; so nobody learns the tags that could be combined to another file with the same sum.

use aws_lc_rs::hmac;

use super::MarkKeys;
use crate::{
    clock::Timestamp,
    money::{Fixed, Volume},
};

/// One bar with everything that an answer says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The asset.
    pub asset: &'a str,
    /// The word of the interval.
    pub interval: &'a str,
    /// When it begins.
    pub start: Timestamp,
    /// Open, high and low, where they are known.
    pub prices: [Option<Fixed>; 3],
    /// The last price.
    pub close: Fixed,
    /// How much was traded, as it was given out.
    pub volume: Option<Volume>,
    /// Where it comes from.
    pub source: &'a str,
}

impl Row<'_> {
    fn tag(&self, keys: &MarkKeys) -> hmac::Tag {
        let mut tag = hmac::Context::with_key(&keys.rows);
        for text in [self.asset, self.interval, self.source] {
            tag.update(&(text.len() as u64).to_le_bytes());
            tag.update(text.as_bytes());
        }
        let mut values = [0; 68];
        let prices = self.prices.map(|price| price.map(|price| price.units().to_le_bytes()));
        values[..8].copy_from_slice(&self.start.0.to_le_bytes());
        values[8..16].copy_from_slice(&self.close.units().to_le_bytes());
        for (at, price) in prices.iter().enumerate().filter_map(|(at, price)| Some((at, (*price)?))) {
            values[16 + 8 * at..24 + 8 * at].copy_from_slice(&price);
            values[40 + at] = 1;
        }
        if let Some(volume) = self.volume {
            values[43] = 1;
            values[44..60].copy_from_slice(&volume.units().to_le_bytes());
        }
        tag.update(&values);
        tag.sign()
    }
}

/// The sum of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    rows: u64,
    /// The least first.
    sum: [u64; 4],
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, keys: &MarkKeys, row: &Row<'_>) {
        let tag = row.tag(keys);
        let (words, _) = tag.as_ref().as_chunks::<8>();
        let mut one = Self { rows: 1, sum: [0; 4] };
        for (word, bytes) in one.sum.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
        *self = self.with(one);
    }

    /// Both together.
    pub fn with(self, other: Self) -> Self {
        let mut carry = false;
        let mut sum = self.sum;
        for (word, add) in sum.iter_mut().zip(other.sum) {
            (*word, carry) = word.carrying_add(add, carry);
        }
        Self { rows: self.rows.wrapping_add(other.rows), sum }
    }

    /// How many rows were counted.
    pub const fn rows(self) -> u64 {
        self.rows
    }

    /// As bytes under a signature.
    pub(super) fn bytes(self) -> [u8; 40] {
        let mut bytes = [0; 40];
        let words = std::iter::once(self.rows).chain(self.sum);
        for (place, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *place = word.to_le_bytes();
        }
        bytes
    }
}
