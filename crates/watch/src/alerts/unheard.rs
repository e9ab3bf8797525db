//! What commands did while no server ran: written down for the next one, whose rules hear it as soon as it starts.

use std::sync::{Arc, Mutex, PoisonError};

use aspis_core::{
    alert::{Moment, Seen},
    chance::{Chance, bytes},
    event::{Event, Kind, Sink},
};
use aspis_store::{Alerts, Stored, alerts::Unheard};
use uuid::Uuid;

use super::Engine;

/// Events that are taken over in one step.
const PART: u64 = 1000;

/// Hands every event on, and keeps those that a rule of alarm would hear.
pub struct Overhearing {
    next: Arc<dyn Sink>,
    chance: Arc<dyn Chance>,
    heard: Mutex<Vec<Unheard>>,
}

impl Overhearing {
    /// Nothing was heard yet.
    pub fn new(next: Arc<dyn Sink>, chance: Arc<dyn Chance>) -> Self {
        Self { next, chance, heard: Mutex::default() }
    }

    /// Writes down what was heard.
    pub async fn leave(&self, store: &dyn Alerts) -> Stored<()> {
        let heard = std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner));
        store.leave_unheard(&heard).await
    }
}

impl Sink for Overhearing {
    fn record(&self, event: Event) {
        if Seen::of(&event, |_| false).is_some() {
            let id = Uuid::from_bytes(bytes(self.chance.as_ref()));
            let Event { at, account, key, .. } = event;
            let kind = event.kind.word().to_owned();
            let unheard = Unheard { id, at, kind, account, key };
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(unheard);
        }
        self.next.record(event);
    }
}

impl std::fmt::Debug for Overhearing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Overhearing")
    }
}

impl Engine {
    /// Judges what commands did while no server ran, and forgets it once the alerts are written down: whoever is killed
    /// in between hears it again, and nobody never.
    pub async fn hear_unheard(&self) -> Stored<()> {
        loop {
            let left = self.parts.store.unheard(PART).await?;
            if left.is_empty() {
                return Ok(());
            }
            self.hear_all(left.iter().filter_map(event));
            self.keep().await?;
            let ids: Vec<Uuid> = left.iter().map(|one| one.id).collect();
            self.parts.store.forget_unheard(&ids).await?;
        }
    }

    fn hear_all(&self, events: impl Iterator<Item = Event>) {
        let mut state = self.state();
        let mut alerts = Vec::new();
        for event in events {
            let Some(seen) = Seen::of(&event, |_| false) else { continue };
            let at = Moment { now: event.at, uptime: self.now().uptime };
            alerts.extend(state.watch.see(&seen, at, self.parts.chance.as_ref()));
        }
        state.unsaved.note(&alerts);
        drop(state);
        self.say(&alerts);
    }
}

/// The event again; nothing where this version does not know its kind.
fn event(left: &Unheard) -> Option<Event> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.word() == left.kind)?;
    Some(Event { account: left.account, key: left.key, ..Event::of_server(kind, left.at) })
}
