//! Scenario 1, brute force: what a password must be before it is stored, and how often one may be tried.

pub mod difficulty;
mod failures;
pub mod password;
pub mod registrations;
mod table;
pub mod tries;
