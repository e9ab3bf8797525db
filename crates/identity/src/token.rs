//! Access tokens: EdDSA, 15 minutes, checked once and remembered by their hash.

mod access;
mod jwk;
mod jws;
mod keys;
mod verified;

pub use access::{AccessTokens, Claims, Lifetimes, TokenError};
pub use jwk::{JwkError, JwsKeySet};
pub use jws::{JwsError, JwsVerifier};
pub use keys::SigningKey;
pub use verified::{TokenHash, Verified, VerifiedTokens};

#[cfg(test)]
mod tests;
