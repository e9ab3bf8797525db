//! Values nobody may see.

use std::fmt;

use aspis_core::secret::SecretText;
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::Refused;

/// A secret in the settings: neither printed nor written out, and no error about it shows what was there.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct Hidden(SecretText);

impl Hidden {
    /// The secret, for the one call that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl TryFrom<Value> for Hidden {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        match value {
            Value::String(text) => Ok(Self(SecretText::new(text))),
            _ => Err(Refused::new("the value (not shown) is not text; write it in quotes")),
        }
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("***")
    }
}
