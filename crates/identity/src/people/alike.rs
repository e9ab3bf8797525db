//! What a node does as all others do: challenges that any of them takes, and questions to passkeys that any of them hears
//! answered. One that is alone does both for itself.

use std::sync::Arc;

use aspis_core::{chance::Chance, clock::Timestamp};
use aspis_store::{Durable, Stored};

use super::{Shared, shared_key};
use crate::{
    challenge::{self, Challenges},
    second::passkey::Passkeys,
    token::SigningKey,
};

/// Challenges with the key of all nodes. Alone they are remembered as used in this process only: a key of its own makes
/// them worthless in the next.
pub(super) async fn challenges(
    shared: Option<&Shared>,
    rules: challenge::Rules,
    store: &Durable,
    now: Timestamp,
    chance: &dyn Chance,
) -> Stored<Challenges> {
    let Some(shared) = shared else { return Ok(Challenges::new(SigningKey::fresh_seed(chance), rules)) };
    let key = shared_key(store, "challenge", chance).await?;
    Ok(Challenges::new(key, rules).shared(Arc::clone(&shared.spent), now))
}

/// Passkeys whose questions wait for all nodes.
pub(super) async fn passkeys(
    shared: Option<&Shared>,
    passkeys: Option<Passkeys>,
    store: &Durable,
    chance: &dyn Chance,
) -> Stored<Option<Passkeys>> {
    let Some(shared) = shared else { return Ok(passkeys) };
    let key = shared_key(store, "passkey_questions", chance).await?;
    Ok(passkeys.map(|passkeys| passkeys.shared(Arc::clone(&shared.shelf), &key)))
}
