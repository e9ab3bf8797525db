//! Access tokens: EdDSA, 15 minutes, signed by rotating keys, checked once and remembered to the letter.

mod access;
mod claims;
mod held;
pub(crate) mod jwk;
pub(crate) mod jws;
mod keys;
pub(crate) mod object;
mod presenter;
mod ring;
mod thumbprint;
mod verified;

pub use access::{AccessTokens, Lifetimes, TokenError};
pub use claims::{Claims, Confirmation};
pub use jwk::{JwkError, JwsKeySet};
pub use jws::{JwsError, JwsVerifier};
pub use keys::SigningKey;
pub use presenter::{Likeness, Presenter, Presenters};
pub use ring::{KeyRing, signing_names};
pub use thumbprint::Thumbprint;
pub use verified::{Remembered, Verified, VerifiedTokens};

#[cfg(test)]
pub(crate) mod tests;
