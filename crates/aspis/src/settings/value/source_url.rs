//! Where a source of prices is asked.

use aspis_market::sources::{Address, AddressError};
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// An https address, or a wss one where it is a stream's; this machine's own may do without TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct SourceUrl<const STREAM: bool>(Address);

impl<const STREAM: bool> SourceUrl<STREAM> {
    /// The address.
    pub fn get(&self) -> &Address {
        &self.0
    }
}

impl<const STREAM: bool> TryFrom<Value> for SourceUrl<STREAM> {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let (example, schemes) = if STREAM {
            ("wss://stream.example.com", ["wss://", "ws://"])
        } else {
            ("https://data.example.com", ["https://", "http://"])
        };
        let text = text(&value, example)?;
        if text.contains('@') {
            return Err(Refused::new(format!(
                "a name or a password has no place in an address (it is not shown here); write e.g. {example:?}"
            )));
        }
        let known = schemes.iter().any(|scheme| text.starts_with(scheme));
        let read = if known { text.parse() } else { Err(AddressError::Form) };
        read.map(Self).map_err(|error| match error {
            AddressError::Form => Refused::not(&value, format!("an address; write e.g. {example:?}")),
            AddressError::Clear => Refused::not(
                &value,
                format!("allowed: only this machine may be asked in the clear; write e.g. {example:?}"),
            ),
        })
    }
}

impl<const STREAM: bool> From<SourceUrl<STREAM>> for String {
    fn from(url: SourceUrl<STREAM>) -> Self {
        url.0.to_string()
    }
}
