//! Signing in by passkey alone: the answer says whose it is, and the stored key proves it.

use aspis_core::{chance::Chance, client::Client, clock::Timestamp, ids::AccountId};
use aspis_store::factors::Passkey as Stored;
use serde_json::json;
use webauthn_rs::prelude::{DiscoverableKey, PublicKeyCredential};

use super::{
    Answered, Begun, Claim, PasskeyError, Passkeys, Use,
    ceremonies::{Purpose, State},
    parse,
    state::{forward, read},
    text,
};

impl Passkeys {
    /// Asks for any passkey of this site, from whoever it is.
    pub async fn begin_sign_in(
        &self,
        client: Client,
        now: Timestamp,
        chance: &dyn Chance,
    ) -> Result<Begun, PasskeyError> {
        let (options, state) =
            self.library.start_discoverable_authentication().map_err(PasskeyError::Refused)?;
        let ceremony =
            self.ceremonies.put(Purpose::SignIn(client), State::SignIn(state.into()), now, chance).await;
        Ok(Begun { ceremony, options: json!({"publicKey": options.public_key}) })
    }

    /// Who an answer says it is.
    pub fn claim(&self, answered: &Answered) -> Result<Claim, PasskeyError> {
        let answer: PublicKeyCredential = parse(&answered.credential)?;
        let (account, credential) =
            self.library.identify_discoverable_authentication(&answer).map_err(PasskeyError::Refused)?;
        Ok(Claim { account: AccountId(account), credential: text(credential) })
    }

    /// Judges an answer by the passkey that it claimed. `None` where there is none: the question is spent all the same.
    pub async fn finish_sign_in(
        &self,
        client: Client,
        answered: &Answered,
        known: Option<&Stored>,
        now: Timestamp,
    ) -> Result<Use, PasskeyError> {
        let taken = self.ceremonies.take(&answered.ceremony, Purpose::SignIn(client), now).await;
        let Some(State::SignIn(state)) = taken else { return Err(PasskeyError::Ceremony) };
        let answer: PublicKeyCredential = parse(&answered.credential)?;
        let claim = self.claim(answered)?;
        let mine = |key: &&Stored| key.account == claim.account && key.credential == claim.credential;
        let known = known.filter(mine).ok_or(PasskeyError::Unknown)?;
        let key = DiscoverableKey::from(read(known)?);
        let result = self
            .library
            .finish_discoverable_authentication_v2(&answer, *state, &key)
            .map_err(PasskeyError::Refused)?;
        forward(known, &result)
    }
}
