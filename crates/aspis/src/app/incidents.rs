//! What is done in incidents, from the settings.

use std::sync::Arc;

use arc_swap::ArcSwap;
use aspis_core::{chance::Chance, clock::Clock, event::Sink};
use aspis_guard::blocks::Blocks;
use aspis_store::{Durable, StoreError};
use ipnet::IpNet;

use super::{App, identity};
use crate::{
    incidents::{AutoRules, Desk, Incidents, Playbook},
    settings::Settings,
};

/// Who is never shut out.
pub(super) fn allowed(settings: &Settings) -> Vec<IpNet> {
    let own = settings.block.allow.as_slice().iter();
    own.chain(settings.server.trusted_proxies.as_slice()).copied().collect()
}

/// The desk that asks are carried out at: of a server, or of a command without one.
pub(crate) fn desk(
    settings: &Settings,
    store: &Durable,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    events: &Arc<dyn Sink>,
) -> Desk {
    Desk {
        store: store.clone(),
        clock: Arc::clone(clock),
        chance: Arc::clone(chance),
        events: Arc::clone(events),
        blocks: Arc::new(Blocks::new(allowed(settings))),
        most: settings.block.most.get(),
        schedule: identity::schedule(settings),
        playbooks: ArcSwap::from_pointee(Playbook::all(settings)),
    }
}

/// Reads what is in force.
pub(super) async fn open(settings: &Settings, desk: Desk) -> Result<Arc<Incidents>, StoreError> {
    let own = &settings.block;
    let auto = AutoRules { on: own.auto, time: own.time.get(), longest: own.longest.get() };
    Incidents::open(desk, auto).await.map(Arc::new)
}

/// Has alerts heard that shut clients out, and what is in force put in force.
pub(super) fn begin(app: &Arc<App>) {
    app.alarm.engine.tell(app.incidents.clone());
    app.take_posture();
}
