//! People: an e-mail address, a name, a password's hash.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use async_trait::async_trait;
use ipnet::IpNet;

use crate::{Stored, notices::Notice};

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
    /// Devices that signed in before this moment are no longer known: it moves when a password is reset.
    pub devices_since: Timestamp,
    /// The networks it may act from; empty is everywhere.
    pub allowed_ips: Vec<IpNet>,
}

/// A new password for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPassword {
    /// Whose.
    pub account: AccountId,
    /// Its hash as a PHC string.
    pub hash: String,
    /// Only where the stored hash is still this one: two changes at once never both win. `None` is whatever it is.
    pub instead_of: Option<String>,
    /// Moves [`Account::devices_since`] to this moment, and never back.
    pub forget_devices: Option<Timestamp>,
}

/// A new password with everything that goes with it: all of it happens, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The password.
    pub password: NewPassword,
    /// SHA-256 of the link's token that allows it, lower hex, where one does: it has to be open, and is spent.
    pub link: Option<String>,
    /// When. All sign-ins of the account end at this moment ...
    pub at: Timestamp,
    /// ... but this one.
    pub but: Option<FamilyId>,
    /// What the owner is told.
    pub notice: Notice,
}

/// The address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// Accounts by identifier and address.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account with its ledger opened at `cash`, all or nothing, unless the address is taken.
    async fn create(&self, account: Account, opening: crate::ledger::Opening) -> Stored<Result<(), Taken>>;

    /// Makes all of these accounts, but those whose address is taken, in one step. Which were made, in their order.
    async fn create_all(&self, accounts: &[(Account, crate::ledger::Opening)]) -> Stored<Vec<bool>>;

    /// The account with this canonical address.
    async fn by_email(&self, email: &str) -> Stored<Option<Account>>;

    /// The account with this identifier.
    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>>;

    /// Sets a password. True when it was set. Every open link of [`Purpose::Reset`](crate::links::Purpose) of the
    /// account is spent in the same step.
    async fn set_password(&self, new: NewPassword) -> Stored<bool>;

    /// Sets a password, spends the link that allows it, ends the account's sign-ins and tells its owner, all or
    /// nothing. The sign-ins that were ended; `None` where the link was not open or the hash was another by then.
    async fn replace_password(&self, new: Replacement) -> Stored<Option<Vec<FamilyId>>>;

    /// Sets the networks an account may act from.
    async fn set_allowed_ips(&self, id: AccountId, networks: &[IpNet]) -> Stored<()>;

    /// Every account that may not act from everywhere.
    async fn restricted(&self) -> Stored<Vec<(AccountId, Vec<IpNet>)>>;

    /// A part of all accounts with their addresses, by identifier: those after `after`, `limit` at most.
    async fn list(&self, after: Option<AccountId>, limit: u32) -> Stored<Vec<(AccountId, String)>>;

    /// Every operator who may act, by identifier.
    async fn operators(&self) -> Stored<Vec<AccountId>>;

    /// The highest cost among the bcrypt hashes that were brought along, if there are any.
    async fn highest_bcrypt_cost(&self) -> Stored<Option<u32>>;
}
