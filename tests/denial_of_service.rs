//! Scenario 2, denial of service: no caller gets more than its budget, by whatever road it comes.

mod addresses;
mod attack;
mod breaker;
mod burst;
pub(crate) mod crowd;
mod database;
mod limits;
mod methods;
mod paths;
mod queue;
mod shedding;
mod surface;
mod window;
