//! A time of the day.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// A minute of each day in UTC, as `"03:15"`; or `"off"`: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct Daily(Option<u16>);

impl Daily {
    /// Minutes since midnight, where it is on.
    pub const fn get(self) -> Option<u16> {
        self.0
    }
}

impl TryFrom<Value> for Daily {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "03:15")?;
        if text == "off" {
            return Ok(Self(None));
        }
        let minute = minute(&text);
        let what = "a time of the day; write HH:MM (UTC), e.g. \"03:15\", or \"off\"";
        minute.map(|minute| Self(Some(minute))).ok_or_else(|| Refused::not(&value, what))
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str, below: u16| {
        let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| plain && *number < below)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 60)?)
}

impl fmt::Display for Daily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(minute) => write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            None => f.write_str("off"),
        }
    }
}

impl From<Daily> for String {
    fn from(daily: Daily) -> Self {
        daily.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Daily, String> {
        Daily::try_from(Value::String(text.to_owned())).map_err(|refused| refused.to_string())
    }

    #[test]
    fn a_minute_of_the_day_or_never() {
        assert_eq!(read("03:15").map(Daily::get), Ok(Some(195)));
        assert_eq!(read("23:59").map(|daily| daily.to_string()), Ok("23:59".to_owned()));
        assert_eq!(read("off").map(|daily| (daily.get(), daily.to_string())), Ok((None, "off".to_owned())));
        for wrong in ["", "3:15", "24:00", "12:60", "12:5", "+3:15", "noon", "03:15:00", "Off"] {
            assert!(read(wrong).is_err_and(|said| said.contains("HH:MM")), "{wrong}");
        }
    }
}
