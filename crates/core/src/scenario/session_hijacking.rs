//! Scenario 9, session theft: what a browser session is bound to, and how long it lives.

pub mod binding;
pub mod lifetime;
