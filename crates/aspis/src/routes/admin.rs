//! What operators see.

pub(crate) mod assets;
pub(crate) mod reviews;
pub(crate) mod sources;
pub(crate) mod surface;
