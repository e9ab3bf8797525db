//! Where a server is that keeps what nodes share and nobody misses for long.

use std::fmt;

use aspis_core::secret::SecretText;
use aspis_store_redis::Wire;
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Hidden, Refused};

/// The URL of a Redis or Valkey server with its password, which is never shown; or empty: this node's memory.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct StateUrl(Hidden);

impl StateUrl {
    /// The URL, where one is set.
    pub fn get(&self) -> Option<SecretText> {
        Some(self.0.expose()).filter(|url| !url.is_empty()).map(|url| SecretText::new(url.to_owned()))
    }

    /// True where somebody on the way could read along, or be taken for the server.
    pub fn is_open(&self) -> bool {
        !self.0.expose().is_empty() && Wire::of(self.0.expose()) == Some(Wire::Open)
    }
}

impl TryFrom<Value> for StateUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let url = Hidden::try_from(value)?;
        if url.expose().is_empty() || Wire::of(url.expose()).is_some() {
            return Ok(Self(url));
        }
        Err(Refused::new(
            "the value (not shown) is not a Redis or Valkey server; write e.g. \
             \"rediss://user:password@state.example.com\", or nothing: \"\"",
        ))
    }
}

impl PartialEq for StateUrl {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl fmt::Debug for StateUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for StateUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // That there is none is no secret, and has to come back as it went.
        if self.0.expose().is_empty() { to.serialize_str("") } else { self.0.serialize(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<StateUrl, Refused> {
        StateUrl::try_from(Value::String(url.to_owned()))
    }

    #[test]
    fn a_server_is_known_by_its_scheme_and_not_shown() {
        for good in ["", "redis://127.0.0.1", "rediss://me:word@state.example.com:6380/1"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for wrong in ["redis://", "http://state", "state:6379", "/run/redis.sock"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let url = read("redis://me:canary@state").expect("good");
        let refusal = read("memcached://me:canary@state").expect_err("wrong");
        let shown = format!("{url:?} {refusal:?} {}", serde_json::to_string(&url).expect("written"));
        assert!(!shown.contains("canary") && shown.contains("***"), "{shown}");
        assert!(url.is_open() && !read("rediss://state").expect("good").is_open());
    }
}
