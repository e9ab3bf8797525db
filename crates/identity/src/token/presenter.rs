//! Who presents a token: the fingerprint of client and user agent that it was issued to.
//!
//! A fingerprint is a signal and a hurdle, no proof: both halves can be guessed. The proof is a key (`dpop`).

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use aspis_core::{client::Client, scenario::token_theft::fingerprint::Print};
use sha2::{Digest, Sha256};

/// Where a request comes from, as far as a token may be bound to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Presenter<'a> {
    /// The address.
    pub client: Client,
    /// The `User-Agent` as it was sent; empty when there was none.
    pub agent: &'a [u8],
}

impl Presenter<'_> {
    /// The fingerprint: SHA-256 over the client's 16 bytes and the agent, the first 16 bytes of it.
    pub fn print(&self) -> Print {
        let hash: [u8; 32] =
            Sha256::new().chain_update(self.client.key()).chain_update(self.agent).finalize().into();
        let mut print = Print::default();
        print.copy_from_slice(&hash[..size_of::<Print>()]);
        print
    }
}

/// Which presenters matched their fingerprint lately, so that not every request costs a SHA-256.
///
/// A slot holds a keyed 64-bit hash of a fingerprint and a presenter whose SHA-256 was found to agree. The key is
/// this process's own, so nobody can aim at a slot's value; a slot that somebody else took costs one SHA-256 more.
pub struct Presenters {
    key: RandomState,
    slots: Box<[AtomicU64]>,
}

impl Presenters {
    /// Room for `most` presenters, eight bytes each; at least one.
    pub fn new(most: usize) -> Self {
        let slots = (0..most.max(1)).map(|_| AtomicU64::new(0)).collect();
        Self { key: RandomState::new(), slots }
    }

    /// True when `print` is the fingerprint of the presenter.
    pub fn presented_alike(&self, print: &Print, by: Presenter<'_>) -> bool {
        // An empty slot is zero.
        let hash = self.hash(print, by).max(1);
        let slot = &self.slots[self.place(hash)];
        if slot.load(Ordering::Relaxed) == hash {
            return true;
        }
        let alike = by.print() == *print;
        if alike {
            slot.store(hash, Ordering::Relaxed);
        }
        alike
    }

    /// Both of one length, and then the agent: no two are written alike.
    fn hash(&self, print: &Print, by: Presenter<'_>) -> u64 {
        let mut whole = self.key.build_hasher();
        whole.write(print);
        whole.write(&by.client.key());
        whole.write(by.agent);
        whole.finish()
    }

    fn place(&self, hash: u64) -> usize {
        usize::try_from(hash % self.slots.len() as u64).expect("less than the number of slots")
    }
}

impl std::fmt::Debug for Presenters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presenters({})", self.slots.len())
    }
}

#[cfg(test)]
mod tests;
