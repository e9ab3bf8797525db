//! So many within so long, as settings write it: `"20 in 10m"`.

use std::{fmt, str::FromStr, time::Duration};

use crate::refusal::Bound;

/// From so many on within any window of this length, a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// From how many on: 1 to 1,000,000,000,000.
    pub from: u64,
    /// Within how long: a second to seven days.
    pub window: Duration,
}

/// What a bar may look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not allowed; write a number from 1 to {MOST}, \"in\" and a duration from \"1s\" to \"7d\", e.g. \"20 in 10m\""
)]
pub struct BarError(String);

const MOST: u64 = 1_000_000_000_000;
const LONGEST: u64 = 7 * 86_400;
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

impl Bar {
    /// The same as a rule's bound.
    pub const fn bound(self) -> Bound {
        Bound { limit: self.from, window_s: Some(self.window.as_secs()) }
    }
}

impl FromStr for Bar {
    type Err = BarError;

    fn from_str(text: &str) -> Result<Self, BarError> {
        read(text).ok_or_else(|| BarError(text.chars().filter(|c| !c.is_control()).take(40).collect()))
    }
}

fn read(text: &str) -> Option<Bar> {
    let (count, span) = text.split_once(" in ")?;
    let from = whole(count).filter(|from| (1..=MOST).contains(from))?;
    let unit = span.chars().next_back()?;
    let scale = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    let seconds = whole(&span[..span.len() - 1])?.checked_mul(scale)?;
    (1..=LONGEST).contains(&seconds).then_some(Bar { from, window: Duration::from_secs(seconds) })
}

/// Digits alone.
fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.from, Span(self.window.as_secs()))
    }
}

/// Seconds in the largest unit that leaves nothing over.
pub(super) struct Span(pub(super) u64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, scale): &&(char, u64)| self.0 >= *scale && self.0.is_multiple_of(*scale);
        let (unit, scale) = UNITS.iter().find(whole).copied().unwrap_or(('s', 1));
        write!(f, "{}{unit}", self.0 / scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["20 in 10m", "1 in 1s", "50000000 in 1h", "3 in 7d", "90 in 90s"] {
            assert_eq!(text.parse::<Bar>().map(|bar| bar.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("60 in 60s".parse::<Bar>().map(|bar| bar.to_string()), Ok("60 in 1m".to_owned()));
    }

    #[test]
    fn nothing_else_is_a_bar() {
        for text in [
            "",
            "20",
            "20/hour",
            "0 in 1h",
            "+1 in 1h",
            "1 in 0s",
            "1 in 8d",
            "1 in h",
            "1 in 1 h",
            "1 in 1ms",
            " 1 in 1h",
            "1 in 1h ",
            "-1 in 1h",
            "1 in 1ö",
            "1 in ",
            "1000000000001 in 1h",
            "99999999999999999999 in 1h",
            "1 in 99999999999999999999d",
        ] {
            assert!(text.parse::<Bar>().is_err(), "{text:?}");
        }
    }
}
