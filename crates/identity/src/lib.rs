//! Accounts, passwords and tokens: who somebody is.
//!
//! Deliberately not here: HTTP, cookies, mail, and how often somebody may try (that is the corridor's).

pub mod challenge;
pub mod device;
pub mod dpop;
pub mod email;
pub mod keys;
pub mod name;
pub mod password;
pub mod people;
pub mod refresh;
pub mod revocations;
pub mod second;
pub mod token;

mod hex;
