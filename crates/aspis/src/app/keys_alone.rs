//! API keys without a server: for commands that work on the database itself.

use std::sync::Arc;

use aspis_core::{
    chance::Chance,
    clock::Clock,
    courier::{Courier, Letter},
    event::Sink,
};
use aspis_identity::{
    keys::{self, ApiKeys},
    people::{self, People},
};
use aspis_store::Durable;

use super::{CURRENCY, OpenError, identity};
use crate::settings::Settings;

/// Nobody carries letters here: what an owner should know waits among their notices.
struct Notices;

impl Courier for Notices {
    fn send(&self, _: Letter) {}
}

/// The keys of a database that no server works on.
pub(crate) async fn alone(
    settings: &Settings,
    store: &Durable,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    events: Arc<dyn Sink>,
) -> Result<Arc<ApiKeys>, OpenError> {
    let parts = people::Parts {
        store: store.clone(),
        clock: Arc::clone(&clock),
        chance: Arc::clone(&chance),
        events: Arc::clone(&events),
        courier: None,
        desk: Arc::new(Notices),
        passkeys: None,
        shared: None,
    };
    let people = Arc::new(People::open(parts, identity::rules(settings, CURRENCY)?).await?);
    let parts = keys::Parts { people, store: store.clone(), clock, chance, events };
    Ok(ApiKeys::open(parts, identity::key_rules(settings)).await?)
}
