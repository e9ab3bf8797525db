//! One order at a time for each key: a repeat waits for the first instead of running beside it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use aspis_core::ids::AccountId;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

type Key = (AccountId, String);

/// The keys that are at work now.
#[derive(Debug, Default)]
pub(super) struct Keyed(Mutex<HashMap<Key, Weak<Turn<()>>>>);

impl Keyed {
    /// Waits for the turn of a key; it ends when the guard is dropped.
    pub(super) async fn turn(&self, account: AccountId, key: &str) -> OwnedMutexGuard<()> {
        self.of(account, key).lock_owned().await
    }

    fn of(&self, account: AccountId, key: &str) -> Arc<Turn<()>> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = keys.get(&(account, key.to_owned())).and_then(Weak::upgrade) {
            return turn;
        }
        // Only keys at work are upgradable; the rest are swept here, so the map never outgrows the work.
        if keys.len() > 1024 {
            keys.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::new(Turn::new(()));
        keys.insert((account, key.to_owned()), Arc::downgrade(&turn));
        turn
    }
}
