//! What a node does as all others do: challenges that any of them takes, questions to passkeys that any of them hears
//! answered, and registrations that all of them count. One that is alone does all of it for itself.

use std::sync::Arc;

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    scenario::brute_force::registrations,
};
use aspis_store::{
    Durable, Stored,
    fleeting::{KeptRegistrations, Registrations, RegistrationsOrOwn},
};

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

/// Registrations of a day, counted by all nodes.
pub(super) fn registrations(
    shared: Option<&Shared>,
    rules: registrations::Rules,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> RegistrationsOrOwn {
    let kept = |shared: &Shared| {
        let (facts, chance) = (Arc::clone(&shared.facts), Arc::clone(chance));
        Arc::new(KeptRegistrations::new(facts, chance, rules)) as Arc<dyn Registrations>
    };
    let own = registrations::Registrations::new(rules);
    RegistrationsOrOwn::new(shared.map(kept), own, Arc::clone(clock))
}
