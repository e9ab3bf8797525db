//! What is written by many at once.

/// How often a change is tried before it is given up: each try that is lost was won by somebody else.
pub(super) const TURNS: usize = 100;

/// Too many write the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many have written the same facts at once")]
pub(super) struct Contended;
