//! Compact JWS (RFC 7515), verified the strict way: one key, one algorithm, nothing taken from the header but its word.
//!
//! What RFC 8725 warns of is refused before a signature is looked at: another `alg`, `none`, `crit`, keys or links in
//! the header (`jwk`, `jku`, `x5c`, `x5u`), repeated members, padding, and base64 that is not canonical. Signatures
//! are the library's work. Only a `DPoP` proof brings a key along, and says so by its [`Envelope`].

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value;

use super::object::{self, Members};

/// Why a token is refused. Callers say only "invalid"; this is for tests and the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts of canonical base64url.
    #[error("not compact JWS")]
    Form,
    /// A header that is not a plain object of unique members.
    #[error("not a header")]
    Header,
    /// A header that asks for what is never done.
    #[error("a header member that is not allowed")]
    Forbidden,
    /// Another algorithm than the key's.
    #[error("another algorithm")]
    Algorithm,
    /// The signature is not the key's.
    #[error("not signed by the key")]
    Signature,
}

/// Members that would let the sender choose the key or change what is signed.
const FORBIDDEN: [&str; 9] = ["crit", "jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256", "b64", "zip"];

/// What kind of thing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// A token, whose key its reader knows.
    Token,
    /// A `DPoP` proof, which brings its key along (RFC 9449, 4.2).
    Proof,
}

impl Envelope {
    /// Bytes; nothing that we issue, and no proof that is asked for, is longer.
    const fn most(self) -> usize {
        match self {
            Self::Token => 8192,
            Self::Proof => 4096,
        }
    }

    fn forbids(self, name: &str) -> bool {
        FORBIDDEN.contains(&name) && !(self == Self::Proof && name == "jwk")
    }
}

/// What was read and is not yet believed.
pub(crate) struct Jws<'a> {
    pub(crate) header: Members,
    pub(crate) payload: Vec<u8>,
    message: &'a str,
    signature: &'a str,
}

impl<'a> Jws<'a> {
    /// Everything that can be judged without a key.
    pub(crate) fn read(token: &'a str, envelope: Envelope) -> Result<Self, JwsError> {
        if token.len() > envelope.most() {
            return Err(JwsError::Form);
        }
        let mut parts = token.split('.');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some(header), Some(payload), Some(signature), None] = parts else { return Err(JwsError::Form) };
        let message = &token[..header.len() + 1 + payload.len()];
        let (header, payload) = (decode(header)?, decode(payload)?);
        decode(signature)?;
        let header = object::read(&header).ok_or(JwsError::Header)?;
        if header.keys().any(|name| envelope.forbids(name)) {
            return Err(JwsError::Forbidden);
        }
        Ok(Self { header, payload, message, signature })
    }

    /// A member of the header that is text.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

/// One key with its one algorithm.
pub struct JwsVerifier {
    algorithm: Algorithm,
    word: &'static str,
    key: DecodingKey,
}

impl JwsVerifier {
    /// Pins `key` to `algorithm`.
    pub fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        Self { algorithm, word: word(algorithm), key }
    }

    /// The same key under another name of its one algorithm (RFC 9864 has two for Ed25519).
    pub(crate) fn spelled(self, word: &'static str) -> Self {
        Self { word, ..self }
    }

    /// The header and payload of a token that the key has signed.
    pub fn verify(&self, token: &str) -> Result<(BTreeMap<String, Value>, Vec<u8>), JwsError> {
        let jws = Jws::read(token, Envelope::Token)?;
        self.check(&jws)?;
        Ok((jws.header, jws.payload))
    }

    /// Whether the key has signed this, by its algorithm and no other.
    pub(crate) fn check(&self, jws: &Jws<'_>) -> Result<(), JwsError> {
        if jws.word("alg") != Some(self.word) {
            return Err(JwsError::Algorithm);
        }
        let good = crypto::verify(jws.signature, jws.message.as_bytes(), &self.key, self.algorithm);
        good.unwrap_or(false).then_some(()).ok_or(JwsError::Signature)
    }
}

/// base64url without padding whose last bits are zero: one text for one value.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsError::Form)
}

/// Exactly `N` bytes in that form.
pub(crate) fn decode_exactly<const N: usize>(text: &str) -> Option<[u8; N]> {
    let length = N.div_ceil(3) * 4;
    (text.len() <= length).then(|| decode(text).ok()?.try_into().ok()).flatten()
}

const fn word(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HS256 => "HS256",
        Algorithm::HS384 => "HS384",
        Algorithm::HS512 => "HS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::PS256 => "PS256",
        Algorithm::PS384 => "PS384",
        Algorithm::PS512 => "PS512",
        _ => "EdDSA",
    }
}

impl std::fmt::Debug for JwsVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JwsVerifier({})", self.word)
    }
}
