//! Where a server is that keeps everything durable.

use std::fmt;

use aspis_core::secret::SecretText;
use aspis_store_sql::Wire;
use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Hidden, Refused};

/// The URL of a PostgreSQL server with its password, which is never shown; or empty: a file.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct StoreUrl(Hidden);

impl StoreUrl {
    /// The URL, where one is set.
    pub fn get(&self) -> Option<SecretText> {
        Some(self.0.expose()).filter(|url| !url.is_empty()).map(|url| SecretText::new(url.to_owned()))
    }

    /// True where somebody on the way could read along, or be taken for the server.
    pub fn is_open(&self) -> bool {
        !self.0.expose().is_empty() && Wire::of(self.0.expose()) == Some(Wire::Open)
    }
}

impl TryFrom<Value> for StoreUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let url = Hidden::try_from(value)?;
        if url.expose().is_empty() || Wire::of(url.expose()).is_some() {
            return Ok(Self(url));
        }
        Err(Refused::new(
            "the value (not shown) is not a PostgreSQL server with a database; write e.g. \
             \"postgres://user:password@db.example.com/aspis?sslmode=verify-full\", or nothing: \"\"",
        ))
    }
}

impl PartialEq for StoreUrl {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for StoreUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // That there is none is no secret, and has to come back as it went.
        if self.0.expose().is_empty() { to.serialize_str("") } else { self.0.serialize(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<StoreUrl, Refused> {
        StoreUrl::try_from(Value::String(url.to_owned()))
    }

    #[test]
    fn a_server_has_a_name_and_a_database_and_is_not_shown() {
        for good in
            ["", "postgres://db/aspis", "postgresql://me:word@db.example.com:5433/aspis?sslmode=require"]
        {
            assert!(read(good).is_ok(), "{good}");
        }
        for wrong in
            ["postgres://", "postgres://db", "postgres://db/", "mysql://db/aspis", "db/aspis", "/var/lib/x"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let url = read("postgres://me:canary@db/aspis").expect("good");
        let refusal = read("mysql://me:canary@db/aspis").expect_err("wrong");
        let shown = format!("{url:?} {refusal:?} {}", serde_json::to_string(&url).expect("written"));
        assert!(!shown.contains("canary") && shown.contains("***"), "{shown}");
    }

    #[test]
    fn what_leaves_the_machine_is_proved_or_open() {
        for closed in [
            "",
            "postgres://127.0.0.1/aspis",
            "postgres://[::1]:5433/aspis",
            "postgres://localhost/aspis",
            "postgres:///aspis?host=/run/postgresql",
            "postgres://db.example.com/aspis?sslmode=verify-full",
        ] {
            assert!(!read(closed).expect("good").is_open(), "{closed}");
        }
        for open in ["postgres://db.example.com/aspis", "postgres://10.0.0.7/aspis?sslmode=require"] {
            assert!(read(open).expect("good").is_open(), "{open}");
        }
    }
}
