//! The home that all nodes share, as far as it is made up: a table of windows that can lose everything.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::{Clock, ManualClock},
    scenario::denial_of_service::windows::{Ask, Verdict, Windows},
};

/// How far its clock is ahead of everybody's.
const AHEAD: Duration = Duration::from_micros(77_123_456_789);

/// A key without chance, so that the same seed gives the same numbers.
pub(super) const KEY: [u8; 16] = *b"one budget: home";

/// Windows that all nodes count in, by a clock of their own.
#[derive(Debug)]
pub(super) struct Home {
    room: usize,
    windows: RwLock<Windows>,
    clock: Arc<ManualClock>,
    life: AtomicU64,
}

impl Home {
    pub(super) fn new(room: usize, clock: Arc<ManualClock>) -> Self {
        Self { room, windows: RwLock::new(Windows::new(room, KEY)), clock, life: AtomicU64::new(1) }
    }

    /// Its judgement by its own time, and which life of it that is.
    pub(super) fn admit(&self, ask: Ask) -> (Verdict, u64) {
        let windows = self.windows.read().unwrap_or_else(PoisonError::into_inner);
        (windows.admit(ask, self.clock.uptime() + AHEAD), self.life.load(Ordering::Relaxed))
    }

    /// Forgets everything.
    pub(super) fn empty(&self) {
        *self.windows.write().unwrap_or_else(PoisonError::into_inner) = Windows::new(self.room, KEY);
        self.life.fetch_add(1, Ordering::Relaxed);
    }

    /// Memory of its windows.
    pub(super) fn bytes(&self) -> usize {
        self.windows.read().unwrap_or_else(PoisonError::into_inner).bytes()
    }
}
