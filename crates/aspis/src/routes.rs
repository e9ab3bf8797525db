//! The routes: one endpoint a file. A handler extracts, calls the domain, and answers.

pub(crate) mod admin;
pub(crate) mod auth;
pub(crate) mod csp_report;
pub(crate) mod keys;
pub(crate) mod manual;
pub(crate) mod market;
pub(crate) mod portfolio;
pub(crate) mod reviews;

mod link;
pub(crate) mod words;
