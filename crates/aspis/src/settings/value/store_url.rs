//! Where a server is that keeps everything durable.

use aspis_core::secret::SecretText;
use aspis_store_sql::Wire;

use super::hidden::secret;

secret! {
    /// The URL of a PostgreSQL server with its password, which is never shown; or empty: a file.
    StoreUrl, |url| Wire::of(url).is_some(),
    "is not a PostgreSQL server with a database; write e.g. \
             \"postgres://user:password@db.example.com/aspis?sslmode=verify-full\", or nothing: \"\""
}

impl StoreUrl {
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
