//! The whole application, in process, walked through as a caller would: one file a scenario.
//!
//! Real `SQLite` in a temporary folder, the real corridor and routes; only the clock and chance are the test's.

#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by stopping")]

#[path = "services/cut.rs"]
mod cut;
#[path = "services/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "the tests of its own crate ask more of it")]
#[path = "services/redis.rs"]
mod redis;
mod shop;
#[path = "services/still.rs"]
mod still;

mod accounts;
mod alerts;
mod asvs;
mod bad_input;
mod binary;
mod brute_force;
mod channels;
mod cross_site_scripting;
mod data_scraping;
mod denial_of_service;
mod explain;
mod house;
mod incidents;
mod key_leakage;
mod market;
mod nodes;
mod operators;
mod passwords;
mod portfolio;
mod price_manipulation;
mod production;
mod reload;
mod request_forgery;
mod second_factors;
mod secrets;
mod security_log;
mod server;
mod session_hijacking;
mod settings;
mod sql_injection;
mod telemetry;
mod token_theft;
