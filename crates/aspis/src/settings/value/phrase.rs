//! A passphrase.

use std::fmt;

use aspis_core::secret::SecretText;
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::Refused;

/// A passphrase of at least twelve characters, or none: neither printed nor written out.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct Phrase(Option<SecretText>);

/// Fewer characters are guessed.
pub(crate) const SHORTEST: usize = 12;

impl Phrase {
    /// The passphrase, where there is one.
    pub fn get(&self) -> Option<&SecretText> {
        self.0.as_ref()
    }
}

/// Two are compared to see whether the settings have changed, never to let anybody in.
impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().map(SecretText::expose) == other.0.as_ref().map(SecretText::expose)
    }
}

impl TryFrom<Value> for Phrase {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        match value.as_str() {
            Some("") => Ok(Self(None)),
            Some(text) if text.chars().count() >= SHORTEST => Ok(Self(Some(SecretText::new(text)))),
            _ => Err(Refused::new(
                "the value (not shown) is too short; write at least 12 characters, or nothing: \"\"",
            )),
        }
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.0.is_some() { "***" } else { "" })
    }
}
