//! A key as the store has it now, where something about it was changed elsewhere.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use aspis_core::{principal::Keyed, scenario::data_scraping::quota::Day};
use aspis_store::keys::ApiKey;

use super::{Live, Suspended};

impl Live {
    /// The same key with other rights: its uses go on.
    pub(in crate::keys) fn with_rights(&self, key: &ApiKey, keyed: Keyed) -> Self {
        Self {
            keyed,
            hash: self.hash,
            allowed_ips: key.allowed_ips.clone(),
            source: key.source.clone(),
            created: key.created,
            expires: AtomicI64::new(key.expires.0),
            state: Arc::clone(&self.state),
        }
    }

    /// True where it may do just this.
    pub(in crate::keys) fn has_rights(&self, key: &ApiKey, keyed: &Keyed) -> bool {
        (&self.keyed, &self.allowed_ips, &self.source) == (keyed, &key.allowed_ips, &key.source)
    }

    /// Takes in what the store says of its end and of the watch over it. A suspension that the store has not heard of
    /// stays: it is on its way there.
    pub(in crate::keys) fn follow(&self, key: &ApiKey) {
        self.expires.store(key.expires.0, Ordering::Release);
        let (watched, mut state) = (&key.watched, self.state());
        state.warned = state.warned.max(watched.warned);
        state.has_successor = key.successor.is_some();
        match (watched.suspended, state.suspended) {
            (Some((_, odd)), _) => state.suspended = Some(Suspended { odd, told: true }),
            (None, Some(Suspended { told: true, .. })) => {
                state.suspended = None;
                if let Some(resumed) = watched.resumed {
                    state.habits.excuse(Day::of(resumed));
                }
            }
            (None, _) => {}
        }
    }
}
