//! Why a passkey could not be asked or was not accepted.

use aspis_core::refusal::{Code, Refusal, Rule};
use webauthn_rs::prelude::WebauthnError;

/// What went wrong. A caller hears only that the answer does not fit.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The site has no name that a passkey can be bound to.
    #[error("passkeys need a domain name and its origin; {0:?} does not fit")]
    Site(String),
    /// The question is unknown, answered already, too old, or was put to another caller or for another purpose.
    #[error("no such question is open")]
    Ceremony,
    /// The answer has another form.
    #[error("the answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// The answer is not one to this question, on this site, with this key.
    #[error("the answer was not accepted")]
    Refused(#[source] WebauthnError),
    /// The passkey is none of this account.
    #[error("the passkey is none of this account")]
    Unknown,
    /// The passkey has answered with this count before: there may be a copy of it.
    #[error("the counter of the passkey did not go forward")]
    Counter,
    /// What is stored of a passkey cannot be read or written.
    #[error("a stored passkey is damaged")]
    Stored(#[source] serde_json::Error),
}

impl PasskeyError {
    /// The rule behind the refusal, for the operator.
    fn rule(&self) -> &'static str {
        match self {
            Self::Site(_) => "passkey.site",
            Self::Ceremony => "passkey.ceremony",
            Self::Unreadable(_) => "passkey.form",
            Self::Refused(WebauthnError::CredentialPossibleCompromise) | Self::Counter => "passkey.counter",
            Self::Refused(_) => "passkey.answer",
            Self::Unknown => "passkey.unknown",
            Self::Stored(_) => "passkey.stored",
        }
    }
}

impl From<PasskeyError> for Refusal {
    fn from(error: PasskeyError) -> Self {
        let code = match &error {
            PasskeyError::Site(_) | PasskeyError::Stored(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "passkeys do not work");
                Code::Internal
            }
            _ => Code::InvalidPasskey,
        };
        Self::new(code).by(Rule::named(error.rule()))
    }
}
