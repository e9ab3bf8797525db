//! Passkeys (WebAuthn level 3): as a second factor, to step up, and to sign in without a name or a password.
//!
//! The protocol is `webauthn-rs`'s; here is what stands around it: open questions that are asked once, of one caller, for
//! one purpose and for five minutes, and the state of a key that only ever goes forward. The user is always verified by
//! the authenticator, so that a passkey is two factors in one. Where keys are stored is not known here.

use std::sync::Arc;

use aspis_core::{
    ids::{AccountId, PasskeyId},
    secret::Secret,
};
use aspis_store::fleeting::Shelf;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};

mod ceremonies;
mod check;
mod enrol;
mod error;
mod sign_in;
mod state;

use ceremonies::{Ceremonies, LIFE};
pub use error::PasskeyError;

/// What a passkey is asked for where the account is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// After the password, at sign-in.
    SecondFactor(AccountId),
    /// To prove again that it is the owner.
    StepUp(AccountId),
}

impl Check {
    const fn account(self) -> AccountId {
        match self {
            Self::SecondFactor(account) | Self::StepUp(account) => account,
        }
    }
}

/// Whose passkey is enrolled, as the authenticator shows it.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The account: the passkey carries it, and names it at a sign-in without a name.
    pub account: AccountId,
    /// The e-mail address.
    pub email: &'a str,
    /// The name.
    pub full_name: &'a str,
}

/// A question that was opened.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The word for it: it comes back with the answer.
    pub ceremony: String,
    /// `{"publicKey": ...}`, for `navigator.credentials` after the browser's own reading of JSON.
    pub options: Value,
}

/// What a browser sends back.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The word of the question.
    pub ceremony: String,
    /// The credential as its `toJSON()` gives it.
    pub credential: Value,
}

/// A new passkey, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its credential id, base64url.
    pub credential: String,
    /// The public key with its state.
    pub data: String,
}

/// A passkey that answered rightly: it counts once the store has put `data` in the place of `was`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Which.
    pub id: PasskeyId,
    /// Whose.
    pub account: AccountId,
    /// The state that it was judged by.
    pub was: String,
    /// The state from here on.
    pub data: String,
}

/// Who an answer without a name says it is: nothing is proved by it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub account: AccountId,
    /// The credential id, base64url, to look the passkey up by.
    pub credential: String,
}

/// Asks passkeys and judges their answers.
pub struct Passkeys {
    library: Webauthn,
    ceremonies: Ceremonies,
}

impl Passkeys {
    /// For the site at `origin` (`https://shop.example.org`), under the domain `rp_id` (its host, or a parent of it):
    /// passkeys are bound to that domain for good. An address of digits is none.
    pub fn new(rp_id: &str, origin: &str, name: &str) -> Result<Self, PasskeyError> {
        let site = || PasskeyError::Site(origin.to_owned());
        let url = Url::parse(origin).map_err(|_| site())?;
        let builder = WebauthnBuilder::new(rp_id, &url).map_err(|_| site())?;
        let library = builder.rp_name(name).timeout(LIFE).build().map_err(|_| site())?;
        Ok(Self { library, ceremonies: Ceremonies::default() })
    }

    /// The same with open questions on the shelf of all nodes, sealed with a key that all of them have: who was asked at
    /// one may answer at another.
    #[must_use]
    pub fn shared(self, questions: Arc<dyn Shelf>, key: &Secret) -> Self {
        Self { ceremonies: Ceremonies::shared(questions, key), ..self }
    }
}

fn parse<T: DeserializeOwned>(credential: &Value) -> Result<T, PasskeyError> {
    T::deserialize(credential).map_err(PasskeyError::Unreadable)
}

fn text(credential: impl AsRef<[u8]>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(credential)
}

impl std::fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passkeys")
    }
}

#[cfg(test)]
mod tests;
