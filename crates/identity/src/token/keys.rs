//! The signing key: Ed25519 (RFC 8037), named by its thumbprint (RFC 7638).

use aspis_core::{
    chance::{self, Chance},
    secret::Secret,
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};

use super::{JwsVerifier, Thumbprint};

/// Bytes of an Ed25519 seed.
const SEED: usize = 32;

/// The seed is not 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key is damaged")]
pub struct KeyError;

/// A key pair that signs access tokens.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    x: String,
    kid: String,
}

impl SigningKey {
    /// A fresh seed, to be kept in the vault.
    pub fn fresh_seed(chance: &dyn Chance) -> Secret {
        Secret::new(chance::bytes::<SEED>(chance))
    }

    /// The key pair of a seed.
    pub fn from_seed(seed: &Secret) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| KeyError)?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let kid = Thumbprint::of_ed25519(&x).to_string();
        Ok(Self { pair, x, kid })
    }

    /// Its name in token headers and in the JWK set.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The signature over `message`, base64url.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.sign(message))
    }

    /// What verifies its signatures.
    pub(super) fn verifier(&self) -> JwsVerifier {
        JwsVerifier::new(Algorithm::EdDSA, DecodingKey::from_ed_der(self.pair.public_key().as_ref()))
    }

    /// Its public half as a JWK (RFC 8037, 2).
    pub fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "use": "sig", "alg": "EdDSA" })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}
