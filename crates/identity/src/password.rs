//! Passwords: how they are hashed, where the work is done, and which are too easy.

mod common;
mod foreign;
mod hasher;
mod legacy;
mod list;
mod pool;
mod strength;
mod threads;

pub use foreign::{Unsuitable, suits};
pub use hasher::{Cost, CostError, Hasher, Verdict};
pub use legacy::cost_of as bcrypt_cost;
pub use list::{List, ListError};
pub use pool::{Busy, Pool};
pub use strength::{Policy, Weak, score};

#[cfg(test)]
mod tests;
