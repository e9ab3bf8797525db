//! Passkeys (WebAuthn level 3): enrolling, listing and removing them, signing in by them.

pub(crate) mod enrol;
pub(crate) mod finish;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod options;
pub(crate) mod remove;

use aspis_identity::second::passkey::{Answered, Begun};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::openapi::words;

/// A question to a passkey.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyQuestion {
    /// The word for it: send it back with the answer, within five minutes.
    #[schema(min_length = 16, max_length = 64)]
    ceremony: String,
    /// `publicKey` for `navigator.credentials`, in the JSON form of WebAuthn.
    #[schema(schema_with = words::passkey_options)]
    options: Value,
}

impl From<Begun> for PasskeyQuestion {
    fn from(begun: Begun) -> Self {
        Self { ceremony: begun.ceremony, options: begun.options }
    }
}

/// A passkey's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyAnswer {
    /// The word of the question.
    #[schema(min_length = 0, max_length = 64)]
    ceremony: String,
    /// What `credential.toJSON()` gives.
    #[schema(schema_with = words::passkey_credential)]
    credential: Value,
}

impl From<PasskeyAnswer> for Answered {
    fn from(answer: PasskeyAnswer) -> Self {
        Self { ceremony: answer.ceremony, credential: answer.credential }
    }
}
