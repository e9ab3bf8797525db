//! Enrolling a passkey.

use aspis_core::{chance::Chance, clock::Timestamp, ids::AccountId};
use aspis_store::factors::Passkey as Stored;
use serde_json::json;
use webauthn_rs::prelude::{CredentialID, RegisterPublicKeyCredential};

use super::{
    Answered, Begun, NewKey, Owner, PasskeyError, Passkeys,
    ceremonies::{Purpose, State},
    parse,
    state::{read, write},
    text,
};

impl Passkeys {
    /// Begins to enrol a passkey; those in `known` are told not to answer.
    pub async fn begin_enrolment(
        &self,
        owner: Owner<'_>,
        known: &[Stored],
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Result<Begun, PasskeyError> {
        let known: Result<Vec<CredentialID>, _> =
            known.iter().map(|key| Ok(read(key)?.cred_id().clone())).collect();
        let (options, state) = self
            .library
            .start_passkey_registration(owner.account.0, owner.email, owner.full_name, Some(known?))
            .map_err(PasskeyError::Refused)?;
        let mut options = serde_json::to_value(options).map_err(PasskeyError::Stored)?;
        // Signing in without a name needs a key that the authenticator keeps; those that cannot are second factors still.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = json!("preferred");
        let ceremony =
            self.ceremonies.put(Purpose::Enrol(owner.account), State::Enrol(state.into()), now, chance).await;
        Ok(Begun { ceremony, options })
    }

    /// The new passkey in an answer.
    pub async fn finish_enrolment(
        &self,
        account: AccountId,
        answered: &Answered,
        now: Timestamp,
    ) -> Result<NewKey, PasskeyError> {
        let taken = self.ceremonies.take(&answered.ceremony, Purpose::Enrol(account), now).await;
        let Some(State::Enrol(state)) = taken else { return Err(PasskeyError::Ceremony) };
        let answer: RegisterPublicKeyCredential = parse(&answered.credential)?;
        let key = self.library.finish_passkey_registration(&answer, &state).map_err(PasskeyError::Refused)?;
        Ok(NewKey { credential: text(key.cred_id()), data: write(&key)? })
    }
}
