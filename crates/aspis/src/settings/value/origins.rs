//! Lists of web origins.

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, public_url::is_origin, shown};

/// Origins such as `https://app.example.com` (RFC 6454), none twice; or `*` alone; or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Origins(Vec<String>);

impl Origins {
    /// The origins in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Origins {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Value::Array(items) = &value else {
            return Err(Refused::not(&value, "a list; write e.g. [\"https://app.example.com\"]"));
        };
        let origins: Vec<String> = items.iter().map(origin).collect::<Result<_, _>>()?;
        if origins.len() > 1 && origins.iter().any(|origin| origin == "*") {
            return Err(Refused::new("\"*\" is everybody; write it alone, or name the origins"));
        }
        Ok(Self(origins))
    }
}

fn origin(item: &Value) -> Result<String, Refused> {
    match item.as_str() {
        // A browser sends host names in lower case, and nothing else is ever equal.
        Some(text) if text == "*" || (is_origin(text) && text.to_ascii_lowercase() == text) => {
            Ok(text.to_owned())
        }
        _ => Err(Refused::new(format!(
            "{} is not an origin; write a scheme and a host in lower case, e.g. \"https://app.example.com\"",
            shown(item)
        ))),
    }
}
