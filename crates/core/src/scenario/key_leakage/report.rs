//! Reports of leaked keys: who signed one, and what it names.
//!
//! The form is that of GitHub's secret scanning; own scanners sign the same by Standard Webhooks. Nothing of a report
//! is read before its signature was found good. Deliberately not here: what becomes of a key that is named.

use serde::Deserialize;
use serde_json::error::Category;

use crate::secret::SecretText;

pub mod github;
pub mod webhook;

#[cfg(test)]
mod tests;

/// Keys that one report names, at most: as many as fit into a body.
pub const MOST: usize = 5000;

/// One finding of a scanner. Where it was found is not looked at: it would be a stranger's text in our records.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// What was found.
    pub token: SecretText,
    /// What the scanner calls keys of ours.
    #[serde(default)]
    pub r#type: String,
}

/// Why a report cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is no JSON, or nests deeper than is read.
    #[error("it is no JSON")]
    Json,
    /// It is no array of findings.
    #[error("it is no array of findings, each with a token")]
    Form,
    /// It names more than [`MOST`].
    #[error("it names more than {MOST} tokens")]
    TooMany,
}

/// Reads a report, whose signature has been found good.
pub fn read(body: &[u8]) -> Result<Vec<Item>, ReportError> {
    let items: Vec<Item> = serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => ReportError::Form,
        Category::Io | Category::Syntax | Category::Eof => ReportError::Json,
    })?;
    if items.len() > MOST { Err(ReportError::TooMany) } else { Ok(items) }
}
