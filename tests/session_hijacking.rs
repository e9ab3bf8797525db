//! Scenario 9, stolen sessions: a cookie that scripts cannot read, that does not live long, and that is worth nothing
//! elsewhere.

mod binding;
mod cookies;
mod ends;
mod graded;
mod lifetime;
mod renewal;
