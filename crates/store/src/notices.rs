//! What the owner of an account should know.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, NoticeId},
};
use async_trait::async_trait;

use crate::Stored;

/// One fact for the owner. The words for it are made where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identifier: sorts by the time it was made.
    pub id: NoticeId,
    /// Whose.
    pub account: AccountId,
    /// The `snake_case` word of the event.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// From where, where that is known: the client as text.
    pub client: Option<String>,
    /// With which user agent, where that is known, cut to 200 characters.
    pub agent: Option<String>,
    /// What an operator says, in their own words.
    pub text: Option<String>,
}

/// How many notices of one account are kept.
pub const MOST: usize = 500;

/// Notices by account.
#[async_trait]
pub trait Notices: Send + Sync {
    /// Keeps a notice. Of one account the newest [`MOST`] are kept.
    async fn notify(&self, notice: Notice) -> Stored<()>;

    /// The notices of an account, newest first.
    async fn notices(&self, account: AccountId, most: usize) -> Stored<Vec<Notice>>;
}
