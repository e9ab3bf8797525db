//! Scenario 3, injection: SQL, path traversal, null and control bytes.
//!
//! Bound parameters are the protection (no SQL is ever built from input); these rules are the alarm in front of it.

pub mod control;
pub mod sqli;
pub mod statement;
pub mod traversal;
