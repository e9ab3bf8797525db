//! What all nodes share and nobody misses for long: windows, used words, open questions, counts of failures, votes.
//!
//! One trait a noun, as in the rest of this crate, and for each a home in the memory of one node ([`Local`]) that is
//! the reference. A home of many nodes may be away at any moment, or come back with nothing in it: every method may
//! fail, and each trait says what its caller does then. Time is the home's own, so that nodes with other clocks agree.
//!
//! Deliberately not here: anything that must outlive a power cut (that is the rest of this crate), and rules.

mod budgets;
pub mod bytes;
mod contended;
pub mod contract;
pub mod facts;
pub mod failures;
pub mod hints;
mod local;
mod or_own;
pub mod passes;
pub mod registrations;
pub mod shelf;
pub mod spent;
pub mod sums;
mod votes;

pub use budgets::{Asked, Budgets, Health, MOST_ASKS, SharedOrOwn, Watched};
pub use bytes::Bytes;
pub use facts::Facts;
pub use failures::{Failures, FailuresOrOwn, KeptFailures};
pub use hints::Hints;
pub use local::{Local, Room};
pub use or_own::OrOwn;
pub use passes::Passes;
pub use registrations::{KeptRegistrations, Registrations, RegistrationsOrOwn};
pub use shelf::Shelf;
pub use spent::Spent;
pub use sums::Sums;
pub use votes::Votes;
