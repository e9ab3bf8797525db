//! What is said of a backup that was made, by the command that made it or by the server that was asked to.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use aspis_watch::backup::Manifest;
use serde::{Deserialize, Serialize};

use super::Made;
use crate::words::counted;

/// In JSON as it is; for people by its `Display`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// It is there, and its books balance.
    pub(crate) ok: bool,
    path: PathBuf,
    bytes: u64,
    encrypted: bool,
    removed: usize,
    left_alone: usize,
    by_server: bool,
    manifest: Manifest,
}

impl Told {
    /// Of a backup of a data folder.
    pub(crate) fn of(made: Made, by_server: bool) -> Self {
        Self {
            ok: made.manifest.database.ledger.balanced,
            path: if by_server { absolute(&made.path) } else { made.path },
            bytes: made.bytes,
            encrypted: made.sealed,
            removed: made.tidied.removed,
            left_alone: made.tidied.strange,
            by_server,
            manifest: made.manifest,
        }
    }
}

/// Whoever asked the server stands elsewhere than it does.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let manifest = &self.manifest;
        writeln!(f, "{}", self.path.display())?;
        let sealed = if self.encrypted { "encrypted" } else { "not encrypted" };
        let (bytes, unpacked) = (self.bytes, manifest.bytes());
        let parts = counted(manifest.parts.len(), "part", "parts");
        writeln!(f, "{bytes} bytes, {sealed}; {parts} of {unpacked} bytes, read back and whole")?;
        let books = if self.ok { "balance" } else { "DO NOT BALANCE" };
        let schema = manifest.database.schema;
        let entries = counted(manifest.database.ledger.entries, "entry", "entries");
        writeln!(f, "schema {schema}; {entries} in the books, which {books}")?;
        if self.removed > 0 {
            writeln!(f, "{} removed", counted(self.removed, "older one was", "older ones were"))?;
        }
        if self.left_alone > 0 {
            let what = "called like backups, but of no deployment, not whole, or of the future: left alone";
            writeln!(f, "{} {what}", counted(self.left_alone, "file there is", "files there are"))?;
        }
        Ok(())
    }
}
