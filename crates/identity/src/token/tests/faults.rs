//! Tokens that are wrong in one named way each.
//!
//! Most are signed with the right key, so that nothing but the named fault stands between them and acceptance.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
    scenario::token_theft::{fingerprint::Print, signing::Schedule},
    secret::Secret,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::token::{
    AccessTokens, Lifetimes, SigningKey, Thumbprint, TokenError, Verified,
    held::{Held, Keys},
};

mod bindings;
mod claims;
mod form;
mod header;
mod object;
mod signature;

pub(crate) use object::Object;

/// When the faults are judged.
pub(super) const NOW: i64 = 1_760_000_000;
const ISSUER: &str = "https://api.example.org";
const AUDIENCE: &str = "aspis-market";
/// The fingerprint that the good token is bound to.
const PRINT: Print = [0xb7; 16];
/// No key takes over near [`NOW`].
pub(in crate::token) const SCHEDULE: Schedule = Schedule {
    period: Duration::from_secs(2_592_000),
    overlap: Duration::from_secs(86_400),
    after: Duration::from_secs(960),
};

/// Who issues the good token.
pub(in crate::token) fn lifetimes() -> Lifetimes {
    Lifetimes { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned(), access: Duration::from_secs(900) }
}

/// One token that must be refused, and the reason it must be refused for.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) name: String,
    pub(super) token: String,
    pub(super) why: TokenError,
}

fn fault(name: impl Into<String>, token: String, why: impl Into<TokenError>) -> Fault {
    Fault { name: name.into(), token, why: why.into() }
}

/// Every fault of every family.
pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    let families = [header::all, claims::all, bindings::all, form::all, signature::all];
    families.into_iter().flat_map(|family| family(forge)).collect()
}

/// Somebody who holds a signing key and signs anything.
pub(in crate::token) struct Forge {
    seed: [u8; 32],
    key: SigningKey,
}

impl Forge {
    /// With the right key.
    pub(super) fn new() -> Self {
        Self::with_seed([1; 32])
    }

    /// With a key of their own.
    pub(super) fn of_somebody_else() -> Self {
        Self::with_seed([2; 32])
    }

    fn with_seed(seed: [u8; 32]) -> Self {
        Self { seed, key: SigningKey::from_seed(&Secret::new(seed)).expect("a seed") }
    }

    /// The verifier under test.
    pub(super) fn tokens(&self) -> AccessTokens {
        let held = Held::new(SCHEDULE.generation(Self::now()), &Secret::new(self.seed)).expect("a seed");
        AccessTokens::new(Keys::new(SCHEDULE, vec![Arc::new(held)], Self::now()), Arc::new(lifetimes()))
    }

    pub(super) fn now() -> Timestamp {
        Timestamp::from_seconds(NOW)
    }

    /// What the good token says.
    pub(super) fn verified() -> Verified {
        let expires = Timestamp::from_seconds(NOW + 900);
        Verified {
            who: Self::who(),
            from: Self::now(),
            expires,
            print: Some(PRINT),
            key: Some(Self::thumbprint()),
        }
    }

    /// The key that the good token is bound to.
    pub(super) fn thumbprint() -> Thumbprint {
        Thumbprint::of_ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    }

    /// Whom the good token speaks for.
    pub(in crate::token) fn who() -> SignedIn {
        SignedIn {
            account: AccountId(Uuid::from_u128(1)),
            family: FamilyId(Uuid::from_u128(2)),
            role: Role::User,
            strong: false,
        }
    }

    /// The token without a fault.
    pub(super) fn good(&self) -> String {
        self.seal(&self.header(), &Self::claims())
    }

    fn header(&self) -> Object {
        Object::default()
            .with("alg", "\"EdDSA\"")
            .with("kid", &quoted(self.key.kid()))
            .with("typ", "\"at+jwt\"")
    }

    fn claims() -> Object {
        let who = Self::who();
        Object::default()
            .with("iss", &quoted(ISSUER))
            .with("aud", &quoted(AUDIENCE))
            .with("sub", &quoted(&who.account.to_string()))
            .with("sid", &quoted(&who.family.to_string()))
            .with("jti", &quoted(&Uuid::from_u128(3).to_string()))
            .with("role", "\"user\"")
            .with("mfa", "false")
            .with("iat", &NOW.to_string())
            .with("nbf", &NOW.to_string())
            .with("exp", &(NOW + 900).to_string())
            .with("fgp", &quoted(&URL_SAFE_NO_PAD.encode(PRINT)))
            .with("cnf", &format!("{{\"jkt\":{}}}", quoted(&Self::thumbprint().to_string())))
    }

    fn seal(&self, header: &Object, claims: &Object) -> String {
        self.seal_bytes(header.text().as_bytes(), claims.text().as_bytes())
    }

    fn seal_header(&self, header: &Object) -> String {
        self.seal(header, &Self::claims())
    }

    fn seal_claims(&self, claims: &Object) -> String {
        self.seal(&self.header(), claims)
    }

    fn seal_bytes(&self, header: &[u8], claims: &[u8]) -> String {
        self.seal_text(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
    }

    /// Signs what stands before the last dot, whatever it is.
    fn seal_text(&self, message: &str) -> String {
        format!("{message}.{}", self.key.sign(message.as_bytes()))
    }
}

/// JSON text of a string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
