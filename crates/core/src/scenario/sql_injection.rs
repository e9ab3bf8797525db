//! Scenario 3, injection: SQL, paths, commands, templates, null and control bytes.
//!
//! Bound parameters are the protection (no SQL is ever built from input, no command is run, no path of a request reaches
//! the file system, no template is made of input); these rules are the alarm in front of it.

pub mod control;
pub mod traversal;

pub(crate) mod shell;
pub(crate) mod sqli;
pub(crate) mod template;
