//! The words and rules of Aspis.
//!
//! Everything here is a value or a pure function of values: no IO, no async, no clock and no chance of its own
//! (`now` and a random source are passed in). Deliberately not here: storage, HTTP bodies, settings files.

pub mod alert;
pub mod block;
pub mod chance;
pub mod client;
pub mod clock;
pub mod courier;
pub mod event;
pub mod exemption;
pub mod forwarded;
pub mod hex;
pub mod ids;
pub mod money;
pub mod posture;
pub mod principal;
pub mod rate;
pub mod refusal;
pub mod scenario;
pub mod scope;
pub mod secret;
pub mod trace;
