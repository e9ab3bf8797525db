//! Passwords after the first.

pub(crate) mod change;
pub(crate) mod forgot;
pub(crate) mod reset;
