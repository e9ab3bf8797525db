//! Scenario 2, denial of service: how often a client and a principal may ask.

pub mod windows;
