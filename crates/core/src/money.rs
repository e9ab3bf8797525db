//! Exact decimals: amounts, quantities and prices.
//!
//! A [`Fixed`] is a whole number of 10⁻⁸ in an `i64`: sortable, summable, and the same in SQL. Never a float.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A decimal with up to eight digits after the point, between ±92,233,720,368.54775807.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fixed(i64);

/// Digits after the point.
pub const DECIMALS: u32 = 8;
const ONE: i64 = 100_000_000;

/// Why a text is no [`Fixed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with at most one point.
    #[error("must be a decimal number such as \"12.5\": digits, at most one point, no exponent")]
    Syntax,
    /// More than eight digits after the point.
    #[error("must have at most {DECIMALS} decimals")]
    TooFine,
    /// Outside what can be counted exactly.
    #[error("must be within ±92233720368.54775807")]
    TooLarge,
}

/// Which way a product that does not end after eight decimals is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Towards zero: what is paid out.
    Down,
    /// Away from zero: what is charged.
    Up,
}

impl Fixed {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount.
    pub const MAX: Self = Self(i64::MAX);

    /// From a whole number of 10⁻⁸.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// As a whole number of 10⁻⁸.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// From a whole number.
    pub const fn from_whole(whole: i64) -> Option<Self> {
        match whole.checked_mul(ONE) {
            Some(units) => Some(Self(units)),
            None => None,
        }
    }

    /// True above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum, unless it cannot be counted.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it cannot be counted.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product at eight decimals, rounded as told, unless it cannot be counted.
    pub fn checked_mul(self, other: Self, rounding: Rounding) -> Option<Self> {
        let exact = i128::from(self.0) * i128::from(other.0);
        let one = i128::from(ONE);
        let cut = exact / one;
        let rest = exact % one;
        let product = match rounding {
            Rounding::Up if rest != 0 => cut + rest.signum(),
            _ => cut,
        };
        i64::try_from(product).ok().map(Self)
    }

    /// `times / by` of it, rounded to the nearest and half to the even; what cannot be counted is the largest amount
    /// of its sign, and so is everything that is divided by nothing.
    #[must_use]
    pub fn scaled(self, times: u32, by: u32) -> Self {
        let size = halves_to_even(u128::from(self.0.unsigned_abs()) * u128::from(times), u128::from(by));
        let size = size.and_then(|size| i64::try_from(size).ok()).unwrap_or(i64::MAX);
        Self(size * self.0.signum())
    }

    /// `times / by` of it, rounded towards zero, unless it cannot be counted.
    pub fn part(self, times: u32, by: u32) -> Option<Self> {
        let exact = (i128::from(self.0) * i128::from(times)).checked_div(i128::from(by))?;
        i64::try_from(exact).ok().map(Self)
    }

    /// The nearest binary float: for statistics, never for money.
    #[expect(
        clippy::cast_precision_loss,
        reason = "statistics work on floats; money never comes back from here"
    )]
    pub fn to_f64(self) -> f64 {
        // Dividing the exact integer rounds once; a product with 1e-8 would round twice.
        self.0 as f64 / 1e8
    }

    /// The nearest decimal to a float, if it is finite and can be counted.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
    pub fn from_f64(value: f64) -> Option<Self> {
        let units = (value * 1e8).round();
        (units.is_finite() && units.abs() < 9.2e18).then_some(Self(units as i64))
    }
}

impl FromStr for Fixed {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let units = i128::try_from(units(digits)?).map_err(|_| DecimalError::TooLarge)?;
        let signed = if negative { -units } else { units };
        i64::try_from(signed).map(Self).map_err(|_| DecimalError::TooLarge)
    }
}

impl TryFrom<String> for Fixed {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl From<Fixed> for String {
    fn from(value: Fixed) -> Self {
        value.to_string()
    }
}

/// The shortest exact form: no trailing zeros, no point where none is needed.
impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 < 0 { "-" } else { "" })?;
        write_units(u128::from(self.0.unsigned_abs()), f)
    }
}

/// Reads digits with at most one point as a whole number of 10⁻⁸.
fn units(digits: &str) -> Result<u128, DecimalError> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::Syntax);
    }
    if fraction.len() > DECIMALS as usize {
        return Err(DecimalError::TooFine);
    }
    format!("{whole}{fraction:0<8}").parse().map_err(|_| DecimalError::TooLarge)
}

/// A page has thousands of amounts: nearly all are as small as a machine's own number, and then nothing wider is divided.
fn write_units(units: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let one = ONE.unsigned_abs();
    let rest = if let Ok(units) = u64::try_from(units) {
        f.write_str(itoa::Buffer::new().format(units / one))?;
        units % one
    } else {
        let one = u128::from(one);
        f.write_str(itoa::Buffer::new().format(units / one))?;
        u64::try_from(units % one).expect("below one in units")
    };
    write_fraction(rest, f)
}

/// A point and the digits behind it, without the zeros at their end; nothing where there are none.
fn write_fraction(mut rest: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if rest == 0 {
        return Ok(());
    }
    let mut text = [b'.'; 1 + DECIMALS as usize];
    for place in text[1..].iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    f.write_str(str::from_utf8(&text).expect("digits").trim_end_matches('0'))
}

/// How much was traded: a decimal of up to eight decimals that is never below zero and has no small bound. A year of
/// some currencies is more than [`Fixed`] can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Volume(u128);

impl Volume {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From a whole number of 10⁻⁸.
    pub const fn from_units(units: u128) -> Self {
        Self(units)
    }

    /// As a whole number of 10⁻⁸.
    pub const fn units(self) -> u128 {
        self.0
    }

    /// The sum, unless it cannot be counted.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `times / by` of it, rounded to the nearest and half to the even, unless it cannot be counted.
    pub fn scaled(self, times: u32, by: u32) -> Option<Self> {
        halves_to_even(self.0.checked_mul(u128::from(times))?, u128::from(by)).map(Self)
    }
}

/// The nearest whole of a fraction; of two that are equally near the even one.
fn halves_to_even(whole: u128, by: u128) -> Option<u128> {
    let (cut, rest) = (whole.checked_div(by)?, whole.checked_rem(by)?);
    let above = by - rest;
    let up = rest > above || rest == above && cut % 2 == 1;
    Some(cut + u128::from(up))
}

impl FromStr for Volume {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        units(text).map(Self)
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_units(self.0, f)
    }
}

#[cfg(test)]
mod tests;
