//! A rate as settings write it: `5/minute`.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

/// So many requests in any window of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// Requests in one window: 1 to 1,000,000.
    pub limit: u32,
    /// The window: a second, a minute, an hour or a day.
    pub window: Duration,
}

/// What a rate may look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a rate; write a number from 1 to {MOST} and a unit, e.g. \"5/minute\" (units: second, minute, hour, day)"
)]
pub struct RateError(String);

const MOST: u32 = 1_000_000;
const UNITS: [(&str, u64); 4] = [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400)];

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError(text.chars().take(40).collect());
        let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.trim();
        let limit = count.parse().ok().filter(|n| (1..=MOST).contains(n) && !count.starts_with('+'));
        let seconds = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, seconds)| *seconds);
        match (limit, seconds) {
            (Some(limit), Some(seconds)) => Ok(Self { limit, window: Duration::from_secs(seconds) }),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, RateError> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.window.as_secs();
        match UNITS.iter().find(|(_, unit)| *unit == seconds) {
            Some((name, _)) => write!(f, "{}/{name}", self.limit),
            None => write!(f, "{}/{seconds}s", self.limit),
        }
    }
}

#[cfg(test)]
mod tests;
