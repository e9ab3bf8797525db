//! What operators do in an incident: each carried out in one step, with its record and the notices to those it touches.

use aspis_core::{
    block::{self, Block},
    clock::Timestamp,
    ids::{AccountId, ActionId, FamilyId, KeyId, NoticeId},
    principal::Role,
    secret::Secret,
};
use async_trait::async_trait;
use ipnet::IpNet;
use uuid::Uuid;

use crate::Stored;

mod kind;

pub use kind::ActionKind;

/// The record of one thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its identifier.
    pub id: ActionId,
    /// What was done.
    pub kind: ActionKind,
    /// On what: a network, `everybody`, `role admin`, an account, classes with commas between them, the name of a playbook.
    pub scope: String,
    /// Who did it: an account, or a system user.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Until when, where it has an end.
    pub until: Option<Timestamp>,
    /// Why.
    pub why: String,
    /// How many it touched.
    pub touched: u64,
    /// Since when it goes back step by step, if it does.
    pub easing: Option<Timestamp>,
    /// When and by whom it was taken back.
    pub undone: Option<(Timestamp, String)>,
    /// The playbook it was part of.
    pub part_of: Option<ActionId>,
    /// A block that was there before, for taking it back.
    pub before: Option<Block>,
}

/// Whom something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    All,
    /// One account.
    Account(AccountId),
    /// All of a role.
    Role(Role),
}

impl Whom {
    /// True when this account is meant.
    pub fn means(self, account: AccountId, role: Role) -> bool {
        match self {
            Self::All => true,
            Self::Account(one) => one == account,
            Self::Role(one) => one == role,
        }
    }
}

/// What is changed.
#[derive(Debug, Clone)]
pub enum Change {
    /// A network is shut out, in place of a block that it had. `most` is how many blocks there may be.
    Block {
        /// The block.
        block: Block,
        /// How many there may be.
        most: usize,
    },
    /// It is let in again.
    Unblock(IpNet),
    /// Sign-ins are ended.
    EndSignIns {
        /// Whose.
        whom: Whom,
        /// Only those that began at this moment or later.
        since: Option<Timestamp>,
        /// But this one.
        but: Option<FamilyId>,
    },
    /// API keys are ended.
    EndKeys(Whom),
    /// Passwords are no longer good, and sign-ins are ended.
    ForceReset {
        /// Whose.
        whom: Whom,
        /// But this account's.
        but: Option<AccountId>,
        /// True where their API keys are ended, too.
        keys: bool,
    },
    /// Access tokens are signed with other keys from now on.
    RotateSigning {
        /// The names of the keys in the vault, and what is put there.
        fresh: Vec<(String, Secret)>,
        /// What the old ones sign stays good until then; `None` ends it at once.
        until: Option<Timestamp>,
    },
    /// People are told something.
    Notify(Whom),
    /// An account may no longer do anything.
    Disable(AccountId),
    /// It may again.
    Enable(AccountId),
    /// The second factors of an account are forgotten, and its sign-ins ended.
    RemoveFactors(AccountId),
    /// What was tightened goes back from now on, until this moment.
    Relax(Timestamp),
    /// The record is all there is: what it says is in force while it stands.
    Stands,
}

/// Something to be done.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its record; `touched` and `before` are filled in.
    pub action: Action,
    /// What is changed.
    pub change: Change,
    /// What those who are touched are told: the word of an event.
    pub notice: Option<&'static str>,
    /// In which words, where these are an operator's own.
    pub text: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// How many were touched: accounts, sign-ins, keys or networks, whatever the action is about.
    pub touched: u64,
    /// Accounts that were touched, or told.
    pub accounts: Vec<AccountId>,
    /// Sign-ins that were ended.
    pub families: Vec<FamilyId>,
    /// API keys that were ended.
    pub keys: Vec<KeyId>,
    /// API keys of the accounts of a forced reset that stay good.
    pub kept: u64,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// What it is about is not there.
    Unknown,
    /// No operator would be left.
    LastOperator,
    /// It cannot be taken back, or was.
    Settled,
    /// There are too many blocks.
    Full,
    /// It would shut out somebody who must not be.
    LocksOut,
}

/// Something to be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Undo<'a> {
    /// Which action.
    pub id: ActionId,
    /// Who takes it back.
    pub who: &'a str,
    /// When.
    pub at: Timestamp,
    /// True where it is only tried.
    pub dry: bool,
    /// Networks that no block may come back over.
    pub held: &'a [IpNet],
    /// How many blocks there may be.
    pub most: usize,
}

impl Undo<'_> {
    /// The block that comes back, unless it is over by now; or that it may not.
    pub fn back(&self, before: Option<&Block>) -> Result<Option<Block>, Obstacle> {
        let Some(before) = before.filter(|block| block.holds(self.at)) else { return Ok(None) };
        if self.held.iter().any(|held| block::overlap(held, &before.network)) {
            return Err(Obstacle::LocksOut);
        }
        Ok(Some(before.clone()))
    }
}

/// The notice of an action to an account: the same pair always has the same.
pub fn notice_id(action: ActionId, account: AccountId) -> NoticeId {
    // The low bits of both are of chance; the high ones of the action say when, and which version it is.
    NoticeId(Uuid::from_u128(action.0.as_u128() ^ (account.0.as_u128() & (u128::MAX >> 66))))
}

/// The name of the entry in the vault that holds keys which only verify: for each eight bytes of its end, in
/// microseconds, and 32 of its seed.
pub const RETIRED: &str = "token_signing.retired";
/// The bytes of one of them.
pub const RETIRED_BYTES: usize = 40;

/// The entry without what is over, and with one more.
pub fn retire(mut known: Vec<u8>, seed: Option<&[u8]>, until: Timestamp, now: Timestamp) -> Vec<u8> {
    let alive = |entry: &&[u8]| entry[..8].try_into().is_ok_and(|end| i64::from_be_bytes(end) > now.0);
    known = known.chunks_exact(RETIRED_BYTES).filter(alive).flatten().copied().collect();
    if let Some(seed) = seed.filter(|seed| seed.len() == RETIRED_BYTES - 8) {
        known.extend(until.0.to_be_bytes());
        known.extend(seed);
    }
    known
}

/// Actions and their records, newest first.
#[async_trait]
pub trait Actions: Send + Sync {
    /// Carries orders out: all of them, or none. A `dry` run is the same, and then nothing of it happened.
    async fn carry_out(&self, orders: &[Order], dry: bool) -> Stored<Result<Vec<Done>, Obstacle>>;

    /// Takes an action back with all its parts, where that is possible. The actions that were taken back.
    ///
    /// Only what it made is unmade: what a later action on the same network did stands, and knows from then on what was
    /// there before both.
    async fn undo(&self, undo: Undo<'_>) -> Stored<Result<Vec<Action>, Obstacle>>;

    /// One action.
    async fn action(&self, id: ActionId) -> Stored<Option<Action>>;

    /// Actions before this one, going back in time.
    async fn actions(&self, after: Option<ActionId>, limit: u64) -> Stored<Vec<Action>>;

    /// What operators have tightened and what is in force now: limits, and challenges for everybody.
    async fn standing(&self, now: Timestamp) -> Stored<Vec<Action>>;

    /// True when the account has to set a new password before it can sign in by one: while an action that wants it stands,
    /// and none was set since.
    async fn must_reset(&self, account: AccountId) -> Stored<bool>;
}
