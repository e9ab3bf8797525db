//! What a backup says of itself.

use std::collections::BTreeMap;

use aspis_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::DATABASE;

/// The form of backups that this release writes; it reads no other.
pub(super) const FORM: u32 = 1;
/// The longest name of a release.
const LONGEST_VERSION: usize = 64;

/// The last part of a backup: what the others are, and what they held when it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file.
    pub form: u32,
    /// The release that made it.
    pub version: String,
    /// When, as RFC 3339.
    pub made: String,
    /// What was in the database.
    pub database: Database,
    /// Where the security log stood; none where there was none.
    pub log: Option<Log>,
    /// Every other part, in order.
    pub parts: Vec<Part>,
}

impl Manifest {
    /// When it was made.
    pub fn at(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.made)
    }

    /// The bytes of all parts together.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.bytes))
    }

    /// True where what is shown to people is what it should be: a moment, and a release.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'+');
        self.at().is_some() && self.version.len() <= LONGEST_VERSION && self.version.bytes().all(plain)
    }

    /// The copy of the database.
    pub fn copy(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == DATABASE)
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name in the backup.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, lower hex.
    pub sha256: String,
}

/// What was in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Its schema.
    pub schema: i64,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// The books.
    pub ledger: Books,
}

/// What was in the books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Entries.
    pub entries: u64,
    /// True where every entry and every balance was right.
    pub balanced: bool,
    /// What all owners had together, by asset, in the smallest unit.
    pub balances: BTreeMap<String, String>,
}

/// Where the chain of the security log stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The number of its last line.
    pub last: u64,
    /// What that line hashes to.
    pub hash: String,
}
