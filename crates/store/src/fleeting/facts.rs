//! Small facts that a rule is decided by, kept for all nodes at once.
//!
//! Whoever decides loads them, decides, and writes what has changed if nobody has written meanwhile; else once more.
//! So the rules stay in `core` and the home knows none.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::Stored;

/// What facts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// Who fails to sign in.
    Source,
    /// What is tried.
    Name,
    /// The whole site.
    Site,
    /// Who registers.
    Registrations,
}

/// Where a fact is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// What it is about.
    pub about: About,
    /// Of whom.
    pub id: Vec<u8>,
}

/// Facts as they are, with the home's own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Since a moment that stays as long as the facts do.
    pub now: Duration,
    /// One for each place, in their order.
    pub facts: Vec<Option<Vec<u8>>>,
}

/// A fact that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it is kept.
    pub place: Place,
    /// What it has to be for this.
    pub was: Option<Vec<u8>>,
    /// What it becomes.
    pub becomes: Vec<u8>,
}

/// A name on the list of those that are locked, or off it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The name.
    pub name: [u8; 16],
    /// For how long yet; None takes it off.
    pub left: Option<Duration>,
}

/// Names a rule may have facts of at once.
pub const MOST_PLACES: usize = 4;

/// A home of facts.
#[async_trait]
pub trait Facts: Send + Sync + fmt::Debug {
    /// What is known at up to [`MOST_PLACES`] places.
    async fn load(&self, places: &[Place]) -> Stored<Loaded>;

    /// Changes all of them for `kept`, and the list, if each is still what it was; else nothing. True when it is done.
    async fn swap(&self, changes: &[Change], kept: Duration, listed: Option<Listed>) -> Stored<bool>;

    /// The names on the list, with how long yet: the oldest thousand.
    async fn listed(&self) -> Stored<Vec<([u8; 16], Duration)>>;

    /// Which life of the home has answered last, 0 where none has yet. Another number says that all was forgotten.
    fn life(&self) -> u64 {
        0
    }
}
