//! Paper money.

pub(crate) mod buy;
pub(crate) mod holdings;
mod order;
pub(crate) mod sell;
pub(crate) mod transactions;
