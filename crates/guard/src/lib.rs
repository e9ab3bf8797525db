//! The corridor: one Tower layer that walks a request through an ordered list of thin doors.
//!
//! A door collects facts, calls a rule in `core`, and acts on the verdict. `enforce | observe | off` is decided in one
//! place; a refusal becomes problem+json in one place and an event in one place. It knows `http` and not axum, so it
//! stands in front of any service. Deliberately not here: sockets, settings files, and what the routes do.

mod allowance;
pub mod blocks;
pub mod body;
pub mod cookie;
pub mod corridor;
pub mod decision;
pub mod door;
mod doors;
pub mod exemptions;
mod fields;
mod headers;
pub mod json;
mod look;
mod lured;
pub mod modes;
pub mod named;
pub mod origin;
pub mod passage;
pub mod path;
pub mod percent;
pub mod problem;
pub mod surface;
pub mod trace;

pub use allowance::Allowance;
pub use corridor::{Corridor, CorridorLayer, Parts, Peers};
pub use passage::{Arrival, Entrant, Passage};
