//! One-use links, stored hashed.

use aspis_core::{clock::Timestamp, ids::AccountId};
use async_trait::async_trait;

use crate::Stored;

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Setting a new password.
    Reset,
}

impl Purpose {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reset => "reset",
        }
    }
}

/// A link that is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of its token, lower hex.
    pub token_hash: String,
    /// What it is good for.
    pub purpose: Purpose,
    /// For whom.
    pub account: AccountId,
    /// Until when.
    pub expires: Timestamp,
}

/// Links by the hash of their token.
#[async_trait]
pub trait Links: Send + Sync {
    /// Hands a link out. An account has at most `most` open ones of a purpose: beyond that the oldest is spent, which
    /// is the one that would end first. The new one always stands.
    async fn put_link(&self, link: NewLink, most: usize) -> Stored<()>;

    /// For whom an open link is good at `now`, without spending it.
    async fn link(&self, token_hash: &str, purpose: Purpose, now: Timestamp) -> Stored<Option<AccountId>>;

    /// Spends a link: for whom it was good. Of two at once one gets it.
    async fn spend_link(
        &self,
        token_hash: &str,
        purpose: Purpose,
        now: Timestamp,
    ) -> Stored<Option<AccountId>>;

    /// Forgets links that were over before `before`. Returns how many.
    async fn sweep_links(&self, before: Timestamp) -> Stored<u64>;
}
