//! One budget for all nodes.

use std::{fmt, time::Duration};

use aspis_core::{
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Verdict, Windows},
};
use async_trait::async_trait;

use crate::{StoreError, Stored};

mod shared_or_own;

pub use shared_or_own::{SharedOrOwn, Watched};

/// Windows that one request may ask for at once.
pub const MOST_ASKS: usize = 4;

/// Windows that several nodes count in together.
///
/// Where it fails, nothing is known and the request may or may not be counted. Nobody lets a request pass for that: a
/// node goes on with windows of its own ([`SharedOrOwn`]).
#[async_trait]
pub trait Budgets: Send + Sync + fmt::Debug {
    /// Judges one to [`MOST_ASKS`] windows in one step: counted in all of them, or in none. Time is the home's own.
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict>;

    /// How the home is, as far as this node knows; asks nobody.
    fn health(&self) -> Health {
        Health::default()
    }
}

/// How a home of windows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// True while it is left alone because it fails.
    pub away: bool,
    /// Which life of it has answered last, 0 before it ever has. Another number says that all was forgotten.
    pub life: u64,
}

/// Not one to [`MOST_ASKS`] windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} windows were asked for at once; 1 to {MOST_ASKS} can be")]
pub struct Asked(pub usize);

/// Judges as many windows as there are, by a table in memory, each with the limit it is given here.
pub(super) fn judge(
    windows: &Windows,
    asks: &[Ask],
    now: Duration,
    limit: impl Fn(&Ask) -> u32,
) -> Stored<Verdict> {
    let with = |ask: &Ask| Ask { rate: Rate { limit: limit(ask), ..ask.rate }, ..*ask };
    match asks {
        [one] => Ok(windows.admit(with(one), now)),
        [one, two] => Ok(windows.admit_all([one, two].map(with), now)),
        [one, two, three] => Ok(windows.admit_all([one, two, three].map(with), now)),
        [one, two, three, four] => Ok(windows.admit_all([one, two, three, four].map(with), now)),
        _ => Err(StoreError::because(Asked(asks.len()))),
    }
}

#[cfg(test)]
mod tests;
