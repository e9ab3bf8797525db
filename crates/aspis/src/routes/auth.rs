//! Accounts and their sign-ins.

pub(crate) mod allowed_ips;
pub(crate) mod challenge;
mod cookies;
pub(crate) mod csrf;
mod factor;
mod grant;
pub(crate) mod invitation;
pub(crate) mod jwks;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod me;
pub(crate) mod notices;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod recovery_codes;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod sessions;
pub(crate) mod step_up;
pub(crate) mod totp;
pub(crate) mod usage;
pub(crate) mod well_known;

use aspis_core::secret::SecretText;
use aspis_identity::people::NewPerson;
use serde::Deserialize;
use utoipa::ToSchema;

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
    /// The solution of the challenge, where one was asked for: as the widget writes it, or `TOKEN:ANSWER`.
    #[serde(default)]
    #[schema(min_length = 0, max_length = 4096)]
    challenge: Option<String>,
}

impl From<RegisterInput> for NewPerson {
    fn from(input: RegisterInput) -> Self {
        Self { email: input.email, password: input.password, full_name: input.full_name }
    }
}
