//! Classes of routes that a solved challenge has opened to a client, each for a while.
//!
//! Bounded, and nobody's pass is ended early to make room: when there is none, no further class is opened.
//! Deliberately not here: when a challenge is asked for, and what solves one.

use std::{
    collections::HashMap,
    fmt,
    hash::BuildHasher,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::client::Client;

/// Parts behind a lock of their own.
const SHARDS: usize = 16;

type Key = (u8, Client);

/// Who may call which class, and until when.
pub struct Passes<H> {
    shards: Vec<Mutex<HashMap<Key, Duration, H>>>,
    /// Passes in each part at most.
    room: usize,
    hasher: H,
}

/// Why a class was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed<E> {
    /// There is no room: until the first pass ends.
    Full(Duration),
    /// What should have earned the pass did not.
    Unearned(E),
}

impl<H: BuildHasher + Clone> Passes<H> {
    /// Room for about `most` passes. `hasher` must be keyed with chance, or callers could choose to fill one part.
    pub fn new(most: usize, hasher: H) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::new(HashMap::with_hasher(hasher.clone()))).collect();
        Self { shards, room: most.div_ceil(SHARDS).max(1), hasher }
    }

    /// True while the class is open to the client.
    pub fn is_open(&self, class: u8, client: Client, now: Duration) -> bool {
        is_open(&self.shard((class, client)), (class, client), now)
    }

    /// Opens a class to a client for `span` if `earn` succeeds, which is not asked where it is open already. One at a
    /// time for each client: of several that come with the same solution the first opens and the others find it open.
    pub fn open<E>(
        &self,
        class: u8,
        client: Client,
        now: Duration,
        span: Duration,
        earn: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), Closed<E>> {
        let key = (class, client);
        let mut shard = self.shard(key);
        if is_open(&shard, key, now) {
            return Ok(());
        }
        // Asked first, so that no solution is spent for nothing.
        if shard.len() >= self.room && !shard.contains_key(&key) {
            shard.retain(|_, until| *until > now);
            if shard.len() >= self.room {
                let first = shard.values().min().copied().unwrap_or_default();
                return Err(Closed::Full(first.saturating_sub(now)));
            }
        }
        earn().map_err(Closed::Unearned)?;
        shard.insert(key, now.saturating_add(span));
        Ok(())
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, HashMap<Key, Duration, H>> {
        let at = usize::try_from(self.hasher.hash_one(key) >> 32).unwrap_or(0) % SHARDS;
        // A pass is put in as one step: a panic while one is earned leaves nothing half-made.
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_open<H: BuildHasher>(shard: &HashMap<Key, Duration, H>, key: Key, now: Duration) -> bool {
    shard.get(&key).is_some_and(|until| *until > now)
}

impl<H> fmt::Debug for Passes<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passes(room for {})", self.room * SHARDS)
    }
}

#[cfg(test)]
mod tests;
