//! Lists of lengths of time.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use toml::Value;

use super::{Refused, Span, shown};

/// Durations from `MIN` to `MAX` milliseconds, none twice, and few. None at all is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Spans<const MIN: u64, const MAX: u64>(Vec<Span<MIN, MAX>>);

/// The most of one list.
const MOST: usize = 10;

impl<const MIN: u64, const MAX: u64> Spans<MIN, MAX> {
    /// The durations in the order they were written.
    pub fn all(&self) -> Vec<Duration> {
        self.0.iter().map(|span| span.get()).collect()
    }
}

impl<const MIN: u64, const MAX: u64> TryFrom<Value> for Spans<MIN, MAX> {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(items) = value.as_array().filter(|items| items.len() <= MOST) else {
            let what = format!("a list of up to {MOST} durations; write e.g. [\"7d\", \"1d\"]");
            return Err(Refused::not(&value, what));
        };
        let mut spans = Vec::with_capacity(items.len());
        for item in items {
            let span = Span::try_from(item.clone())?;
            if spans.contains(&span) {
                return Err(Refused::new(format!("{} stands there twice; write it once", shown(item))));
            }
            spans.push(span);
        }
        Ok(Self(spans))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::value::{DAY, HOUR};

    fn read(text: &str) -> Result<Spans<HOUR, { 29 * DAY }>, String> {
        let table: toml::Table = format!("warn = {text}").parse().expect("TOML");
        Spans::try_from(table["warn"].clone()).map_err(|refused| refused.to_string())
    }

    #[test]
    fn a_list_holds_durations_within_bounds_and_none_twice() {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        assert_eq!(read(r#"["7d", "24h"]"#).map(|spans| spans.all()), Ok(vec![days(7), days(1)]));
        assert_eq!(read("[]").map(|spans| spans.all()), Ok(Vec::new()));
        for wrong in [r#""7d""#, "7", "[7]", r#"["7"]"#, r#"["30m"]"#, r#"["30d"]"#, r#"["1d", "24h"]"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let many =
            format!("[{}]", (1..=11).map(|days| format!("\"{days}d\"")).collect::<Vec<_>>().join(", "));
        assert!(read(&many).is_err_and(|said| said.contains("up to 10")), "{many}");
    }
}
