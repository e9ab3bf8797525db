//! What an audit looks at, gathered at one moment.

use aspis_core::clock::Timestamp;
use aspis_store::Durable;
use aspis_store_sql::backup::Schema;

use super::{advisories, disk, people};
use crate::settings::Settings;

/// Something that was looked at, or why it could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sight<T> {
    Seen(T),
    Hidden(String),
}

impl<T> Sight<T> {
    pub(crate) fn of(result: Result<T, impl std::fmt::Display>) -> Self {
        match result {
            Ok(seen) => Self::Seen(seen),
            Err(error) => Self::Hidden(error.to_string()),
        }
    }
}

/// How the security log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chain {
    /// There is none yet.
    None,
    /// It holds. When its newest event was.
    Whole(Option<Timestamp>),
    /// It does not; how many things are wrong.
    Broken(usize),
}

/// Accounts that may do everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Operators {
    pub(crate) all: usize,
    /// Addresses of those without a second factor.
    pub(crate) bare: Vec<String>,
}

/// API keys that are alive, by their identifiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LiveKeys {
    /// That change something, from everywhere.
    pub(crate) open: Vec<String>,
    /// That were made long ago and not used for long.
    pub(crate) idle: Vec<String>,
}

/// What the database holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) operators: Operators,
    pub(crate) demo_account: bool,
    pub(crate) keys: LiveKeys,
    /// Shared keys lie there as they are.
    pub(crate) vault_in_clear: bool,
}

/// What the machine and the folder hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Disk {
    /// The mode of the data folder, where there is one.
    pub(crate) folder_mode: Option<u32>,
    /// Files in it, and those that the settings name, that others may read; each with its mode.
    pub(crate) open_files: Vec<String>,
    /// Days since the invitation of the first operator was written.
    pub(crate) invitation_days: Option<u64>,
    pub(crate) demo_password: bool,
    pub(crate) is_root: bool,
    /// Files that the process may open at most.
    pub(crate) file_limit: u64,
    /// When the server first started.
    pub(crate) born: Option<Timestamp>,
    /// When the newest backup was made.
    pub(crate) backup: Option<Timestamp>,
    /// The backups lie on the disk of the data.
    pub(crate) backup_beside: bool,
}

/// Everything that is looked at.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) settings: Settings,
    pub(crate) shipped: Settings,
    pub(crate) disk: Disk,
    pub(crate) chain: Sight<Chain>,
    pub(crate) schema: Sight<Option<Schema>>,
    /// Whole days until the certificate ends; none where there is none of our own.
    pub(crate) certificate: Sight<Option<i64>>,
    pub(crate) stored: Sight<Stored>,
    /// Advisories that speak of what this binary is made of.
    pub(crate) advisories: Sight<Vec<String>>,
}

/// Gathers it. Without a store, what is in the database is not seen.
pub(crate) async fn gather(settings: &Settings, store: Result<&Durable, String>, now: Timestamp) -> Facts {
    let data = settings.server.data.as_path().to_owned();
    let own = settings.clone();
    // It reads files, and nobody has to wait for that.
    let read = tokio::task::spawn_blocking(move || {
        (disk::look(&own, now), disk::chain(&data), disk::certificate(&own, now), advisories::look(&own))
    });
    let gone = || "the look did not end well".to_owned();
    let (disk, chain, certificate, advisories) = read.await.unwrap_or_else(|_| {
        (Disk::default(), Sight::Hidden(gone()), Sight::Hidden(gone()), Sight::Hidden(gone()))
    });
    Facts {
        now,
        settings: settings.clone(),
        shipped: Settings::default(),
        disk,
        chain,
        schema: disk::schema(settings).await,
        certificate,
        stored: match store {
            Ok(store) => Sight::of(people::look(store, now).await),
            Err(why) => Sight::Hidden(why),
        },
        advisories,
    }
}
