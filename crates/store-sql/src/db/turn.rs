//! Whose turn it is to write, where several nodes write to one database.
//!
//! What a transaction reads has to stay true to its end, and the database holds rows still only once they are written.
//! So those who write take turns, as they do for the one writing connection of a file: all in one row, but for orders,
//! which wait for the orders of their own account alone, and for whoever writes to everything. Turns are locks of the
//! database itself (advisory, to the end of the transaction): a node that dies gives its own back.

use aspis_core::ids::AccountId;

/// Whose turn a transaction waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Everybody's: nobody else is in a transaction meanwhile.
    All,
    /// That of an account's books, by this number: others may be in theirs.
    Books(i32),
}

impl Turn {
    /// Of an account. Two accounts may have one number: then they wait for each other, and that is all.
    pub(crate) fn books_of(account: AccountId) -> Self {
        // The end of an identifier is its chance; its beginning is the time.
        let [.., a, b, c, d] = *account.0.as_bytes();
        Self::Books(i32::from_be_bytes([a, b, c, d]))
    }
}
