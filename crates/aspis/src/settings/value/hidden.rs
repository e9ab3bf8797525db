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

/// Hides a text that is empty or of a known form: it is never shown, also not where it is wrong.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $good:expr, $wrong:literal) => {
        $(#[$doc])*
        #[derive(Clone, serde::Deserialize)]
        #[serde(try_from = "toml::Value")]
        pub struct $name($crate::settings::value::Hidden);

        impl $name {
            /// The text, where one is set.
            pub fn get(&self) -> Option<&str> {
                Some(self.0.expose()).filter(|text| !text.is_empty())
            }
        }

        impl TryFrom<toml::Value> for $name {
            type Error = $crate::settings::value::Refused;

            fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
                let hidden = $crate::settings::value::Hidden::try_from(value)?;
                let good: fn(&str) -> bool = $good;
                if hidden.expose().is_empty() || good(hidden.expose()) {
                    return Ok(Self(hidden));
                }
                Err($crate::settings::value::Refused::new(concat!("the value (not shown) ", $wrong)))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.expose() == other.0.expose()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                // That there is none is no secret, and has to come back as it went.
                if self.get().is_none() { to.serialize_str("") } else { serde::Serialize::serialize(&self.0, to) }
            }
        }
    };
}

pub(super) use secret;
