//! Accounts, passwords and tokens: who somebody is.
//!
//! Deliberately not here: HTTP, cookies, mail, and how often somebody may try (that is the corridor's).

pub mod email;
pub mod password;
pub mod people;
pub mod refresh;
pub mod revocations;
pub mod token;

mod hex;
