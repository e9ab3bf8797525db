//! Scenario 6, key leakage: what a key looks like, so that it is found where it should not be.

pub mod format;
pub mod habits;
pub mod report;
pub mod scan;
