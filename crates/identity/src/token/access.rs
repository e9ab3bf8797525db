//! Access tokens (RFC 9068 in the strict reading of RFC 8725): made, and judged.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance, clock::Timestamp, ids::TokenId, principal::SignedIn,
    scenario::token_theft::fingerprint::Print,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    Claims, Confirmation, JwsError, Thumbprint, Verified,
    held::Keys,
    jws::{self, Envelope, Jws},
};

/// The media type of an access token (RFC 9068, 2.1): no other kind of token is ever taken for one.
const TYPE: &str = "at+jwt";
/// The one algorithm that they are signed with (RFC 8037).
const ALGORITHM: &str = "EdDSA";

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

/// Makes and judges access tokens with the keys of a time.
#[derive(Debug)]
pub struct AccessTokens {
    keys: Keys,
    lifetimes: Arc<Lifetimes>,
}

impl AccessTokens {
    pub(super) fn new(keys: Keys, lifetimes: Arc<Lifetimes>) -> Self {
        Self { keys, lifetimes }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    fn seconds(&self) -> i64 {
        i64::try_from(self.lifetimes.access.as_secs()).unwrap_or(i64::MAX)
    }

    /// A token for a signed-in account, bound to where it was asked for (`print`) and to its holder's key (`key`)
    /// where these are given.
    pub fn issue(
        &self,
        who: SignedIn,
        print: Option<Print>,
        key: Option<&Thumbprint>,
        now: Timestamp,
        chance: &dyn Chance,
    ) -> String {
        let claims = Claims {
            iss: self.lifetimes.issuer.clone(),
            aud: self.lifetimes.audience.clone(),
            sub: who.account.0,
            sid: who.family.0,
            jti: TokenId::new(now, chance).0,
            role: who.role,
            mfa: who.strong,
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.seconds().saturating_add(self.seconds()),
            fgp: print.map(|print| URL_SAFE_NO_PAD.encode(print)),
            cnf: key.map(|jkt| Confirmation { jkt: *jkt }),
        };
        self.seal(&claims, now)
    }

    fn seal(&self, claims: &Claims, now: Timestamp) -> String {
        let signer = self.keys.signer(now);
        let header = json!({ "alg": ALGORITHM, "kid": signer.key.kid(), "typ": TYPE });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(json!(claims)));
        let signature = signer.key.sign(message.as_bytes());
        format!("{message}.{signature}")
    }

    /// Judges a token that was not seen before. Whether its bindings hold, the caller asks.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, TokenError> {
        let jws = Jws::read(token, Envelope::Token)?;
        if jws.word("alg") != Some(ALGORITHM) {
            return Err(JwsError::Algorithm.into());
        }
        if jws.header.len() != 3 || jws.word("typ") != Some(TYPE) {
            return Err(TokenError::Kind);
        }
        let signer = jws.word("kid").and_then(|kid| self.keys.named(kid, now)).ok_or(TokenError::Kind)?;
        signer.verifier.check(&jws)?;
        self.judge(&Claims::read(&jws.payload).ok_or(TokenError::Claims)?, now)
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
        let read = |text: &String| jws::decode_exactly(text).ok_or(TokenError::Claims);
        let print: Option<Print> = claims.fgp.as_ref().map(read).transpose()?;
        let (from, expires) = (Timestamp::from_seconds(claims.iat), Timestamp::from_seconds(claims.exp));
        if now < from {
            return Err(TokenError::Early);
        }
        if now >= expires {
            return Err(TokenError::Expired);
        }
        let key = claims.cnf.map(|confirmation| confirmation.jkt);
        Ok(Verified { who: claims.who(), from, expires, print, key })
    }
}
