//! Lists of words.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// Words of lower-case letters, digits and underscores, none twice and at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Words(Vec<String>);

impl Words {
    /// The words in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Words {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
            return Err(Refused::not(&value, "a list of words; write e.g. [\"yfinance\", \"internal_db\"]"));
        };
        let mut words = Vec::with_capacity(items.len());
        for item in items {
            let word = word(item)?;
            if words.contains(&word) {
                return Err(Refused::new(format!("{} stands there twice; write it once", shown(item))));
            }
            words.push(word);
        }
        Ok(Self(words))
    }
}

const LONGEST: usize = 64;

fn word(item: &Value) -> Result<String, Refused> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    match item.as_str() {
        Some(text) if (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain) => Ok(text.to_owned()),
        _ => Err(Refused::not(
            item,
            format!("a word; write 1 to {LONGEST} lower-case letters, digits or underscores"),
        )),
    }
}
