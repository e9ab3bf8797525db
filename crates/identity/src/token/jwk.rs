//! Verifiers from JSON Web Keys (RFC 7517): a key says what it is for, and is used for nothing else.
//!
//! Every key must name its algorithm, and its type, curve and strength must fit it. Deliberately not here: fetching
//! keys, certificates, and any key that a token brings along.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::{
    JwsError, JwsVerifier,
    jws::{self, Envelope, Jws},
};

mod rsa;

/// Why a key, or a set of keys, is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// A member is missing or not what the key's type asks for.
    #[error("not a JSON Web Key")]
    Form,
    /// No `alg`, or one that is not done here.
    #[error("not an algorithm for signatures that is done here")]
    Algorithm,
    /// `use` or `key_ops` say that it is not for verifying, or it holds its private half.
    #[error("a key for something else")]
    Purpose,
    /// Too short, or of a known weak kind.
    #[error("a weak key")]
    Weak,
    /// Two keys of one name, or secret and public keys in one set.
    #[error("a set whose keys cannot be told apart")]
    Ambiguous,
}

impl JwsVerifier {
    /// The verifier of one key, pinned to the algorithm that the key names.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JwkError> {
        let members = jwk.as_object().ok_or(JwkError::Form)?;
        let word = text(members, "alg").map_err(|_| JwkError::Algorithm)?;
        let algorithm = word.parse().map_err(|_| JwkError::Algorithm)?;
        judge_purpose(members)?;
        let key = match algorithm {
            Algorithm::HS256 => secret(members, 32),
            Algorithm::HS384 => secret(members, 48),
            Algorithm::HS512 => secret(members, 64),
            Algorithm::ES256 => point(members, "P-256", 32),
            Algorithm::ES384 => point(members, "P-384", 48),
            Algorithm::EdDSA => edwards(members),
            _ => modulus(members),
        }?;
        Ok(Self::new(algorithm, key))
    }
}

/// Keys of one kind, each under its own `kid`.
#[derive(Debug)]
pub struct JwsKeySet(BTreeMap<String, JwsVerifier>);

impl JwsKeySet {
    /// Reads a JWK set. One key that cannot be used spoils the set: who wrote it meant something else.
    pub fn from_jwks(set: &Value) -> Result<Self, JwkError> {
        let keys = set.get("keys").and_then(Value::as_array).ok_or(JwkError::Form)?;
        let secrets = keys.iter().filter(|key| key.get("kty").and_then(Value::as_str) == Some("oct")).count();
        if secrets != 0 && secrets != keys.len() {
            return Err(JwkError::Ambiguous);
        }
        let mut verifiers = BTreeMap::new();
        for key in keys {
            let kid = key.get("kid").and_then(Value::as_str).ok_or(JwkError::Form)?;
            if verifiers.insert(kid.to_owned(), JwsVerifier::from_jwk(key)?).is_some() {
                return Err(JwkError::Ambiguous);
            }
        }
        Ok(Self(verifiers))
    }

    /// The header and payload of a token signed by the key that its `kid` names.
    pub fn verify(&self, token: &str) -> Result<(BTreeMap<String, Value>, Vec<u8>), JwsError> {
        let jws = Jws::read(token, Envelope::Token)?;
        jws.word("kid").and_then(|kid| self.0.get(kid)).ok_or(JwsError::Signature)?.check(&jws)?;
        Ok((jws.header, jws.payload))
    }
}

pub(crate) fn judge_purpose(members: &Map<String, Value>) -> Result<(), JwkError> {
    let purpose = members.get("use").is_none_or(|value| value == "sig");
    let listed = |list: &Value| list.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify"));
    let operations = members.get("key_ops").is_none_or(listed);
    let private = members.contains_key("d");
    (purpose && operations && !private).then_some(()).ok_or(JwkError::Purpose)
}

pub(crate) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, JwkError> {
    members.get(name).and_then(Value::as_str).ok_or(JwkError::Form)
}

fn bytes(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, JwkError> {
    jws::decode(text(members, name)?).map_err(|_| JwkError::Form)
}

fn is(members: &Map<String, Value>, name: &str, word: &str) -> Result<(), JwkError> {
    (text(members, name)? == word).then_some(()).ok_or(JwkError::Form)
}

/// A MAC key is at least as long as its hash (RFC 7518, 3.2).
fn secret(members: &Map<String, Value>, least: usize) -> Result<DecodingKey, JwkError> {
    is(members, "kty", "oct")?;
    let key = bytes(members, "k")?;
    (key.len() >= least).then(|| DecodingKey::from_secret(&key)).ok_or(JwkError::Weak)
}

/// Coordinates have the full length of the curve (RFC 7518, 6.2.1.2); the library asks whether the point is on it.
pub(crate) fn point(
    members: &Map<String, Value>,
    curve: &str,
    length: usize,
) -> Result<DecodingKey, JwkError> {
    is(members, "kty", "EC")?;
    is(members, "crv", curve)?;
    let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
    let full = x.len() == length && y.len() == length;
    full.then(|| DecodingKey::from_ec_der(&[&[4], &x[..], &y[..]].concat())).ok_or(JwkError::Form)
}

pub(crate) fn edwards(members: &Map<String, Value>) -> Result<DecodingKey, JwkError> {
    is(members, "kty", "OKP")?;
    is(members, "crv", "Ed25519")?;
    let x = bytes(members, "x")?;
    (x.len() == 32).then(|| DecodingKey::from_ed_der(&x)).ok_or(JwkError::Form)
}

fn modulus(members: &Map<String, Value>) -> Result<DecodingKey, JwkError> {
    is(members, "kty", "RSA")?;
    let (n, e) = (bytes(members, "n")?, bytes(members, "e")?);
    rsa::judge(&n, &e)?;
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

#[cfg(test)]
mod tests;
