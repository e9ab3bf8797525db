//! What is stored of a passkey, and how it goes forward.

use aspis_store::factors::Passkey as Stored;
use webauthn_rs::prelude::{AuthenticationResult, Passkey};

use super::{PasskeyError, Use};

/// The state of a passkey after an answer. A counter that does not go forward is another copy of the key at work.
pub(super) fn forward(known: &Stored, result: &AuthenticationResult) -> Result<Use, PasskeyError> {
    let mut key = read(known)?;
    let counted = counter(known)?;
    let stands_still = result.counter() <= counted && (result.counter() > 0 || counted > 0);
    if stands_still || !result.user_verified() || key.update_credential(result).is_none() {
        return Err(if stands_still { PasskeyError::Counter } else { PasskeyError::Unknown });
    }
    Ok(Use { id: known.id, account: known.account, was: known.data.clone(), data: write(&key)? })
}

/// The counter in a stored state: the library shows it nowhere else.
fn counter(known: &Stored) -> Result<u32, PasskeyError> {
    #[derive(serde::Deserialize)]
    struct State {
        cred: Counted,
    }
    #[derive(serde::Deserialize)]
    struct Counted {
        counter: u32,
    }
    let state: State = serde_json::from_str(&known.data).map_err(PasskeyError::Stored)?;
    Ok(state.cred.counter)
}

pub(super) fn read(known: &Stored) -> Result<Passkey, PasskeyError> {
    serde_json::from_str(&known.data).map_err(PasskeyError::Stored)
}

pub(super) fn write(key: &Passkey) -> Result<String, PasskeyError> {
    serde_json::to_string(key).map_err(PasskeyError::Stored)
}
