//! What goes on when the settings change: places, bodies on their way, the attack, refusals that are held back.
//!
//! Deliberately not here: numbers and modes. Those are of one generation of settings, and a request keeps the
//! generation it began with to its end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aspis_core::scenario::denial_of_service::shedding::Places;
use tokio::sync::Semaphore;

use super::{Parts, attack::Watchman, told::Told, unnamed::Unnamed};
use crate::body::Store;

/// Refusals that are held back at once, at most: beyond them each is said at once.
const PARKED: usize = 4096;

/// What all generations of settings share.
pub(crate) struct State {
    /// Requests in progress.
    pub(crate) hall: Places,
    /// The same of sign-ins and registrations, which have places of their own.
    pub(crate) entrance: Places,
    /// Bodies on their way.
    pub(crate) store: Store,
    /// Whether the server is under attack.
    pub(crate) watchman: Watchman,
    /// Refusals that may be held back at once.
    pub(super) parked: Arc<Semaphore>,
    /// Who was told of lately for a honey asset.
    pub(crate) told: Told,
    /// A proxy that no setting names.
    pub(super) unnamed: Unnamed,
    /// Whose turn it is to begin a generation.
    turn: Mutex<()>,
}

impl State {
    pub(super) fn new(parts: &Parts) -> Self {
        let [hall, entrance] = [(); 2].map(|()| Places::new(parts.in_progress, parts.defence.slots));
        Self {
            hall,
            entrance,
            store: Store::new(parts.body.held_bytes),
            watchman: Watchman::new(parts.defence.rules),
            parked: Arc::new(Semaphore::new(PARKED)),
            told: Told::default(),
            unnamed: Unnamed::default(),
            turn: Mutex::default(),
        }
    }

    /// Generations begin one after the other: of two at once neither forgets what the other changed.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on by other numbers.
    pub(super) fn follow(&self, parts: &Parts) {
        for places in [&self.hall, &self.entrance] {
            places.resize(parts.in_progress, parts.defence.slots);
        }
        self.store.resize(parts.body.held_bytes);
        self.watchman.follow(parts.defence.rules);
    }
}
