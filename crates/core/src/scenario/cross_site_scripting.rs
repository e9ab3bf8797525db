//! Scenario 4, cross-site scripting (CWE-79): script that would run in somebody else's page.
//!
//! Output is encoded where it leaves; these rules are the alarm in front of it.

pub mod reports;
pub(crate) mod tokens;

mod addresses;
mod code;
mod elements;
mod handlers;

use super::finding::signal::Signal;

/// The signs of script.
pub(crate) static SIGNALS: &[&[Signal]] =
    &[elements::SIGNALS, handlers::SIGNALS, addresses::SIGNALS, code::SIGNALS];
