//! What the keys of all nodes are sealed with.

use std::fmt;

use aspis_core::secret::{Secret, SecretText};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::Refused;

/// 32 bytes as base64, or none: neither printed nor written out.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct SecretsKey(Option<Secret>);

impl SecretsKey {
    /// The key, where there is one.
    pub fn get(&self) -> Option<&Secret> {
        self.0.as_ref()
    }

    /// The key that a text names; none where it names none.
    pub(crate) fn read(text: &SecretText) -> Option<Secret> {
        let bytes = Secret::new(STANDARD.decode(text.expose()).ok()?);
        Some(bytes).filter(|bytes| bytes.expose().len() == LENGTH)
    }
}

/// Bytes of a key.
const LENGTH: usize = 32;

/// Two are compared to see whether the settings have changed, never to let anybody in.
impl PartialEq for SecretsKey {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl TryFrom<Value> for SecretsKey {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let key = match value.as_str() {
            Some("") => return Ok(Self(None)),
            text => text.and_then(|text| Self::read(&SecretText::new(text))),
        };
        key.map(|key| Self(Some(key))).ok_or_else(|| {
            Refused::new(
                "the value (not shown) is not 32 bytes as base64; make one by `openssl rand -base64 32`, or write nothing: \
                 \"\"",
            )
        })
    }
}

impl fmt::Debug for SecretsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for SecretsKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.0.is_some() { "***" } else { "" })
    }
}
