//! What can go wrong below the traits.

use aspis_store::StoreError;

/// Why a statement came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The database said no: busy, full, broken, closed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A value is not one that this program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// Another writer was faster with the same row; nothing was done.
    #[error("another writer changed the {0} first")]
    Raced(&'static str),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::because(fault)
    }
}

/// The value, or the fault that it cannot be read.
pub(crate) fn readable<T>(what: &'static str, value: Option<T>) -> Result<T, Fault> {
    value.ok_or(Fault::Unreadable(what))
}
