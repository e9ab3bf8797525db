//! What operators see.

pub(crate) mod surface;
