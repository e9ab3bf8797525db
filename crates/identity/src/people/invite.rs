//! Invitations of operators: of the first one by the server itself, of others by a command.
//!
//! Deliberately not here: who may make one, and how that is written down.

use std::time::Duration;

use aspis_core::{chance::Chance, clock::Timestamp, secret::SecretText};
use aspis_store::{Durable, Stored};

use super::{People, Refusal};
use crate::refresh;

/// Makes a link for one operator, good until then.
pub async fn invite_operator(store: &Durable, chance: &dyn Chance, until: Timestamp) -> Stored<SecretText> {
    let token = refresh::invitation(chance);
    store.invitations.invite(&refresh::hash(&token), until).await?;
    Ok(token)
}

impl People {
    /// A link for one operator, or nothing where there is an open one or an operator already.
    pub async fn invite_first_operator(&self, valid: Duration) -> Result<Option<SecretText>, Refusal> {
        let now = self.clock.now();
        let token = refresh::invitation(self.chance.as_ref());
        let invitations = &self.store.invitations;
        let is_first = invitations.invite_first(&refresh::hash(&token), now.plus(valid), now).await?;
        Ok(is_first.then_some(token))
    }
}
