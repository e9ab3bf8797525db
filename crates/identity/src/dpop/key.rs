//! The key that a proof brings along (RFC 9449, 4.2): public, of one of two kinds, and nothing else.

use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::token::{JwkError, JwsVerifier, Thumbprint, jwk};

/// The algorithms that a proof may be signed with, by the name in its header.
const WORDS: [(&str, Kind); 3] =
    [("ES256", Kind::P256), ("Ed25519", Kind::Ed25519), ("EdDSA", Kind::Ed25519)];

/// What a JWK may say beside the key itself; browsers export keys with these.
const REMARKS: [&str; 5] = ["alg", "use", "key_ops", "kid", "ext"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    Ed25519,
}

impl Kind {
    /// The members that make the key (RFC 7518, 6.2.1; RFC 8037, 2).
    const fn members(self) -> &'static [&'static str] {
        match self {
            Self::P256 => &["kty", "crv", "x", "y"],
            Self::Ed25519 => &["kty", "crv", "x"],
        }
    }
}

/// The verifier of a proof's key, pinned to the algorithm `word` of its header, and the key's name.
pub(super) fn read(word: &str, key: &Value) -> Result<(JwsVerifier, Thumbprint), JwkError> {
    let (word, kind) = WORDS.into_iter().find(|(known, _)| *known == word).ok_or(JwkError::Algorithm)?;
    let members = key.as_object().ok_or(JwkError::Form)?;
    jwk::judge_purpose(members)?;
    judge_members(members, kind)?;
    judge_algorithm(members, kind)?;
    let x = jwk::text(members, "x")?;
    Ok(match kind {
        Kind::P256 => {
            let verifier = JwsVerifier::new(Algorithm::ES256, jwk::point(members, "P-256", 32)?);
            (verifier, Thumbprint::of_p256(x, jwk::text(members, "y")?))
        }
        Kind::Ed25519 => {
            let verifier = JwsVerifier::new(Algorithm::EdDSA, jwk::edwards(members)?);
            (verifier.spelled(word), Thumbprint::of_ed25519(x))
        }
    })
}

/// A member of another kind of key, or of its private half, is a mistake that its owner should hear of.
fn judge_members(members: &Map<String, Value>, kind: Kind) -> Result<(), JwkError> {
    let known = |name: &String| kind.members().contains(&&**name) || REMARKS.contains(&&**name);
    members.keys().all(known).then_some(()).ok_or(JwkError::Purpose)
}

/// Where the key names its algorithm, it is one of its kind.
fn judge_algorithm(members: &Map<String, Value>, kind: Kind) -> Result<(), JwkError> {
    let fits = |alg: &Value| WORDS.iter().any(|(word, of)| alg == word && *of == kind);
    members.get("alg").is_none_or(fits).then_some(()).ok_or(JwkError::Algorithm)
}
