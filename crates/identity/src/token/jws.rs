//! Compact JWS (RFC 7515), verified the strict way: one key, one algorithm, nothing taken from the header but its word.
//!
//! What RFC 8725 warns of is refused before a signature is looked at: another `alg`, `none`, `crit`, keys or links in
//! the header (`jwk`, `jku`, `x5c`, `x5u`), repeated members, padding, and base64 that is not canonical. Signatures
//! are the library's work.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::{
    Deserialize,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;

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

/// A header's members, each once.
pub(super) type Header = BTreeMap<String, Value>;

/// One key with its one algorithm.
pub struct JwsVerifier {
    algorithm: Algorithm,
    word: &'static str,
    key: DecodingKey,
}

/// Members that would let the sender choose the key or change what is signed.
const FORBIDDEN: [&str; 9] = ["crit", "jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256", "b64", "zip"];
/// Nothing that we issue is longer.
const MOST: usize = 8192;

impl JwsVerifier {
    /// Pins `key` to `algorithm`.
    pub fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        Self { algorithm, word: word(algorithm), key }
    }

    /// The header and payload of a token that the key has signed.
    pub fn verify(&self, token: &str) -> Result<(Header, Vec<u8>), JwsError> {
        let (header, payload) = self.read(token)?;
        let (message, signature) = token.rsplit_once('.').ok_or(JwsError::Form)?;
        let good = crypto::verify(signature, message.as_bytes(), &self.key, self.algorithm);
        if !good.unwrap_or(false) {
            return Err(JwsError::Signature);
        }
        Ok((header, payload))
    }

    /// Everything that can be judged before the signature.
    fn read(&self, token: &str) -> Result<(Header, Vec<u8>), JwsError> {
        if token.len() > MOST {
            return Err(JwsError::Form);
        }
        let mut parts = token.split('.');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some(header), Some(payload), Some(signature), None] = parts else { return Err(JwsError::Form) };
        let (header, payload) = (decode(header)?, decode(payload)?);
        decode(signature)?;
        let header = read_header(&header)?;
        if FORBIDDEN.iter().any(|name| header.contains_key(*name)) {
            return Err(JwsError::Forbidden);
        }
        if header.get("alg").and_then(Value::as_str) != Some(self.word) {
            return Err(JwsError::Algorithm);
        }
        Ok((header, payload))
    }
}

/// base64url without padding whose last bits are zero: one text for one value.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsError::Form)
}

pub(super) fn read_header(bytes: &[u8]) -> Result<Header, JwsError> {
    serde_json::from_slice::<Unique>(bytes).map(|unique| unique.0).map_err(|_| JwsError::Header)
}

/// A JSON object that repeats no member.
pub(super) struct Unique(pub(super) Header);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Header;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object without repeated members")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if header.insert(name, value).is_some() {
                        return Err(A::Error::custom("a repeated member"));
                    }
                }
                Ok(header)
            }
        }

        deserializer.deserialize_map(Members).map(Self)
    }
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
