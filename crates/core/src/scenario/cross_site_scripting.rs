//! Scenario 4, cross-site scripting: script that would run in somebody else's page.
//!
//! Output is encoded where it leaves; these rules are the alarm in front of it.

pub mod script;
