//! Lists of HTTP tokens: methods and names of header fields.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// Tokens (RFC 9110, 5.6.2), none of them `*`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Fields(Vec<String>);

impl Fields {
    /// The tokens in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Fields {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Value::Array(items) = &value else {
            return Err(Refused::not(&value, "a list; write e.g. [\"Content-Type\"]"));
        };
        items.iter().map(token).collect::<Result<_, _>>().map(Self)
    }
}

fn token(item: &Value) -> Result<String, Refused> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&b);
    match item.as_str() {
        Some(text) if (1..=64).contains(&text.len()) && text.bytes().all(plain) => Ok(text.to_owned()),
        _ => Err(Refused::new(format!(
            "{} is not a method or the name of a header field; write e.g. \"GET\" or \"Content-Type\"",
            shown(item)
        ))),
    }
}
