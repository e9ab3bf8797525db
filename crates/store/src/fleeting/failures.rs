//! How often a secret may be tried, counted by all nodes together.

use std::{fmt, time::Duration};

use aspis_core::{
    client::Client,
    scenario::brute_force::tries::{Attempt, NameKey, Need, Outcome, Rules, Signs, SiteChange, Ticket},
};
use async_trait::async_trait;

use crate::Stored;

mod kept;
mod or_own;

pub use kept::KeptFailures;
pub use or_own::FailuresOrOwn;

/// A try that has begun, on whatever node. Dropped unsettled, it stays a failure.
#[derive(Debug)]
#[must_use = "a try that is not settled stays a failure"]
pub struct Try {
    id: u64,
    attempt: Attempt,
    /// True when the shared home has counted it.
    is_shared: bool,
    /// The same in this node's own count.
    own: Option<Ticket>,
}

/// The count of all tries; what each method means stands at core's `Tries`.
///
/// Where it fails nothing is known: a node goes on by a count of its own.
#[async_trait]
pub trait Failures: Send + Sync + fmt::Debug {
    /// What stands in the way of a try. It counts nothing.
    async fn look(&self, attempt: &Attempt) -> Stored<Need>;

    /// Begins a try, or says what stands in its way.
    async fn begin(&self, attempt: Attempt) -> Stored<Result<Try, Need>>;

    /// Says how a try ended. What else it is a sign of is told once, to one node.
    async fn settle(&self, one: Try, outcome: Outcome) -> Stored<Signs>;

    /// The names that are locked for strangers now, and for how long.
    async fn locked(&self) -> Stored<Vec<(NameKey, Duration)>>;

    /// Forgets the failures of strangers on a name. True when it was locked.
    async fn lift(&self, name: NameKey) -> Stored<bool>;

    /// Failures of a client that count now.
    async fn failures(&self, client: Client) -> Stored<u32>;

    /// True while the whole site is under attack.
    async fn site_under_attack(&self) -> Stored<bool>;

    /// What has changed for the site while nobody tried; each change is told once, to one node.
    async fn tick(&self) -> Stored<Option<SiteChange>>;

    /// Which life of the count has answered last, 0 where none has yet. Another number says that all was forgotten.
    fn life(&self) -> u64 {
        0
    }

    /// Goes on by other numbers.
    fn follow(&self, rules: &Rules);
}
