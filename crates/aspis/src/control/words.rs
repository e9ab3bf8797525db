//! What is said over the socket.

use serde::{Deserialize, Serialize};

/// The longest line, in bytes.
pub(super) const LONGEST: u64 = 64 * 1024;

/// What a command asks of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub(crate) enum Request {
    /// Is anybody there?
    Ping,
    /// Rows of an asset were written: they are to be served.
    ReloadPrices {
        /// The asset.
        asset: String,
    },
    /// A file was brought in.
    ImportDone(Imported),
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Imported {
    /// The asset.
    pub(crate) asset: String,
    /// Its interval's word.
    pub(crate) interval: String,
    /// Where the rows come from.
    pub(crate) source: String,
    /// Rows that were written.
    pub(crate) written: u64,
}

/// What the server says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// It was done.
    pub(crate) ok: bool,
    /// Why not: a `snake_case` word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// What the command asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<serde_json::Value>,
    /// The server's version.
    #[serde(default)]
    pub(crate) version: String,
}

impl Answer {
    pub(super) fn of(outcome: Result<(), &str>) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { ok: outcome.is_ok(), error: outcome.err().map(str::to_owned), data: None, version }
    }
}
