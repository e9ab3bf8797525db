//! What operators see.

pub(crate) mod reviews;
pub(crate) mod sources;
pub(crate) mod surface;
