//! The price watch against every attack it was built for, on the shipped history: what it catches, what it takes for
//! an attack, and what it cannot.
//!
//! Attacks are put in at random places with a fixed seed, so that the table is the same on every machine. The second
//! sources of hourly series are made here (their noise is that of a real pair of exchanges); those of the daily pairs
//! are real. Not here: a clock, a store, and any threshold of its own.

mod alone;
mod attack;
mod chance;
mod pairs;
mod report;
mod series;
mod several;
mod single;
mod together;

#[cfg(test)]
mod tests;

pub use report::{Bound, Report, Row};

use std::sync::Arc;

use aspis_core::scenario::price_manipulation::rules::Rules;

use crate::rows::RowError;

/// The places at which each attack is tried.
pub const TRIALS: usize = 200;

/// Replays everything; `trials` places an attack.
pub fn run(rules: &Arc<Rules>, trials: usize) -> Result<Report, RowError> {
    let lines = series::lines()?;
    let mut rows = single::rows(rules, &lines, trials);
    rows.extend(several::rows(rules, &lines, trials));
    rows.extend(pairs::rows(rules, &lines));
    Ok(Report { rows })
}
