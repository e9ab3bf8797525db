//! Passwords: how they are hashed, where the work is done, and which are too easy.

mod hasher;
mod pool;
mod strength;

pub use hasher::{Cost, Hasher};
pub use pool::{Busy, Pool};
pub use strength::{Policy, Weak};

#[cfg(test)]
mod tests;
