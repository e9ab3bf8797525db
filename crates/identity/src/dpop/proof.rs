//! One proof: read, and asked about the request it came with.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{DpopError, Rules, key, replay, url};
use crate::token::{
    JwsVerifier, Thumbprint,
    jws::{Envelope, Jws},
    object::{self, Members},
};

/// The media type of a proof (RFC 9449, 4.2): no other kind of token is ever taken for one.
const TYPE: &str = "dpop+jwt";
/// Bytes of a `jti`: what is longer is no name.
const LONGEST_NAME: usize = 128;

/// A proof whose form is right and whose signature was not yet looked at.
///
/// Members that are not known here are passed over, as RFC 9449, 4.2 and RFC 7515, 4 ask, as long as none is repeated.
pub(super) struct Proof<'a> {
    jws: Jws<'a>,
    verifier: JwsVerifier,
    key: Thumbprint,
    claims: Members,
    made: Timestamp,
}

impl<'a> Proof<'a> {
    /// Reads the envelope, the key, and that the claims are all there.
    pub(super) fn read(text: &'a str) -> Result<Self, DpopError> {
        let jws = Jws::read(text, Envelope::Proof)?;
        if jws.word("typ") != Some(TYPE) {
            return Err(DpopError::Kind);
        }
        let brought = jws.header.get("jwk").unwrap_or(&Value::Null);
        let (verifier, key) = key::read(jws.word("alg").unwrap_or(""), brought)?;
        let claims = object::read(&jws.payload).ok_or(DpopError::Claims)?;
        let seconds = claims.get("iat").and_then(Value::as_i64).ok_or(DpopError::Claims)?;
        let proof = Self { jws, verifier, key, claims, made: Timestamp::from_seconds(seconds) };
        let named = (1..=LONGEST_NAME).contains(&proof.claim("jti").map_or(0, str::len));
        let whole = named && proof.claim("htm").is_some() && proof.claim("htu").is_some();
        whole.then_some(proof).ok_or(DpopError::Claims)
    }

    fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// For this method at this address, whatever stands behind its `?` or `#`.
    pub(super) fn judge_request(&self, method: &str, url: &str) -> Result<(), DpopError> {
        if self.claim("htm") != Some(method) {
            return Err(DpopError::Method);
        }
        let meant = self.claim("htu").and_then(url::normal).ok_or(DpopError::Url)?;
        (url::normal(url).as_deref() == Some(&*meant)).then_some(()).ok_or(DpopError::Url)
    }

    /// Made lately, by a clock that is nearly right.
    pub(super) fn judge_time(&self, rules: &Rules, now: Timestamp) -> Result<(), DpopError> {
        if self.made > now.plus(rules.future) {
            return Err(DpopError::Early);
        }
        (self.until(rules) >= now).then_some(()).ok_or(DpopError::Stale)
    }

    /// The last moment at which it is good.
    pub(super) fn until(&self, rules: &Rules) -> Timestamp {
        // A proof names a whole second: it is not older than it says.
        self.made.plus(rules.past).plus(Duration::from_micros(999_999))
    }

    /// For the token that it comes with.
    pub(super) fn judge_token(&self, token: &str) -> Result<(), DpopError> {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()));
        (self.claim("ath") == Some(&*hash)).then_some(()).ok_or(DpopError::Token)
    }

    /// The nonce that it holds.
    pub(super) fn nonce(&self) -> Option<&str> {
        self.claim("nonce")
    }

    /// Signed by the key that it brings.
    pub(super) fn judge_signature(&self) -> Result<Thumbprint, DpopError> {
        self.verifier.check(&self.jws)?;
        Ok(self.key)
    }

    /// Its name in the memory of proofs. Two keys never share one, so nobody can spend another's.
    pub(super) fn name(&self) -> replay::Name {
        let id = self.claim("jti").unwrap_or("");
        let hash = Sha256::new().chain_update(self.key.bytes()).chain_update(id).finalize();
        let mut name = replay::Name::default();
        let length = name.len();
        name.copy_from_slice(&hash[..length]);
        name
    }
}
