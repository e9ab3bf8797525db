//! Who of several has got a message already, so that a try that failed halfway is not repeated for those.
//!
//! In memory alone: whoever dies in between sends to all of them again.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

/// Messages remembered at most: more are on their way only where nothing arrives at all.
const MOST: usize = 1000;

/// Recipients by number, message by message.
#[derive(Debug, Default)]
pub(super) struct Recipients(Mutex<HashMap<Uuid, HashSet<usize>>>);

impl Recipients {
    /// True when this one still has to get it.
    pub(super) fn lacks(&self, message: Uuid, number: usize) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&message).is_none_or(|had| !had.contains(&number))
    }

    /// This one has got it.
    pub(super) fn has(&self, message: Uuid, number: usize) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&message) {
            all.clear();
        }
        all.entry(message).or_default().insert(number);
    }

    /// Nobody needs to know of this message any more.
    pub(super) fn forget(&self, message: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&message);
    }
}
