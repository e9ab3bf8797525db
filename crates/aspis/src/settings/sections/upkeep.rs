//! Backups and audits.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Daily, File, Folder, Phrase, Whole, choice};

choice! {
    /// How often the deployment is audited.
    Often {
        /// Never by itself.
        Off = "off",
        /// Every seven days.
        Weekly = "weekly",
        /// Every thirty days.
        Monthly = "monthly",
    }
}

/// `[backup]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// When one is made each day.
    pub schedule: Daily,
    /// Where they are kept.
    pub folder: Folder,
    /// The newest that are kept.
    pub keep: Whole<usize, 1, 10_000>,
    /// Weeks of which the last one is kept.
    pub weekly: Whole<usize, 0, 1000>,
    /// Months of which the last one is kept.
    pub monthly: Whole<usize, 0, 1000>,
    /// They are encrypted.
    pub encrypt: bool,
    /// The passphrase.
    pub passphrase: Phrase,
    /// A file that holds it.
    pub passphrase_file: File,
    /// One is made before an older database is changed.
    pub before_upgrade: bool,
}

/// `[audit]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// How often it is done by itself.
    pub schedule: Often,
    /// A file of advisories.
    pub advisories: File,
}
