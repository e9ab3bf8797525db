//! Proof of possession (`DPoP`, RFC 9449): who sends a token shows that they hold the key it was issued to.
//!
//! A proof is a small JWS that brings its public key along, made anew for every request. It is judged here, whole and
//! in one order, the cheap before the dear: form, key, method, address, time, token, nonce, signature, and at last
//! whether it was used before. Deliberately not here: header fields (one proof, which scheme), and what to do with
//! the thumbprint: the caller compares it with the token's, and refuses a bound token that comes without a proof.

use std::{sync::Arc, time::Duration};

use aspis_core::{clock::Timestamp, secret::Secret};
use aspis_store::fleeting::Spent;

use crate::token::{JwkError, JwsError};

mod key;
mod nonce;
mod once;
mod proof;
mod replay;
mod url;

pub use crate::token::Thumbprint;
use nonce::Nonces;
pub use once::{Shown, Unspent};
use proof::Proof;
use replay::Replays;

/// The settings of proofs.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How old a proof may be.
    pub past: Duration,
    /// How far a caller's clock may run ahead.
    pub future: Duration,
    /// True when every proof must hold a nonce of ours.
    pub nonce: bool,
    /// How long a nonce is the newest one; it is good for as long again.
    pub nonce_step: Duration,
    /// Proofs remembered at once, about forty bytes each.
    pub most: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            past: Duration::from_secs(60),
            future: Duration::from_secs(5),
            nonce: false,
            nonce_step: Duration::from_secs(120),
            most: 262_144,
        }
    }
}

/// Why a proof is refused. Callers say only "invalid", but for the nonce; this is for tests and the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// The envelope or the signature.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Another kind of JWS.
    #[error("not a DPoP proof")]
    Kind,
    /// The key that it brings.
    #[error(transparent)]
    Key(#[from] JwkError),
    /// A claim is missing, repeated or of another type or size.
    #[error("not the claims of a proof")]
    Claims,
    /// For another method.
    #[error("for another method")]
    Method,
    /// For another address.
    #[error("for another address")]
    Url,
    /// Made too long ago, or before what is remembered.
    #[error("too old")]
    Stale,
    /// Made in the future.
    #[error("not valid yet")]
    Early,
    /// Without the hash of the token it comes with, or with another's.
    #[error("for another token")]
    Token,
    /// Good so far, but without a current nonce: the caller is told one.
    #[error("without a current nonce")]
    UseNonce,
    /// Used before.
    #[error("used before")]
    Replayed,
    /// No room to remember it: nothing is let in that could come again.
    #[error("too many proofs to remember")]
    Full,
}

/// Judges proofs, and remembers them for as long as they could come again.
#[derive(Debug)]
pub struct Proofs {
    rules: Rules,
    nonces: Nonces,
    replays: Replays,
    /// What all nodes have used, where there are several.
    all: Option<Arc<dyn Spent>>,
}

impl Proofs {
    /// With the key that all nodes make nonces with.
    pub fn new(nonce_key: Secret, rules: Rules) -> Self {
        let (nonces, replays) = (Nonces::new(nonce_key, rules.nonce_step), Replays::new(rules.most));
        Self { rules, nonces, replays, all: None }
    }

    /// Judges a proof for a request of `method` to `url`, this server's public address of it, and names its key. It is
    /// used on this node then; beside others it is good when [`Proofs::spend`] says so, too.
    ///
    /// With an access token the proof must be for that token; that the token is bound to the same key, the caller
    /// asks by the thumbprint.
    pub fn verify(
        &self,
        proof: &str,
        method: &str,
        url: &str,
        access_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Shown, DpopError> {
        let proof = Proof::read(proof)?;
        proof.judge_request(method, url)?;
        proof.judge_time(&self.rules, now)?;
        if let Some(token) = access_token {
            proof.judge_token(token)?;
        }
        if self.rules.nonce && !proof.nonce().is_some_and(|nonce| self.nonces.is_current(nonce, now)) {
            return Err(DpopError::UseNonce);
        }
        let key = proof.judge_signature()?;
        // Who is not signed in may fill half of the memory, so that strangers cannot shut out those who are.
        let share = if access_token.is_some() { self.rules.most } else { self.rules.most / 2 };
        let (name, until) = (proof.name(), proof.until(&self.rules));
        self.replays.admit(&name, until, now, share)?;
        Ok(Shown { key, unspent: self.all.is_some().then_some(Unspent { name, until }) })
    }

    /// The newest nonce, for the field `DPoP-Nonce`.
    pub fn nonce(&self, now: Timestamp) -> String {
        self.nonces.at(now)
    }
}

#[cfg(test)]
mod tests;
