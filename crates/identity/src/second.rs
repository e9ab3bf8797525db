//! What somebody shows besides a password: a code from an authenticator, a recovery code, a passkey.
//!
//! Deliberately not here: when one is asked for, and how often it may be tried.

pub mod passkey;
pub mod recovery;
pub mod totp;
