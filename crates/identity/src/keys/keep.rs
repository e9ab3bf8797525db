//! What is written down by and by, and forgotten in the end.

use std::sync::{MutexGuard, PoisonError};

use aspis_core::{clock::Timestamp, scenario::data_scraping::quota::Day};
use aspis_store::keys::KeyUse;

use super::{ApiKeys, Duration, Refusal};

/// How long a key that ended is kept, and its days: long enough to say whose it was when it is found somewhere.
const KEPT: Duration = Duration::from_secs(90 * 86_400);
/// Uses that wait to be written down, at most: more than that, and the store has been away for hours.
const UNSAVED: usize = 100_000;

impl ApiKeys {
    /// Writes down which keys were used and how, and warns of ends. To be called every few seconds, and at the end.
    pub async fn keep(&self) {
        {
            let _mine = self.turn.lock().await;
            self.write_suspensions().await;
        }
        self.keep_uses().await;
        self.keep_networks().await;
        self.keep_honey().await;
        self.warn().await;
    }

    async fn keep_uses(&self) {
        let mut uses = std::mem::take(&mut *self.unsaved());
        uses.extend(self.index.unsaved());
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.parts.store.keys.note_key_uses(&uses).await {
            // The conversion logs why; they are told again with the next.
            let _ = Refusal::from(error);
            uses.truncate(UNSAVED);
            self.unsaved().append(&mut uses);
        }
    }

    pub(super) async fn keep_networks(&self) {
        let mut networks = std::mem::take(&mut *self.networks());
        networks.extend(self.index.new_networks());
        if networks.is_empty() {
            return;
        }
        if let Err(error) = self.parts.store.key_watch.note_networks(&networks).await {
            let _ = Refusal::from(error);
            networks.truncate(UNSAVED);
            self.networks().append(&mut networks);
        }
    }

    /// Waits until what was begun is done, and writes down what is only in memory. To be called when no request is at
    /// work any more.
    pub async fn close(&self) {
        self.changing.close();
        self.changing.wait().await;
        self.keep().await;
    }

    /// Forgets what ended long ago. What fails is logged, and tried again the next time.
    pub async fn sweep(&self) {
        let now = self.now();
        self.leave(self.index.sweep(now));
        if let Err(error) = self.parts.store.keys.sweep_keys(now.minus(KEPT)).await {
            let _ = Refusal::from(error);
        }
        let _mine = self.turn.lock().await;
        if let Err(error) = self.recall_known_otherwise().await {
            let _ = Refusal::from(error);
        }
    }

    /// Keeps the uses of a key that has left memory, for the next time they are written down.
    pub(super) fn leave(&self, uses: Vec<KeyUse>) {
        self.unsaved().extend(uses);
    }

    fn unsaved(&self) -> MutexGuard<'_, Vec<KeyUse>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn networks(&self) -> MutexGuard<'_, Vec<aspis_store::key_watch::KeyNetwork>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first day whose calls are still shown with a key.
pub(super) fn shown_since(now: Timestamp) -> Day {
    Day(Day::of(now).0 - 29)
}
