//! Asking for a passkey of an account that is known: as a second factor, or to step up.

use aspis_core::{chance::Chance, clock::Timestamp};
use aspis_store::factors::Passkey as Stored;
use serde_json::json;
use webauthn_rs::prelude::{Passkey, PublicKeyCredential};

use super::{
    Answered, Begun, Check, PasskeyError, Passkeys, Use,
    ceremonies::{Purpose, State},
    parse,
    state::{forward, read},
    text,
};

impl Passkeys {
    /// Asks for one of the passkeys of an account.
    pub async fn begin_check(
        &self,
        check: Check,
        known: &[Stored],
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Result<Begun, PasskeyError> {
        let keys: Result<Vec<Passkey>, _> = known.iter().map(read).collect();
        let (options, state) =
            self.library.start_passkey_authentication(&keys?).map_err(PasskeyError::Refused)?;
        let ceremony =
            self.ceremonies.put(Purpose::Check(check), State::Check(state.into()), now, chance).await;
        Ok(Begun { ceremony, options: json!({"publicKey": options.public_key}) })
    }

    /// Judges an answer by the passkeys that the account has now.
    pub async fn finish_check(
        &self,
        check: Check,
        answered: &Answered,
        known: &[Stored],
        now: Timestamp,
    ) -> Result<Use, PasskeyError> {
        let taken = self.ceremonies.take(&answered.ceremony, Purpose::Check(check), now).await;
        let Some(State::Check(state)) = taken else { return Err(PasskeyError::Ceremony) };
        let answer: PublicKeyCredential = parse(&answered.credential)?;
        let result =
            self.library.finish_passkey_authentication(&answer, &state).map_err(PasskeyError::Refused)?;
        let credential = text(result.cred_id());
        let mine = |key: &&Stored| key.credential == credential && key.account == check.account();
        forward(known.iter().find(mine).ok_or(PasskeyError::Unknown)?, &result)
    }
}
