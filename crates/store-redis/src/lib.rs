//! Fleeting state that many nodes share: Redis, or Valkey, which speaks the same.
//!
//! Windows of requests are judged by one script in one round trip, by the server's own clock. Who is known to be over
//! a limit is refused from this node's memory without any. Nothing here waits for long: whatever takes more than a
//! short while is an error, and a home that fails is left alone and tried again by itself, so that the caller goes on
//! with what it has of its own (`aspis_store::fleeting::SharedOrOwn`).
//!
//! Every key ends by itself, is short whatever it is named after, and tells nothing to who reads it: names are keyed
//! hashes. All keys carry one hash tag: the windows of a request are judged together and so must lie on one node of a
//! cluster, and any window may stand beside any other in some request.
//!
//! Deliberately not here: what is durable, rules, and what a node does without this.

mod bytes;
mod facts;
mod gate;
mod hints;
mod line;
mod names;
mod once;
mod over;
mod passes;
mod script;
mod shared;
mod sums;
mod votes;
mod windows;
mod wire;

pub use over::Over;
pub use shared::{Config, ConnectError, Shared};
pub use wire::Wire;

#[cfg(test)]
mod tests;
