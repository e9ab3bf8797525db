//! API keys: stored hashed, each with what it may do and what it was used for.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::Role,
    scenario::{data_scraping::quota::Day, key_leakage::habits::Odd},
    scope::Scopes,
};
use async_trait::async_trait;
use ipnet::IpNet;

use crate::Stored;

/// A key as it is stored: everything but the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identifier.
    pub id: KeyId,
    /// For whom it acts.
    pub account: AccountId,
    /// Its keyed SHA-256, lower hex: unique.
    pub hash: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The networks it is good from; empty is everywhere.
    pub allowed_ips: Vec<IpNet>,
    /// The one source whose prices it may write, where it may write prices.
    pub source: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When the first key of its line was made: itself, or the one that it stands in for by now.
    pub line: Timestamp,
    /// When it ends by itself. A successor brings that nearer.
    pub expires: Timestamp,
    /// When it was ended, if it was.
    pub revoked: Option<Timestamp>,
    /// The key in its place, if there is one.
    pub successor: Option<KeyId>,
    /// When it was last used and by which client, as far as that is written down.
    pub used: Option<(Timestamp, String)>,
    /// What the watch over it has come to.
    pub watched: Watched,
}

/// What the watch over a key has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watched {
    /// Since when it waits for its owner's word, and what was odd about it.
    pub suspended: Option<(Timestamp, Odd)>,
    /// When its owner last said that what was odd is right.
    pub resumed: Option<Timestamp>,
    /// When its owner was last warned of its end.
    pub warned: Option<Timestamp>,
    /// When it was found where it does not belong.
    pub leaked: Option<Timestamp>,
}

/// Which keys an operator wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyQuery {
    /// Of whom; none is everybody.
    pub account: Option<AccountId>,
    /// How they stand.
    pub state: KeyState,
    /// When and which the last one was that is known already.
    pub after: Option<(Timestamp, KeyId)>,
    /// How many.
    pub limit: u64,
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It has not ended.
    Alive,
    /// It has not ended, and is suspended.
    Suspended,
    /// It has ended.
    Ended,
    /// However it stands.
    All,
}

impl KeyState {
    /// The word of it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
            Self::All => "all",
        }
    }

    /// True for a key that stands so.
    pub fn is_of(self, key: &ApiKey, now: Timestamp) -> bool {
        match self {
            Self::Alive => key.is_alive(now),
            Self::Suspended => key.is_alive(now) && key.watched.suspended.is_some(),
            Self::Ended => !key.is_alive(now),
            Self::All => true,
        }
    }
}

/// What ending a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Which key.
    pub key: KeyId,
    /// Whose it was.
    pub account: AccountId,
    /// True where it was alive until then.
    pub was_alive: bool,
}

impl ApiKey {
    /// True while it opens anything.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

/// What a key is replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// The new key.
    pub key: ApiKey,
    /// The one it stands in for.
    pub of: KeyId,
    /// When that one ends, at the latest.
    pub ends: Timestamp,
}

/// What became of a wish to replace a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The new one is there. `ended` is the one that the old one had stood in for, where that was alive still.
    Done {
        /// A key that is dead from now on.
        ended: Option<KeyId>,
    },
    /// The account has no such key that is alive.
    Unknown,
    /// It has a successor already.
    Already,
}

/// How often a key was used in a part of a day, and when last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Which key.
    pub key: KeyId,
    /// When last.
    pub at: Timestamp,
    /// By which client, as text.
    pub client: String,
    /// In which day.
    pub day: Day,
    /// How often, since that was last told.
    pub calls: u64,
}

/// Keys by account and hash.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Keeps a key, if its account is enabled and has fewer than `most` that are alive and have no successor. True
    /// when it is kept.
    async fn issue_key(&self, key: ApiKey, most: usize) -> Stored<bool>;

    /// Replaces a key in one step: of two that run at once one does. What the old key itself had stood in for ends at
    /// this moment, so that there are never more than two of one line.
    async fn replace_key(&self, next: Successor) -> Stored<Replaced>;

    /// Ends a key of an account. True when it was alive.
    async fn revoke_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<bool>;

    /// Ends the key with this hash, whoever has it, and remembers where it had leaked. None where there is none.
    async fn end_key(&self, hash: &str, now: Timestamp, leaked: bool) -> Stored<Option<Ended>>;

    /// The key with this hash, alive or not.
    async fn key_by_hash(&self, hash: &str) -> Stored<Option<ApiKey>>;

    /// The key with this identifier, alive or not.
    async fn key(&self, key: KeyId) -> Stored<Option<ApiKey>>;

    /// Keys of all accounts with the addresses of their owners, newest first.
    async fn list_keys(&self, query: &KeyQuery, now: Timestamp) -> Stored<Vec<(ApiKey, String)>>;

    /// The keys of an account that are alive, newest first.
    async fn keys_of(&self, account: AccountId, now: Timestamp) -> Stored<Vec<ApiKey>>;

    /// Every key that is alive, of accounts that are enabled, with what its account may do now: for the memory of a
    /// node that starts.
    async fn live_keys(&self, now: Timestamp) -> Stored<Vec<(ApiKey, Role)>>;

    /// Counts uses. A moment never goes back.
    async fn note_key_uses(&self, uses: &[KeyUse]) -> Stored<()>;

    /// How often these keys were used, by day, from one day on.
    async fn calls_of(&self, keys: &[KeyId], since: Day) -> Stored<Vec<(KeyId, Day, u64)>>;

    /// Forgets keys that ended before a moment, and counts before its day. Returns how many keys.
    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64>;
}
