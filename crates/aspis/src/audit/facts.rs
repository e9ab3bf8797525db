//! What an audit looks at, gathered at one moment.

use std::path::Path;

use aspis_core::{clock::Timestamp, exemption::Exemption};
use aspis_store::{Durable, ledger::Audit};
use aspis_store_sql::backup::Schema;

use super::{advisories, disk, passphrase, people};
use crate::{known_log::KnownLog, settings::Settings};

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
    /// There are shared keys: from the first start of a server on.
    pub(crate) has_keys: bool,
    /// Some of them lie there as they are.
    pub(crate) vault_in_clear: bool,
    /// Who is excused from a rule.
    pub(crate) exemptions: Vec<Exemption>,
    /// The ledger, added up.
    pub(crate) books: Audit,
    /// Which security log it belongs to.
    pub(crate) log: Option<KnownLog>,
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
    /// The folder of the backups and what lies in it, where it is elsewhere and others may use them.
    pub(crate) open_backups: Vec<String>,
    /// What is wrong with who may use the file of the settings.
    pub(crate) open_settings: Option<String>,
    /// What is in the data folder and belongs to somebody else; each with whose it is.
    pub(crate) foreign: Vec<String>,
    /// Folders above it in which anybody may put another one in its place.
    pub(crate) open_above: Vec<String>,
    /// Where the passphrase of the backups lies in the data folder or beside them.
    pub(crate) passphrase_beside: Option<String>,
    /// What is wrong with the certificate of the settings.
    pub(crate) certificate: crate::tls::Exam,
}

/// What the list of advisories says of us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Advised {
    /// Those that speak of what this binary is made of.
    pub(crate) hits: Vec<String>,
    /// Those of which that cannot be told.
    pub(crate) unread: Vec<String>,
}

/// Everything that is looked at.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) settings: Settings,
    pub(crate) shipped: Settings,
    pub(crate) disk: Disk,
    pub(crate) chain: Sight<Chain>,
    pub(crate) schema: Sight<Schema>,
    /// Whole days until the certificate ends; none where there is none of our own.
    pub(crate) certificate: Sight<Option<i64>>,
    pub(crate) stored: Sight<Stored>,
    /// What the list of advisories says.
    pub(crate) advisories: Sight<Advised>,
    /// How hard the passphrase of the backups is to guess, from 0 to 4, where there is one.
    pub(crate) passphrase: Sight<Option<u8>>,
}

impl Facts {
    /// Why this is no whole audit: what nearly all of it goes by could not be read.
    pub(crate) fn unread(&self) -> Option<String> {
        match (&self.stored, &self.chain) {
            (Sight::Hidden(why), _) => Some(format!("the database could not be looked into: {why}")),
            (_, Sight::Hidden(why)) => Some(format!("the security log could not be read: {why}")),
            (Sight::Seen(_), Sight::Seen(_)) => None,
        }
    }
}

/// What the disk says.
struct Read {
    disk: Disk,
    chain: Sight<Chain>,
    certificate: Sight<Option<i64>>,
    advisories: Sight<Advised>,
    passphrase: Sight<Option<u8>>,
}

impl Read {
    fn of(settings: &Settings, config: Option<&Path>, now: Timestamp) -> Self {
        Self {
            disk: disk::look(settings, config, now),
            chain: disk::chain(settings.server.data.as_path()),
            certificate: disk::certificate(settings, now),
            advisories: advisories::look(settings),
            passphrase: passphrase::look(settings),
        }
    }

    /// A look that did not end well.
    fn nothing() -> Self {
        let gone = || "the look did not end well".to_owned();
        Self {
            disk: Disk::default(),
            chain: Sight::Hidden(gone()),
            certificate: Sight::Hidden(gone()),
            advisories: Sight::Hidden(gone()),
            passphrase: Sight::Hidden(gone()),
        }
    }
}

/// Gathers it; `config` is the file of the settings, where there is one. Without a store, what is in the database is not
/// seen.
pub(crate) async fn gather(
    settings: &Settings,
    config: Option<&Path>,
    store: Result<&Durable, String>,
    now: Timestamp,
) -> Facts {
    let (own, file) = (settings.clone(), config.map(Path::to_owned));
    // It reads files, and nobody has to wait for that.
    let read = tokio::task::spawn_blocking(move || Read::of(&own, file.as_deref(), now));
    let Read { disk, chain, certificate, advisories, passphrase } =
        read.await.unwrap_or_else(|_| Read::nothing());
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
        passphrase,
    }
}
