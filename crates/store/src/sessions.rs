//! Sign-ins: families of refresh tokens, stored hashed.

use std::time::Duration;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
    scenario::token_theft::rotation::Verdict,
};
use async_trait::async_trait;

use crate::Stored;

/// A new sign-in with its first refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFamily {
    /// Its identifier.
    pub id: FamilyId,
    /// Whose it is.
    pub account: AccountId,
    /// SHA-256 of the first refresh token, lower hex.
    pub token_hash: String,
    /// When it began.
    pub created: Timestamp,
    /// When it ends, whatever happens.
    pub expires: Timestamp,
}

/// A refresh token that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Its SHA-256, lower hex.
    pub token_hash: String,
    /// SHA-256 of the successor it would get.
    pub successor_hash: String,
    /// Which client sends it.
    pub client: String,
    /// When.
    pub now: Timestamp,
    /// How long a second use by the same client is forgiven.
    pub grace: Duration,
}

/// What came of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// No such token was ever issued.
    Unknown,
    /// It was known, and judged.
    Judged {
        /// The judgement, already carried out.
        verdict: Verdict,
        /// Its family.
        family: FamilyId,
        /// Whose it is.
        account: AccountId,
        /// What the account may do now.
        role: Role,
        /// When the family ends.
        expires: Timestamp,
    },
}

/// Families and their tokens.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a family.
    async fn open(&self, family: NewFamily) -> Stored<()>;

    /// Judges a refresh token and carries the judgement out, in one step: two that run at once never both rotate,
    /// and a revocation in between leaves nothing alive.
    async fn present(&self, token: Presented) -> Stored<Rotation>;

    /// The family and account of a refresh token that is not spent. The budget of renewals counts only those: a spent
    /// one must always be judged, because its replay ends the family.
    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>>;

    /// Ends a family. True when it was alive.
    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool>;

    /// Families revoked at or after `since`: those whose access tokens may still be within their time.
    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>>;

    /// Forgets families that ended before `before`. Returns how many.
    async fn sweep(&self, before: Timestamp) -> Stored<u64>;
}
