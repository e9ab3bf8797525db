//! Scenario 1, brute force: what a password must be before it is stored.

pub mod password;
