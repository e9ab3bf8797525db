//! Accounts and their sign-ins.

pub(crate) mod invitation;
pub(crate) mod jwks;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod refresh;
pub(crate) mod register;

use aspis_core::secret::SecretText;
use aspis_identity::people::{NewPerson, Tokens};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::openapi::words;

/// What somebody says to get an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterInput {
    /// An address that mail can be sent to.
    #[schema(format = "email", min_length = 5, max_length = 254, example = "ada@example.org")]
    email: String,
    /// 8 to 128 characters, not easy to guess.
    #[schema(value_type = String, format = "password", min_length = 8, max_length = 128, example = "several unrelated words 42")]
    password: SecretText,
    /// 1 to 100 characters, without angle brackets and control characters.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^<>\x00-\x1f\x7f-\x9f]+$",
        example = "Ada O'Brien"
    )]
    full_name: String,
}

impl From<RegisterInput> for NewPerson {
    fn from(input: RegisterInput) -> Self {
        Self { email: input.email, password: input.password, full_name: input.full_name }
    }
}

/// A pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenPair {
    /// Send it as `Authorization: Bearer`.
    #[schema(min_length = 100, max_length = 2000)]
    access_token: String,
    /// Always `Bearer`.
    #[schema(schema_with = words::token_type)]
    token_type: &'static str,
    /// Seconds until the access token expires.
    #[schema(minimum = 0, maximum = 86_400, example = 900)]
    expires_in: u64,
    /// Good for one renewal.
    #[schema(min_length = 52, max_length = 52)]
    refresh_token: String,
    /// Seconds until the sign-in ends.
    #[schema(minimum = 0, maximum = 7_776_000, example = 604_800)]
    refresh_expires_in: u64,
}

impl From<Tokens> for TokenPair {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access.expose().to_owned(),
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh.expose().to_owned(),
            refresh_expires_in: tokens.refresh_expires_in,
        }
    }
}
