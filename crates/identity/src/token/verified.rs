//! Tokens whose signature was checked before, by their SHA-256.
//!
//! A signature costs as much as eight requests; a hash costs a thousandth of that. Only good tokens are kept, so that
//! made-up ones cannot push them out; expiry and revocation are asked every time.

use std::hash::{BuildHasherDefault, Hasher};

use aspis_core::{clock::Timestamp, principal::SignedIn};
use quick_cache::{
    UnitWeighter,
    sync::{Cache, DefaultLifecycle},
};
use sha2::{Digest, Sha256};

/// What a good token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whom it speaks for.
    pub who: SignedIn,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// The hash of a token as it was sent.
pub type TokenHash = [u8; 32];

/// A bounded memory of good tokens.
pub struct VerifiedTokens(Cache<TokenHash, Verified, UnitWeighter, BuildHasherDefault<Prefix>>);

/// The first eight bytes of a hash are a hash.
#[derive(Debug, Default)]
struct Prefix(u64);

impl Hasher for Prefix {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {
        // The length that stands before an array's bytes: always the same.
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl VerifiedTokens {
    /// Room for `most` tokens.
    pub fn new(most: usize) -> Self {
        let hasher = BuildHasherDefault::default();
        Self(Cache::with(most, most as u64, UnitWeighter, hasher, DefaultLifecycle::default()))
    }

    /// The name of a token here.
    pub fn hash(token: &str) -> TokenHash {
        Sha256::digest(token.as_bytes()).into()
    }

    /// What a token said when it was checked, while it is within its time.
    pub fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Verified> {
        self.0.get(hash).filter(|verified| verified.from <= now && now < verified.expires)
    }

    /// Remembers a good token.
    pub fn put(&self, hash: TokenHash, verified: Verified) {
        self.0.insert(hash, verified);
    }
}

impl std::fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedTokens({})", self.0.len())
    }
}
