//! What clients call this server by.

use http::Uri;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// A scheme and a host with an optional port, no path; or empty, which leaves it to the Host header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The URL without a slash at its end, if one is set.
    pub fn get(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }

    /// True when it is set, and not https.
    pub fn is_plain_http(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl TryFrom<Value> for PublicUrl {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let example = "https://api.example.com";
        let text = text(&value, example)?;
        let bare = text.strip_suffix('/').unwrap_or(&text);
        if text.is_empty() || is_origin(bare) {
            return Ok(Self(bare.to_owned()));
        }
        Err(Refused::not(&value, format!("a scheme and a host; write e.g. {example:?}, or nothing: \"\"")))
    }
}

pub(super) fn is_origin(bare: &str) -> bool {
    let Ok(uri) = bare.parse::<Uri>() else {
        return false;
    };
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    // Put together again it must be the same text: no path, query, user or trailing junk slipped by.
    let again = format!("{}://{authority}", uri.scheme_str().unwrap_or_default());
    known_scheme && !authority.is_empty() && !authority.contains('@') && again == bare
}
