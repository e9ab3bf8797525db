//! What an access token says (RFC 9068), and nothing else.

use aspis_core::{
    ids::{AccountId, FamilyId},
    principal::{Role, SignedIn},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Thumbprint, object};

/// What a token says. Every member but the two bindings is required; an unknown one is refused.
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
    /// True when the sign-in was proved by a second factor too.
    pub mfa: bool,
    /// Issued at, seconds.
    pub iat: i64,
    /// Not before, seconds.
    pub nbf: i64,
    /// Expires at, seconds.
    pub exp: i64,
    /// From where it was issued: the fingerprint, 16 bytes in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fgp: Option<String>,
    /// Which key its holder has to prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// The key that a token is bound to (RFC 7800).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Its thumbprint (RFC 9449, 6.1).
    pub jkt: Thumbprint,
}

impl Claims {
    /// Reads a payload; `None` for what is not exactly claims of ours.
    ///
    /// It is read once for repeated members and once for their types. Values are plain but for `cnf`: the typed
    /// reader would also take `{"admin": null}` for a role and `null` for what is left out.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let members = object::read(payload)?;
        let plain = |(name, value): (&String, &Value)| match value {
            Value::Object(_) => name == "cnf",
            Value::Array(_) | Value::Null => false,
            _ => name != "cnf",
        };
        if !members.iter().all(plain) {
            return None;
        }
        serde_json::from_slice(payload).ok()
    }

    /// Whom they speak for.
    pub(super) fn who(&self) -> SignedIn {
        SignedIn {
            account: AccountId(self.sub),
            family: FamilyId(self.sid),
            role: self.role,
            strong: self.mfa,
        }
    }
}
