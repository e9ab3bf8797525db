//! Scenario 5, token theft: what a refresh token that comes back means.

pub mod rotation;
