//! What a server needs to be called by https: names, a place that certifies them, people to write to.

use std::net::SocketAddr;

use aspis_identity::email::Email;
use http::Uri;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown, text};

/// An IP address and a port; or empty: none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct MaybeAddress(Option<SocketAddr>);

impl MaybeAddress {
    /// The socket address, where one is set.
    pub const fn get(&self) -> Option<SocketAddr> {
        self.0
    }
}

impl TryFrom<Value> for MaybeAddress {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let text = text(&value, "0.0.0.0:80")?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let what = "an address; write IP:PORT, e.g. \"0.0.0.0:80\", or nothing: \"\"";
        text.parse().map(|address| Self(Some(address))).map_err(|_| Refused::not(&value, what))
    }
}

impl From<MaybeAddress> for String {
    fn from(address: MaybeAddress) -> Self {
        address.0.map(|address| address.to_string()).unwrap_or_default()
    }
}

/// The most names that one certificate is asked for: as many as Let's Encrypt puts into one.
const NAMES: usize = 100;

/// Names of this server: whole ones, in lower case, each once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Domains(Vec<String>);

impl Domains {
    /// The names in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Domains {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let names = list(&value, "api.example.com", |text| {
            let lower = text.to_ascii_lowercase();
            is_name(&lower).then_some(lower)
        })?;
        let mut told_apart = names.clone();
        told_apart.sort_unstable();
        told_apart.dedup();
        if names.len() > NAMES || told_apart.len() < names.len() {
            return Err(Refused::not(&value, "up to 100 names, each of them once"));
        }
        Ok(Self(names))
    }
}

/// A host name (RFC 1123): no address of digits, and no wildcard, which this way of proof cannot have.
fn is_name(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let digits = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    text.len() <= 253 && !digits && text.split('.').all(label)
}

/// E-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Mailboxes(Vec<String>);

impl Mailboxes {
    /// The addresses in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Mailboxes {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let read = |text: &str| Email::parse(text).ok().map(|email| email.as_str().to_owned());
        list(&value, "ops@example.com", read).map(Self)
    }
}

/// A list of texts, each read by itself.
fn list(value: &Value, example: &str, read: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, Refused> {
    let Value::Array(items) = value else {
        return Err(Refused::not(value, format!("a list; write e.g. [{example:?}]")));
    };
    let wrong =
        |item: &Value| Refused::new(format!("{} cannot be used; write e.g. {example:?}", shown(item)));
    items.iter().map(|item| item.as_str().and_then(&read).ok_or_else(|| wrong(item))).collect()
}

/// An https address with a path: nothing that matters is fetched in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct HttpsUrl(String);

impl HttpsUrl {
    /// The address.
    pub fn get(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Value> for HttpsUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let example = "https://acme.example.com/directory";
        let text = text(&value, example)?;
        let known = text.parse::<Uri>().is_ok_and(|uri| {
            uri.scheme_str() == Some("https")
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if known {
            Ok(Self(text))
        } else {
            Err(Refused::not(&value, format!("an https address; write e.g. {example:?}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Value {
        Value::Array(words.iter().map(|word| Value::String((*word).to_owned())).collect())
    }

    #[test]
    fn names_are_whole_and_told_apart() {
        let names = Domains::try_from(words(&["API.example.com", "localhost"])).map(|names| names.0);
        assert_eq!(names, Ok(vec!["api.example.com".to_owned(), "localhost".to_owned()]));
        for wrong in [
            "",
            "*.example.com",
            "-a.example.com",
            "a..b",
            "192.0.2.1",
            "[::1]",
            "a b",
            "https://a.b",
            "ä.example",
        ] {
            assert!(Domains::try_from(words(&[wrong])).is_err(), "{wrong}");
        }
        assert!(Domains::try_from(words(&["a.b", "A.b"])).is_err());
    }

    #[test]
    fn only_https_certifies() {
        let url = |text: &str| HttpsUrl::try_from(Value::String(text.to_owned())).is_ok();
        assert!(url("https://127.0.0.1:14000/dir"));
        assert!(!url("http://127.0.0.1/dir") && !url("https://user@example.com/") && !url("") && !url("x"));
    }

    #[test]
    fn an_address_may_be_none() {
        let address =
            |text: &str| MaybeAddress::try_from(Value::String(text.to_owned())).map(|one| one.get());
        assert_eq!(address(""), Ok(None));
        assert_eq!(address("127.0.0.1:80"), Ok(Some(([127, 0, 0, 1], 80).into())));
        assert!(address("localhost:80").is_err());
    }
}
