//! Connections that are not to be used again.
//!
//! One that has met a damaged or missing file may remember its pages, or hold a file that is no longer the one at the
//! path: asked by it, a database that is whole again would still be broken. So after such a fault every connection
//! of the pool is replaced, each when its turn comes.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

/// How many of a pool's connections are yet to be replaced.
#[derive(Debug, Clone)]
pub(crate) struct Worn {
    left: Arc<AtomicU32>,
    all: u32,
}

impl Worn {
    /// None, of a pool of so many.
    pub(crate) fn none_of(all: u32) -> Self {
        Self { left: Arc::default(), all }
    }

    /// All of them are. The idle ones are taken out in the order they were put back, so each comes to its turn.
    pub(crate) fn out(&self) {
        self.left.store(self.all, Relaxed);
    }

    /// True where the connection at hand is to be replaced.
    pub(crate) fn take(&self) -> bool {
        self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok()
    }
}
