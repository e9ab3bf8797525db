//! What goes on when the settings change: places, bodies on their way, the attack, refusals that are held back.
//!
//! Deliberately not here: numbers and modes. Those are of one generation of settings, and a request keeps the
//! generation it began with to its end.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use aspis_core::scenario::denial_of_service::shedding::Places;
use tokio::sync::Semaphore;

use super::{Parts, attack::Watchman};
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
        self.unnamed.forget(|peer| parts.proxies.trusts(peer));
    }
}

/// Who spoke for others from nearby, and is not among the proxies whose word is taken: the first of them.
#[derive(Default)]
pub(super) struct Unnamed {
    is_known: AtomicBool,
    peer: Mutex<Option<IpAddr>>,
}

impl Unnamed {
    pub(super) fn notice(&self, peer: IpAddr) {
        if !self.is_known.load(Relaxed) {
            self.lock().get_or_insert(peer);
            self.is_known.store(true, Relaxed);
        }
    }

    pub(super) fn peer(&self) -> Option<IpAddr> {
        *self.lock()
    }

    /// It was named since.
    fn forget(&self, is_named: impl FnOnce(IpAddr) -> bool) {
        let mut peer = self.lock();
        if peer.is_some_and(is_named) {
            *peer = None;
            self.is_known.store(false, Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<IpAddr>> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
