//! The kinds of value a setting can have.
//!
//! Each kind refuses what it cannot be in words that name the value and say what is allowed, so that every
//! message about a setting is written beside its rule. Not here: which setting has which kind (the sections).

mod address;
mod alarms;
mod amount;
mod assets;
mod bar;
mod channels;
mod choice;
mod contacts;
mod daily;
mod encryption;
mod fields;
mod hidden;
mod leaks;
mod leaks_url;
mod mail;
mod networks;
mod origins;
mod phrase;
mod playbooks;
mod public_url;
mod secrets_key;
mod share;
mod source_url;
mod span;
mod spans;
mod state_url;
mod store_url;
mod symbols;
mod text;
mod whole;
mod words;

pub use address::Address;
pub use alarms::Alarms;
pub use amount::Amount;
pub use assets::Assets;
pub use bar::Bar;
pub use channels::{
    CollectorUrl, GatewayBody, GatewayForm, GatewayMethod, GatewayUrl, HookFields, HookSecret, HookUrl,
    Least, Numbers,
};
pub(crate) use choice::{choice, not_one_of};
pub use contacts::Contacts;
pub use daily::Daily;
pub use encryption::{Domains, HttpsUrl, Mailboxes, MaybeAddress};
pub use fields::Fields;
pub use hidden::Hidden;
pub use leaks::{LeakKeys, LeakSecret};
pub use leaks_url::LeakKeysUrl;
pub use mail::{MailUrl, Sender};
pub use networks::Networks;
pub use origins::Origins;
pub use phrase::Phrase;
pub(crate) use phrase::SHORTEST;
pub use playbooks::{Measure, Playbook, Playbooks};
pub use public_url::PublicUrl;
pub use secrets_key::SecretsKey;
pub use share::Share;
pub use source_url::SourceUrl;
pub use span::{DAY, HOUR, MINUTE, SECOND, Span};
pub use spans::Spans;
pub use state_url::StateUrl;
pub use store_url::StoreUrl;
pub use symbols::Symbols;
pub use text::{File, Folder, Label};
pub use whole::Whole;
pub use words::Words;

use std::fmt;

use serde::{Deserialize, Deserializer};
use toml::Value;

/// Why a value is not allowed, in one sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// "VALUE is not WHAT; write HOW", the form nearly every message has.
    fn not(value: &Value, what: impl fmt::Display) -> Self {
        Self(format!("{} is not {what}", shown(value)))
    }
}

/// Longer values are cut: a message is one calm line.
const SHOWN: usize = 60;

/// The value as TOML would write it, on one line and not too long.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{:?}", cut(&without_userinfo(text))),
        other => cut(&without_userinfo(&other.to_string().replace(char::is_control, " "))),
    }
}

/// A text up to the first address with a name or a password in it: those are nobody's to read in a message.
fn without_userinfo(text: &str) -> String {
    match text.split_once("://") {
        Some((before, rest)) if rest.contains('@') => format!("{before}://…"),
        _ => text.to_owned(),
    }
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The text of a value that must be one.
fn text(value: &Value, example: &str) -> Result<String, Refused> {
    let wrong = || Refused::not(value, format!("text; write it in quotes, e.g. {example:?}"));
    value.as_str().map(str::to_owned).ok_or_else(wrong)
}

/// Deserializes a rate, whose own error already says what is allowed.
pub(crate) fn rate<'de, D: Deserializer<'de>>(from: D) -> Result<aspis_core::rate::Rate, D::Error> {
    let value = Value::deserialize(from)?;
    let text = text(&value, "5/minute").map_err(serde::de::Error::custom)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests;
