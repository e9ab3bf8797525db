//! People: an e-mail address, a name, a password's hash.

use aspis_core::{clock::Timestamp, ids::AccountId, principal::Role};
use async_trait::async_trait;

use crate::Stored;

/// An account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The canonical e-mail address: unique.
    pub email: String,
    /// The name, byte for byte as it was given.
    pub full_name: String,
    /// The password's hash as a PHC string.
    pub password_hash: String,
    /// What it may do.
    pub role: Role,
    /// False when an operator switched it off.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// The address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// Accounts by identifier and address.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account with its ledger opened at `cash`, all or nothing, unless the address is taken.
    async fn create(&self, account: Account, opening: crate::ledger::Opening) -> Stored<Result<(), Taken>>;

    /// The account with this canonical address.
    async fn by_email(&self, email: &str) -> Stored<Option<Account>>;

    /// The account with this identifier.
    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>>;
}
