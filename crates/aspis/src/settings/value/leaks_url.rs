//! Where the public keys of those who report leaked keys are fetched from.

use aspis_market::sources::Address;
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Refused, SourceUrl};

/// An https address; this machine's own may do without TLS; or empty: none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct LeakKeysUrl(Option<Address>);

impl LeakKeysUrl {
    /// The address, where there is one.
    pub fn get(&self) -> Option<&Address> {
        self.0.as_ref()
    }
}

impl TryFrom<Value> for LeakKeysUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        if value.as_str() == Some("") {
            return Ok(Self(None));
        }
        SourceUrl::<false>::try_from(value).map(|url| Self(Some(url.get().clone())))
    }
}

impl Serialize for LeakKeysUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.as_ref().map(ToString::to_string).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_is_fetched_over_tls_or_from_this_machine() {
        let read = |text: &str| LeakKeysUrl::try_from(Value::String(text.to_owned()));
        assert_eq!(read("").map(|url| url.get().cloned()), Ok(None));
        for good in ["https://api.example.com/keys", "http://127.0.0.1:9000/keys"] {
            assert!(read(good).is_ok_and(|url| url.get().is_some()), "{good}");
        }
        for wrong in ["http://api.example.com/keys", "wss://api.example.com", "keys.json", "https://a:b@c"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
