//! Ways in for operators: one-use links, stored hashed.

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use crate::{
    Stored,
    accounts::{Account, Taken},
    ledger::Opening,
};

/// What came of using an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// The account was made and the invitation is spent.
    Made,
    /// There is no such invitation, it was used, or it has expired.
    Unknown,
    /// The address is taken; the invitation stands.
    Taken(Taken),
}

/// Invitations by the hash of their token.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Stores an invitation that is good until `expires`.
    async fn invite(&self, token_hash: &str, expires: Timestamp) -> Stored<()>;

    /// Stores an invitation that is good until `expires`, unless one is open at `now` or an operator already exists. Of
    /// several nodes that ask at once, one stores its own. True where this was it.
    async fn invite_first(&self, token_hash: &str, expires: Timestamp, now: Timestamp) -> Stored<bool>;

    /// True when one is open at `now`, or an operator already exists.
    async fn is_settled(&self, now: Timestamp) -> Stored<bool>;

    /// Spends an invitation and makes the account, all or nothing.
    async fn accept(
        &self,
        token_hash: &str,
        account: Account,
        opening: Opening,
        now: Timestamp,
    ) -> Stored<Accepted>;
}
