//! What operators see.

pub(crate) mod accounts;
pub(crate) mod alerts;
pub(crate) mod assets;
pub(crate) mod blocks;
pub(crate) mod config;
pub(crate) mod events;
pub(crate) mod exemptions;
pub(crate) mod explain;
pub(crate) mod incident;
pub(crate) mod keys;
pub(crate) mod lockouts;
pub(crate) mod reviews;
pub(crate) mod sources;
pub(crate) mod surface;
