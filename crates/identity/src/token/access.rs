//! Access tokens (RFC 9068 in the strict reading of RFC 8725): made, and judged.

use std::time::Duration;

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    ids::{AccountId, FamilyId, TokenId},
    principal::{Role, SignedIn},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{JwsError, JwsVerifier, SigningKey, Verified, jws::Unique};

/// The media type of an access token (RFC 9068, 2.1): no other kind of token is ever taken for one.
const TYPE: &str = "at+jwt";

/// What a token says. Every member is required; an unknown one is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For which API.
    pub aud: String,
    /// The account.
    pub sub: Uuid,
    /// The sign-in.
    pub sid: Uuid,
    /// The token itself.
    pub jti: Uuid,
    /// What the account may do.
    pub role: Role,
    /// Issued at, seconds.
    pub iat: i64,
    /// Not before, seconds.
    pub nbf: i64,
    /// Expires at, seconds.
    pub exp: i64,
}

/// Who issues tokens, for whom and for how long.
#[derive(Debug, Clone)]
pub struct Lifetimes {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// From issue to expiry.
    pub access: Duration,
}

/// Why a token is refused. Callers say only "invalid"; this is for tests and the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The envelope.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A header that is not exactly ours.
    #[error("not our kind of token")]
    Kind,
    /// Claims that are not exactly ours.
    #[error("not our claims")]
    Claims,
    /// Another issuer or audience.
    #[error("for somebody else")]
    Audience,
    /// Before its time.
    #[error("not valid yet")]
    Early,
    /// After its time.
    #[error("expired")]
    Expired,
}

/// Makes and judges access tokens with one key.
#[derive(Debug)]
pub struct AccessTokens {
    key: SigningKey,
    verifier: JwsVerifier,
    lifetimes: Lifetimes,
}

impl AccessTokens {
    /// With the key that all nodes share.
    pub fn new(key: SigningKey, lifetimes: Lifetimes) -> Self {
        let verifier = JwsVerifier::new(Algorithm::EdDSA, key.decoding_key());
        Self { key, verifier, lifetimes }
    }

    /// How long a token lives.
    pub fn lifetime(&self) -> Duration {
        self.lifetimes.access
    }

    fn seconds(&self) -> i64 {
        i64::try_from(self.lifetimes.access.as_secs()).unwrap_or(i64::MAX)
    }

    /// The public keys, as a JWK set (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        json!({ "keys": [self.key.jwk()] })
    }

    /// A token for a signed-in account.
    pub fn issue(&self, who: SignedIn, now: Timestamp, chance: &dyn Chance) -> String {
        let claims = Claims {
            iss: self.lifetimes.issuer.clone(),
            aud: self.lifetimes.audience.clone(),
            sub: who.account.0,
            sid: who.family.0,
            jti: TokenId::new(now, chance).0,
            role: who.role,
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.seconds().saturating_add(self.seconds()),
        };
        let header = json!({ "alg": "EdDSA", "kid": self.key.kid(), "typ": TYPE });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(json!(claims)));
        let signature = self.key.sign(message.as_bytes());
        format!("{message}.{signature}")
    }

    /// Judges a token that was not seen before.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, TokenError> {
        let (header, payload) = self.verifier.verify(token)?;
        let word = |name: &str| header.get(name).and_then(serde_json::Value::as_str);
        if header.len() != 3 || word("typ") != Some(TYPE) || word("kid") != Some(self.key.kid()) {
            return Err(TokenError::Kind);
        }
        // Read once for repeated members and once for their types: what one reader keeps another may drop.
        // Only plain values: the typed reader would also take `{"admin": null}` for a role.
        let members = serde_json::from_slice::<Unique>(&payload).map_err(|_| TokenError::Claims)?;
        if members.0.values().any(|value| value.is_object() || value.is_array()) {
            return Err(TokenError::Claims);
        }
        let claims: Claims = serde_json::from_slice(&payload).map_err(|_| TokenError::Claims)?;
        self.judge(&claims, now)
    }

    fn judge(&self, claims: &Claims, now: Timestamp) -> Result<Verified, TokenError> {
        if claims.iss != self.lifetimes.issuer || claims.aud != self.lifetimes.audience {
            return Err(TokenError::Audience);
        }
        // A token that lives longer than we issue would outlast the memory of revocations.
        let life = claims.exp.checked_sub(claims.iat).filter(|life| (1..=self.seconds()).contains(life));
        if life.is_none() || claims.nbf != claims.iat {
            return Err(TokenError::Claims);
        }
        let (early, expires) = (Timestamp::from_seconds(claims.iat), Timestamp::from_seconds(claims.exp));
        if now < early {
            return Err(TokenError::Early);
        }
        if now >= expires {
            return Err(TokenError::Expired);
        }
        let who =
            SignedIn { account: AccountId(claims.sub), family: FamilyId(claims.sid), role: claims.role };
        Ok(Verified { who, from: early, expires })
    }
}
