//! Lists of asset names.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// Names of assets: 1 to 12 upper-case letters and digits each, none twice, up to a thousand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Assets(Vec<String>);

impl Assets {
    /// The names in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

const MOST: usize = 1000;
const LONGEST: usize = 12;

impl TryFrom<Value> for Assets {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Some(items) = value.as_array().filter(|items| items.len() <= MOST) else {
            return Err(Refused::not(&value, "a list of up to 1000 names; write e.g. [\"XRQD\", \"MTXQ\"]"));
        };
        let mut names = Vec::with_capacity(items.len());
        for item in items {
            let name = name(item)?;
            if names.contains(&name) {
                return Err(Refused::new(format!("{} stands there twice; write it once", shown(item))));
            }
            names.push(name);
        }
        Ok(Self(names))
    }
}

fn name(item: &Value) -> Result<String, Refused> {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    match item.as_str() {
        Some(text) if (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain) => Ok(text.to_owned()),
        _ => Err(Refused::not(item, format!("a name; write 1 to {LONGEST} upper-case letters and digits"))),
    }
}
