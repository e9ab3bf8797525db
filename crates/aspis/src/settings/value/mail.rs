//! Where letters leave, and whom they come from.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use toml::Value;

use super::{Hidden, Refused, text};

/// The URL of a mail server with its password, which is never shown; or empty: no mail.
///
/// Whether the rest of it can be understood is the mailer's to say, at the start.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Value")]
pub struct MailUrl(Hidden);

impl MailUrl {
    /// The URL, where one is set.
    pub fn get(&self) -> Option<&str> {
        Some(self.0.expose()).filter(|url| !url.is_empty())
    }
}

impl TryFrom<Value> for MailUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let url = Hidden::try_from(value)?;
        let text = url.expose();
        let known = ["smtp://", "smtps://"].iter().any(|scheme| {
            text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
        if text.is_empty() || (known && !text.contains(|c: char| c.is_control() || c.is_whitespace())) {
            return Ok(Self(url));
        }
        Err(Refused::new(
            "the value (not shown) is not a mail server; write e.g. \"smtps://user:password@mail.example.com\", or \
             nothing: \"\"",
        ))
    }
}

impl PartialEq for MailUrl {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for MailUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // That there is none is no secret, and has to come back as it went.
        if self.get().is_none() { to.serialize_str("") } else { self.0.serialize(to) }
    }
}

/// Whom letters come from: an address, or a name and an address in angle brackets; or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Sender(String);

impl Sender {
    /// The sender, where one is set.
    pub fn get(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }
}

impl TryFrom<Value> for Sender {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let example = "Aspis <aspis@example.com>";
        let text = text(&value, example)?;
        let bare = match text.rsplit_once('<') {
            Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
            None => &text,
        };
        let ends = bare.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        let plain = bare.is_ascii() && !bare.contains(' ') && !text.contains(char::is_control);
        if text.is_empty() || (ends && plain) {
            return Ok(Self(text));
        }
        Err(Refused::not(&value, format!("a sender; write e.g. {example:?}, or nothing: \"\"")))
    }
}
