//! What can go wrong below the traits.

use aspis_store::{LeftAlone, StoreError};

use crate::{codes, seal::Closed};

/// Why a statement came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The database said no: busy, full, broken, closed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// It has failed so often that it was not asked.
    #[error(transparent)]
    LeftAlone(#[from] LeftAlone),
    /// It is a standby, or is kept from writing.
    #[error("the database takes no writes")]
    ReadOnly,
    /// A value is not one that this program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// A value is sealed, and is not opened.
    #[error("the database {0}")]
    Sealed(#[from] Closed),
    /// Another writer was faster with the same row; nothing was done.
    #[error("another writer changed the {0} first")]
    Raced(&'static str),
}

impl Fault {
    /// True where the database took everything back for another's sake: the same may go well a moment later.
    pub(crate) fn is_undone(&self) -> bool {
        matches!(self, Self::Database(error) if codes::is_undone(error))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::LeftAlone(alone) => Self::because(alone),
            fault => Self::because(fault),
        }
    }
}

/// A refusal that came the way of an answer is taken out of its wrapping: see [`refused`].
impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let inner = match &error {
            sqlx::Error::Io(io) => io.get_ref(),
            _ => None,
        };
        match inner.and_then(|inner| inner.downcast_ref()) {
            Some(alone) => Self::LeftAlone(*alone),
            None => Self::Database(error),
        }
    }
}

/// The refusal where the driver's words are asked for: it has none for this, and carries a foreign error as one of IO.
pub(crate) fn refused(alone: LeftAlone) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(alone))
}

/// The value, or the fault that it cannot be read.
pub(crate) fn readable<T>(what: &'static str, value: Option<T>) -> Result<T, Fault> {
    value.ok_or(Fault::Unreadable(what))
}
