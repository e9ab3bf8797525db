//! What nodes find broken, told to each other and counted.

use std::fmt;

use aspis_core::scenario::denial_of_service::votes::{Heard, Part};
use async_trait::async_trait;

use crate::Stored;

/// The word of every node that is alive about the parts that all of them depend on.
///
/// A word ends by itself when it is not said again ([`LASTS`](aspis_core::scenario::denial_of_service::votes::LASTS)).
/// Where it fails nothing was said and nothing heard: each node goes by its own results.
#[async_trait]
pub trait Votes: Send + Sync + fmt::Debug {
    /// Says in one step that a node is alive and which parts it finds broken, in the place of what it said before, and
    /// hears how many say what.
    async fn tell(&self, node: &str, broken: &[Part]) -> Stored<Heard>;
}
