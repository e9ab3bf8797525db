//! Scenario 8, bent prices: what a caller's own price may be, and what a prediction may say unheld.

pub mod plausible;
