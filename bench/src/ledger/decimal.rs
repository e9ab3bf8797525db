//! The checker's own exact decimals, so that no mistake of the product's can hide in them.

use serde::Deserialize;

/// A whole number of 10⁻⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Decimal(pub(super) i128);

const ONE: i128 = 100_000_000;

impl Decimal {
    /// Quantity × price at eight decimals, rounded up.
    pub(super) fn times_up(self, price: Self) -> Self {
        Self((self.0 * price.0 + ONE - 1).div_euclid(ONE))
    }

    /// Quantity × price at eight decimals, rounded down.
    pub(super) fn times_down(self, price: Self) -> Self {
        Self((self.0 * price.0).div_euclid(ONE))
    }

    /// How much of something a sum of money buys, rounded down.
    pub(super) fn bought_at(self, price: Self) -> Self {
        Self(self.0 * ONE / price.0.max(1))
    }
}

impl TryFrom<String> for Decimal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = || {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 8 {
                return None;
            }
            format!("{whole}{fraction:0<8}").parse().ok().map(Self)
        };
        read().ok_or_else(|| format!("{text:?} is no decimal of at most eight places that is not below zero"))
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:08}", units / ONE.unsigned_abs(), units % ONE.unsigned_abs())
    }
}

#[cfg(test)]
mod tests;
