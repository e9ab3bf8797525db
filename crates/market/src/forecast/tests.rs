pub(crate) mod data;
mod ets;
mod invariants;
mod parity;
