//! Scenario 8, bent prices: what a caller's own price may be, what a source's price must look like to be published,
//! and what a prediction may say unheld.

pub mod detectors;
pub mod plausible;
pub mod rules;
pub mod signs;
pub mod watch;
