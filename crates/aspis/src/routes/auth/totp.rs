//! The authenticator: enrolling, confirming, removing it.

pub(crate) mod confirm;
pub(crate) mod enrol;
pub(crate) mod remove;
