//! What bodies on their way may take of memory, all together.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use aspis_core::refusal::{Bound, Code, Refusal, Rule};

/// Bytes that were received of bodies which are not whole yet, and how many there may be.
#[derive(Debug)]
pub(crate) struct Store {
    held: AtomicUsize,
    most: AtomicUsize,
}

impl Store {
    pub(crate) const fn new(most: usize) -> Self {
        Self { held: AtomicUsize::new(0), most: AtomicUsize::new(most) }
    }

    /// Takes so many from now on; what is there stays.
    pub(crate) fn resize(&self, most: usize) {
        self.most.store(most, Relaxed);
    }
}

/// The share of one body, given back with it.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    store: &'a Store,
    bytes: usize,
}

impl<'a> Kept<'a> {
    pub(super) const fn none(store: &'a Store) -> Self {
        Self { store, bytes: 0 }
    }

    /// Room for so many more, if there is.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.bytes += bytes;
        if self.store.held.fetch_add(bytes, Relaxed) + bytes <= self.store.most.load(Relaxed) {
            return Ok(());
        }
        let busy = Refusal::because(Code::ServerBusy, "Too many bodies are on their way.");
        let bound = Some(Bound { limit: self.store.most.load(Relaxed) as u64, window_s: None });
        Err(busy.retry_after(Duration::from_secs(1)).by(Rule { bound, ..Rule::named("body.held_bytes") }))
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.store.held.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bodies_share_one_store() {
        let store = Store::new(100);
        let (mut first, mut second) = (Kept::none(&store), Kept::none(&store));
        assert!(first.grow(60).is_ok() && second.grow(40).is_ok());
        assert_eq!(second.grow(1).map_err(|refusal| refusal.code()), Err(Code::ServerBusy));
        drop(second);
        assert!(first.grow(40).is_ok());
        drop(first);
        assert_eq!(store.held.load(Relaxed), 0);
    }
}
