//! Scenario 2, denial of service: how often a client and a principal may ask.

pub mod attack;
pub mod breaker;
pub mod passes;
pub mod queue;
pub mod shedding;
pub mod votes;
pub mod windows;
