//! What those who record and the one who writes have in common.

use std::sync::{
    Mutex, PoisonError, Weak,
    atomic::{AtomicBool, AtomicU64},
};

use aspis_core::event::{Event, Sink};

/// Counts, and who is told of the log itself.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) closed: AtomicBool,
    /// Events that found no room since that was last written.
    pub(super) lost: AtomicU64,
    /// Events that were never written, since the start.
    pub(super) lost_ever: AtomicU64,
    pub(super) writable: AtomicBool,
    hearer: Mutex<Hearer>,
}

/// Who is told, and what before there was anybody.
#[derive(Default)]
struct Hearer {
    sink: Option<Weak<dyn Sink>>,
    untold: Vec<Event>,
}

impl Shared {
    /// Tells an event about the log.
    pub(super) fn tell(&self, event: Event) {
        let sink = {
            let mut hearer = self.hearer.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(sink) = hearer.sink.as_ref() else {
                hearer.untold.push(event);
                return;
            };
            sink.upgrade()
        };
        if let Some(sink) = sink {
            sink.record(event);
        }
    }

    /// Names who is told from now on, and tells it what there was.
    pub(super) fn heard_by(&self, sink: Weak<dyn Sink>) {
        let untold = {
            let mut hearer = self.hearer.lock().unwrap_or_else(PoisonError::into_inner);
            hearer.sink = Some(sink);
            std::mem::take(&mut hearer.untold)
        };
        for event in untold {
            self.tell(event);
        }
    }

    /// What nobody was told.
    pub(super) fn untold(&self) -> Vec<Event> {
        std::mem::take(&mut self.hearer.lock().unwrap_or_else(PoisonError::into_inner).untold)
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}
