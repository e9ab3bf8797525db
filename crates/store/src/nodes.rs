//! What several nodes of one database tell each other: what has changed, and who does the work that only one may do.
//!
//! Every node answers from memory what it can. So whatever changes in the database is written down as a [`Change`] in
//! the very transaction that changes it: a node that was away, or whose neighbour died in the middle, finds it there.
//! Deliberately not here: how a node learns at once that there is something to read (that is a hint, and may get lost),
//! and what it does about it.

use std::time::Duration;

use async_trait::async_trait;

use crate::Stored;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Somebody's account: role, networks, password, whether it is enabled.
    Account,
    /// A sign-in.
    Family,
    /// An API key.
    Key,
    /// A key that is laid out to be stolen.
    Honey,
    /// The networks that are shut out.
    Block,
    /// Who is excused from a rule.
    Exemption,
    /// What operators did in an incident.
    Action,
    /// A key that all nodes share.
    Vault,
    /// An asset: its name, its prices, its splits.
    Asset,
    /// The settings are to be read anew, by every node its own.
    Settings,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Account,
        Self::Family,
        Self::Key,
        Self::Honey,
        Self::Block,
        Self::Exemption,
        Self::Action,
        Self::Vault,
        Self::Asset,
        Self::Settings,
    ];

    /// Its word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Family => "family",
            Self::Key => "key",
            Self::Honey => "honey",
            Self::Block => "block",
            Self::Exemption => "exemption",
            Self::Action => "action",
            Self::Vault => "vault",
            Self::Asset => "asset",
            Self::Settings => "settings",
        }
    }

    /// Whether its subject is an id.
    pub const fn has_id(self) -> bool {
        matches!(self, Self::Account | Self::Family | Self::Key)
    }

    /// The topic of a word; nothing for one that a newer release wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.word() == word)
    }
}

/// One change, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number. Numbers grow, and may be missing for ever (what they stood for was rolled back) or for a while (it
    /// is not committed yet).
    pub number: i64,
    /// What it is about; nothing for what only a newer release knows.
    pub topic: Option<Topic>,
    /// Which one.
    pub subject: String,
}

/// Which numbers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The oldest that is still there; one beyond the newest where there is none.
    pub oldest: i64,
    /// The newest that there ever was, 0 before the first.
    pub newest: i64,
}

/// What nodes of one database have in common beside its rows. Time is the database's own, so that clocks that disagree
/// harm nobody.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Changes with a number above `after`, the oldest first, so many at most.
    async fn changes_after(&self, after: i64, most: u32) -> Stored<Vec<Change>>;

    /// Which numbers there are.
    async fn changes(&self) -> Stored<Span>;

    /// Writes down a change that no row tells of.
    async fn tell(&self, topic: Topic, subject: &str) -> Stored<()>;

    /// Forgets changes that are older than this; how many.
    async fn forget_changes(&self, older_than: Duration) -> Stored<u64>;

    /// Takes work that only one node may do, or goes on having it, for a time from now; false while another has it.
    async fn hold(&self, work: &str, node: &str, span: Duration) -> Stored<bool>;

    /// Gives it up, if this node has it.
    async fn let_go(&self, work: &str, node: &str) -> Stored<()>;

    /// A line on which this node is told of changes at once.
    async fn listen(&self) -> Stored<Box<dyn Line>>;
}

/// A line to the database. What it tells may be old, told twice or lost: who hears something, and who hears nothing for
/// a while, reads what there is.
#[async_trait]
pub trait Line: Send {
    /// Waits until something has changed. An error ends the line. Nothing is lost for whoever stops waiting.
    async fn told(&mut self) -> Stored<()>;
}
