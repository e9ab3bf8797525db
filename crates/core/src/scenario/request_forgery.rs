//! Scenario 10, request forgery: whose page sends a request that a cookie speaks for.

pub mod cors;
pub mod origin;
pub mod token;
