//! Lengths of time as settings write them: `"15m"`.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// A second in milliseconds, the unit of [`Span`]'s bounds.
pub const SECOND: u64 = 1000;
/// A minute in milliseconds.
pub const MINUTE: u64 = 60 * SECOND;
/// An hour in milliseconds.
pub const HOUR: u64 = 60 * MINUTE;
/// A day in milliseconds.
pub const DAY: u64 = 24 * HOUR;

const UNITS: [(&str, u64); 5] = [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1)];

/// A duration from `MIN` to `MAX` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct Span<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Span<MIN, MAX> {
    /// The duration.
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

impl<const MIN: u64, const MAX: u64> TryFrom<Value> for Span<MIN, MAX> {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(millis) = parse(&text(&value, "15m")?) else {
            return Err(Refused::not(
                &value,
                "a duration; write a whole number and a unit (ms, s, m, h, d), e.g. \"15m\"",
            ));
        };
        if (MIN..=MAX).contains(&millis) {
            return Ok(Self(millis));
        }
        let bounds = format!("allowed; write {:?} to {:?}", written(MIN), written(MAX));
        Err(Refused::not(&value, bounds))
    }
}

impl<const MIN: u64, const MAX: u64> fmt::Display for Span<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.0))
    }
}

impl<const MIN: u64, const MAX: u64> From<Span<MIN, MAX>> for String {
    fn from(span: Span<MIN, MAX>) -> Self {
        span.to_string()
    }
}

fn parse(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let scale = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    digits.parse::<u64>().ok()?.checked_mul(scale)
}

/// In the largest unit that leaves nothing over; nothing at all is "0s".
fn written(millis: u64) -> String {
    let fits = |(_, scale): &&(&str, u64)| millis >= *scale && millis.is_multiple_of(*scale);
    match UNITS.iter().find(fits) {
        Some((unit, scale)) => format!("{}{unit}", millis / scale),
        None => "0s".to_owned(),
    }
}
