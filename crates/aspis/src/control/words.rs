//! What is said over the socket.

use aspis_core::ids::{ActionId, ExemptionId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{exemptions::Wish, incidents::Ask};

/// The longest line, in bytes.
pub(super) const LONGEST: u64 = 64 * 1024;

/// What the server says that did not hear a command, because too many came: nothing was done.
pub(super) const BUSY: &str = "busy";

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
    /// Keys were found where they do not belong: they are to end.
    KeysLeaked(Leaked),
    /// Something is to be done with API keys.
    Keys(super::keys::KeyCommand),
    /// A message is to be sent by a channel of alerts, to see whether it arrives.
    TestChannel {
        /// The channel.
        channel: String,
    },
    /// The settings and the certificate are to be read anew.
    Reload,
    /// A backup is to be made, by the settings of the server.
    Backup {
        /// Encrypted, whatever they say.
        encrypt: bool,
    },
    /// Something is to be done in an incident.
    Incident(Box<Ask>),
    /// Something that was done in one is to be taken back.
    Undo(Undo),
    /// Which playbooks are there?
    Playbooks,
    /// Why was a request refused?
    Explain {
        /// The request.
        request: RequestId,
    },
    /// Somebody is to be excused from a rule.
    Exempt(Box<Wish>),
    /// That is to end.
    EndExemption {
        /// The exemption.
        id: ExemptionId,
    },
    /// Which names are locked?
    Lockouts,
    /// The lock of a name is to be lifted.
    LiftLock {
        /// The name, or what [`Request::Lockouts`] calls it.
        name: String,
    },
}

/// Keys as they were found. They stand in clear where whoever speaks here has read them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leaked {
    /// The keys.
    pub(crate) keys: Vec<String>,
}

impl std::fmt::Debug for Leaked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} keys", self.keys.len())
    }
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

/// What is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Undo {
    /// The action.
    pub(crate) id: ActionId,
    /// Only say what would be.
    pub(crate) dry_run: bool,
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
