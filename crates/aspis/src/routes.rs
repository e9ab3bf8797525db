//! The routes: one endpoint a file. A handler extracts, calls the domain, and answers.

pub(crate) mod admin;
pub(crate) mod auth;
pub(crate) mod manual;
pub(crate) mod market;
pub(crate) mod portfolio;

mod link;
mod words;
