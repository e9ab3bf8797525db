//! Where a server is that keeps what nodes share and nobody misses for long.

use aspis_core::secret::SecretText;
use aspis_store_redis::Wire;

use super::hidden::secret;

secret! {
    /// The URL of a Redis or Valkey server with its password, which is never shown; or empty: this node's memory.
    StateUrl, |url| Wire::of(url).is_some(),
    "is not a Redis or Valkey server; write e.g. \
             \"rediss://user:password@state.example.com\", or nothing: \"\""
}

impl StateUrl {
    /// The URL, where one is set.
    pub fn url(&self) -> Option<SecretText> {
        self.get().map(|url| SecretText::new(url.to_owned()))
    }

    /// True where somebody on the way could read along, or be taken for the server.
    pub fn is_open(&self) -> bool {
        self.get().is_some_and(|url| Wire::of(url) == Some(Wire::Open))
    }
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;
    use crate::settings::value::Refused;

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
