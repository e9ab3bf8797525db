//! Second factors: time-based codes, recovery codes, passkeys.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, PasskeyId},
};
use async_trait::async_trait;

use crate::Stored;

/// An authenticator of time-based codes (RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totp {
    /// Its shared secret.
    pub secret: Vec<u8>,
    /// True once a code of it was shown: only then does it count.
    pub confirmed: bool,
    /// The last time step whose code was used: neither it nor an earlier one is good again. [`NO_STEP`] at first.
    pub last_step: i64,
}

/// Before every time step: no code was used yet.
pub const NO_STEP: i64 = i64::MIN;

/// A passkey (WebAuthn).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its identifier here.
    pub id: PasskeyId,
    /// Whose it is.
    pub account: AccountId,
    /// Its credential id, base64url: unique.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// The public key with its state, as the library writes it (JSON).
    pub data: String,
    /// When it was enrolled.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
}

/// Which second factors an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enrolled {
    /// A confirmed authenticator.
    pub totp: bool,
    /// Passkeys.
    pub passkeys: u32,
    /// Recovery codes that are left.
    pub recovery: u32,
}

impl Enrolled {
    /// True when a sign-in by password wants more.
    pub const fn any(self) -> bool {
        self.totp || self.passkeys > 0
    }
}

/// Second factors by account.
#[async_trait]
pub trait Factors: Send + Sync {
    /// What there is.
    async fn enrolled(&self, account: AccountId) -> Stored<Enrolled>;

    /// Begins an authenticator, in place of one that is not confirmed. False when a confirmed one is there.
    async fn put_totp(&self, account: AccountId, secret: &[u8]) -> Stored<bool>;

    /// The authenticator.
    async fn totp(&self, account: AccountId) -> Stored<Option<Totp>>;

    /// Spends the code of a time step, and confirms the authenticator with it: true when the step is later than the
    /// last one. Of two at once one is true.
    async fn spend_totp(&self, account: AccountId, step: i64) -> Stored<bool>;

    /// Removes the authenticator, with the recovery codes where it was the last factor. True when there was a
    /// confirmed one.
    async fn remove_totp(&self, account: AccountId) -> Stored<bool>;

    /// Sets the recovery codes (SHA-256, lower hex), in place of all that there were.
    async fn put_recovery(&self, account: AccountId, hashes: &[String]) -> Stored<()>;

    /// Spends a recovery code: true when it was there and unspent. Of two at once one is true.
    async fn spend_recovery(&self, account: AccountId, hash: &str) -> Stored<bool>;

    /// Adds a passkey. False when its credential is known already, to whomever.
    async fn add_passkey(&self, passkey: Passkey) -> Stored<bool>;

    /// The passkeys of an account, oldest first.
    async fn passkeys(&self, account: AccountId) -> Stored<Vec<Passkey>>;

    /// The passkey with this credential id.
    async fn passkey(&self, credential: &str) -> Stored<Option<Passkey>>;

    /// Notes a use: the library's new state replaces `was`. False when it is another one by now (a counter never
    /// goes back, whatever runs at once).
    async fn use_passkey(&self, id: PasskeyId, was: &str, data: &str, now: Timestamp) -> Stored<bool>;

    /// Removes a passkey of this account, with the recovery codes where it was the last factor. True when it was
    /// there.
    async fn remove_passkey(&self, account: AccountId, id: PasskeyId) -> Stored<bool>;
}
