//! Who may report leaked keys.

use std::{path::Path, sync::Arc};

use aspis_core::scenario::key_leakage::report::{github::PublicKeys, webhook::SharedSecret};
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Refused, text, text::unreadable};

/// A file of public keys in the form of GitHub's answer, read when the settings are; or none.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct LeakKeys {
    path: String,
    keys: Option<Arc<PublicKeys>>,
}

/// The longest file of keys.
const LONGEST: u64 = 1 << 20;

impl LeakKeys {
    /// The keys, where there are any.
    pub fn get(&self) -> Option<&PublicKeys> {
        self.keys.as_deref()
    }
}

impl PartialEq for LeakKeys {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.keys == other.keys
    }
}

impl TryFrom<Value> for LeakKeys {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let path = text(&value, "github-keys.json")?;
        if path.is_empty() {
            return Ok(Self { path, keys: None });
        }
        let document = aspis_watch::file::read(Path::new(&path), LONGEST);
        let document = document.map_err(|error| unreadable(&value, &error))?;
        match PublicKeys::read(&document) {
            Ok(keys) => Ok(Self { path, keys: Some(Arc::new(keys)) }),
            Err(error) => Err(Refused::not(&value, format_args!("a file of public keys: {error}"))),
        }
    }
}

impl Serialize for LeakKeys {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.path)
    }
}

/// A secret that reports are signed with, or none: neither printed nor written out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct LeakSecret(Option<SharedSecret>);

impl LeakSecret {
    /// The secret, where there is one.
    pub fn get(&self) -> Option<&SharedSecret> {
        self.0.as_ref()
    }
}

impl TryFrom<Value> for LeakSecret {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = value.as_str();
        if text == Some("") {
            return Ok(Self(None));
        }
        let secret = text.and_then(SharedSecret::read).ok_or_else(|| {
            Refused::new(
                "the value (not shown) is no secret; write \"whsec_\" and the base64 of 24 to 64 bytes",
            )
        })?;
        Ok(Self(Some(secret)))
    }
}

impl Serialize for LeakSecret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.0.is_some() { "***" } else { "" })
    }
}
