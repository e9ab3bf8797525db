//! Tokens whose signature was checked before.
//!
//! A signature costs as much as eight requests. A token is found by the end of its signature, compared in that, and in a
//! hash of the whole of it under a key of this process. The hash is a fast one and no proof, and need be none: only who
//! has a token knows the end of its signature, and whoever found another text of the same hash and end would be taken
//! for who the token says they are. Of no token is so much kept that it could be sent.
//!
//! Only good tokens are kept, so that made-up ones cannot push them out; expiry and revocation are asked every time.
//! Nobody waits for anybody to read, and who knows early what will be asked has it [brought near](VerifiedTokens::fetch).

use std::{
    hash::BuildHasher,
    sync::{Mutex, OnceLock, PoisonError},
};

use aspis_core::{clock::Timestamp, principal::SignedIn, scenario::token_theft::fingerprint::Print};
use foldhash::quality::RandomState;

use super::{Likeness, Thumbprint};

mod entry;
mod set;
mod words;

use set::Set;

/// What a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whom it speaks for.
    pub who: SignedIn,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// From where it was issued, where it is bound to that.
    pub print: Option<Print>,
    /// Which key its holder has to prove, where it is bound to one.
    pub key: Option<Thumbprint>,
}

/// What is remembered of a good token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// What it says.
    pub verified: Verified,
    /// Who presented it, where that agreed with its fingerprint.
    pub presented: Option<Likeness>,
}

/// A memory of good tokens, bounded in bytes. It is taken from the system as it fills.
pub struct VerifiedTokens {
    shelves: Box<[OnceLock<Box<[Set]>>]>,
    hasher: RandomState,
    /// Who writes. A token is written once, after a signature that took a hundred times as long.
    turn: Mutex<()>,
}

/// How much of a token's end is compared: 376 bits of its signature.
const END: usize = 64;
/// How much of that is hashed to find it: 88 bits that only the signing key's holder can choose.
const FOUND_BY: usize = 16;
/// Sets that are taken from the system at once.
const SHELF: usize = 8;

/// A token as it is looked for.
struct Sought<'a> {
    token: &'a [u8],
    /// Of its end.
    hash: u64,
}

impl VerifiedTokens {
    /// Room for so many bytes of them.
    pub fn new(bytes: u64) -> Self {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let shelves = (bytes / (SHELF * size_of::<Set>())).max(1);
        Self {
            shelves: (0..shelves).map(|_| OnceLock::new()).collect(),
            hasher: RandomState::default(),
            turn: Mutex::default(),
        }
    }

    /// Asks for what is known of a token to be brought near, and does not wait for it.
    pub fn fetch(&self, token: &[u8]) {
        let sought = self.sought(token);
        if let Some((sets, nth)) = self.place(&sought) {
            set::fetch(sets, nth, sought.hash);
        }
    }

    /// What a token said when it was checked, while it is within its time.
    pub fn get(&self, token: &(impl AsRef<[u8]> + ?Sized), now: Timestamp) -> Option<Remembered> {
        let sought = self.sought(token.as_ref());
        let (sets, nth) = self.place(&sought)?;
        let known = sets[nth].find(sought.hash, &end(sought.token), || self.whole(sought.token))?;
        let Verified { from, expires, .. } = known.verified;
        (from <= now && now < expires).then_some(known)
    }

    /// Forgets all of them: each has its signature looked at again.
    pub fn clear(&self) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for set in self.shelves.iter().filter_map(OnceLock::get).flat_map(|shelf| shelf.iter()) {
            set.clear();
        }
    }

    /// Forgets one.
    pub fn forget(&self, token: &str) {
        let sought = self.sought(token.as_bytes());
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((sets, nth)) = self.place(&sought) {
            sets[nth].forget(sought.hash, &end(sought.token));
        }
    }

    /// Remembers a good token; where there is no room, in place of one that is over or was not asked for lately.
    pub fn put(&self, token: &str, remembered: Remembered, now: Timestamp) {
        let sought = self.sought(token.as_bytes());
        let (at, nth) = self.at(&sought);
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let sets = self.shelves[at].get_or_init(|| (0..SHELF).map(|_| Set::default()).collect());
        sets[nth].put(sought.hash, &end(sought.token), self.whole(sought.token), &remembered, now);
    }

    fn sought<'a>(&self, token: &'a [u8]) -> Sought<'a> {
        let hash = self.hasher.hash_one(&token[token.len().saturating_sub(FOUND_BY)..]);
        Sought { token, hash }
    }

    fn whole(&self, token: &[u8]) -> u64 {
        self.hasher.hash_one(token)
    }

    /// Which shelf, and which set of it: by the upper half of the hash, whose lower half is its name in the set.
    fn at(&self, sought: &Sought<'_>) -> (usize, usize) {
        let sets = (self.shelves.len() * SHELF) as u64;
        let set = (((sought.hash >> 32) * sets) >> 32) as usize;
        (set / SHELF, set % SHELF)
    }

    fn place(&self, sought: &Sought<'_>) -> Option<(&[Set], usize)> {
        let (at, nth) = self.at(sought);
        Some((self.shelves[at].get()?, nth))
    }
}

/// The end of a token, filled up at its beginning where it is shorter.
fn end(token: &[u8]) -> [u8; END] {
    if let Some(end) = token.last_chunk() {
        return *end;
    }
    let mut end = [0; END];
    end[END - token.len()..].copy_from_slice(token);
    end
}

impl std::fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedTokens({} sets)", self.shelves.len() * SHELF)
    }
}

#[cfg(test)]
mod tests;
