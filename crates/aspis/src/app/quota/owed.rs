//! What the home of all nodes is still to be told: of promises that came to less than they were.
//!
//! Bounded, and told in the background, for an answer ends where nothing can wait. What finds no room here, or no home
//! there, stays counted until the day ends: better too much than too little.

use std::{
    mem,
    sync::{Arc, MutexGuard, PoisonError},
};

use aspis_store::fleeting::{Bytes, bytes::Promise};
use futures_util::{StreamExt, stream};
use tokio::runtime::Handle;

use super::Quota;

/// How many may wait. A slow home of a tenth of a second is told of that many in a few seconds: no stop waits longer.
pub(super) const MOST: usize = 1024;

/// How many are told of at a time.
const AT_ONCE: usize = 32;

/// Promises that are over, each with what was sent of it.
#[derive(Debug, Default)]
pub(super) struct Owed {
    waiting: Vec<(Promise, u64)>,
    /// True while somebody tells.
    telling: bool,
}

impl Owed {
    fn add(&mut self, promise: Promise, sent: u64) {
        if self.waiting.len() < MOST {
            self.waiting.push((promise, sent));
        }
    }

    /// Everything that waits. Where that is nothing, nobody tells any more.
    fn next(&mut self) -> Option<Vec<(Promise, u64)>> {
        self.telling = !self.waiting.is_empty();
        self.telling.then(|| mem::take(&mut self.waiting))
    }
}

impl Quota {
    /// Ends a promise of the home of all nodes. What was sent whole is written there already.
    pub(super) fn owe(self: &Arc<Self>, promise: Promise, sent: u64) {
        if sent >= promise.reservation.bytes {
            return;
        }
        let mut owed = self.owed();
        owed.add(promise, sent);
        let Ok(runtime) = Handle::try_current() else { return };
        if !mem::replace(&mut owed.telling, true) {
            drop(owed);
            let quota = Arc::clone(self);
            self.drawing.spawn_on(async move { quota.pay().await }, &runtime);
        }
    }

    /// Tells of what waits until nothing does.
    pub(super) async fn pay(&self) {
        let Some(shared) = &self.shared else { return };
        while let Some(batch) = self.next_owed() {
            let telling = stream::iter(batch);
            telling
                .for_each_concurrent(AT_ONCE, |(promise, sent)| tell(shared.as_ref(), promise, sent))
                .await;
        }
    }

    fn next_owed(&self) -> Option<Vec<(Promise, u64)>> {
        self.owed().next()
    }

    fn owed(&self) -> MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn tell(shared: &dyn Bytes, promise: Promise, sent: u64) {
    if let Err(error) = shared.settle(promise, sent).await {
        // That home is what is wrong, and it is spoken of where it failed.
        tracing::debug!(%error, "bytes of a stranger stay counted");
    }
}
