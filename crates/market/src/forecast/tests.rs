pub(crate) mod data;
mod invariants;
mod parity;
