//! The whole application, in process, walked through as a caller would: one file a scenario.
//!
//! Real `SQLite` in a temporary folder, the real corridor and routes; only the clock and chance are the test's.

mod shop;

mod accounts;
mod house;
