//! Tokens whose signature was checked before, word for word.
//!
//! A signature costs as much as eight requests; a comparison costs nothing beside one. A token is found by the end of
//! its signature and compared whole. The comparison need not take the same time for every token: who sends one that
//! differs late has the rest of it already, and a signature cannot be guessed byte by byte. Only good tokens are kept,
//! so that made-up ones cannot push them out; expiry and revocation are asked every time.

use std::hash::{Hash, Hasher};

use aspis_core::{
    clock::Timestamp, principal::SignedIn, scenario::token_theft::fingerprint::Print, secret::SecretText,
};
use quick_cache::{Equivalent, Weighter, sync::Cache};

use super::{Likeness, Thumbprint};

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

/// A memory of good tokens, bounded in bytes.
pub struct VerifiedTokens(Cache<Kept, Remembered, Bytes>);

/// A token that is kept; wiped when it is dropped.
#[derive(Clone)]
struct Kept(SecretText);

/// A token that was sent.
struct Sent<'a>(&'a [u8]);

/// How much of a token's end is hashed: 88 bits that only the signing key's holder can choose.
const END: usize = 16;
/// What an entry takes beside its text.
const AROUND: usize = size_of::<Remembered>() + 64;
/// About what a token of ours takes, with what is around it.
const USUAL: u64 = 900;

impl VerifiedTokens {
    /// Room for so many bytes of tokens.
    pub fn new(bytes: u64) -> Self {
        let usual = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(usual, bytes, Bytes))
    }

    /// What a token said when it was checked, while it is within its time.
    pub fn get(&self, token: &(impl AsRef<[u8]> + ?Sized), now: Timestamp) -> Option<Remembered> {
        let within =
            |Remembered { verified, .. }: &Remembered| verified.from <= now && now < verified.expires;
        self.0.get(&Sent(token.as_ref())).filter(within)
    }

    /// Forgets all of them: each has its signature looked at again.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Forgets one.
    pub fn forget(&self, token: &str) {
        self.0.remove(&Sent(token.as_bytes()));
    }

    /// Remembers a good token.
    pub fn put(&self, token: &str, remembered: Remembered) {
        self.0.insert(Kept(SecretText::new(token)), remembered);
    }
}

fn hash_end<H: Hasher>(text: &[u8], state: &mut H) {
    state.write(&text[text.len().saturating_sub(END)..]);
}

impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_end(self.0.expose().as_bytes(), state);
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for Kept {}

impl Hash for Sent<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_end(self.0, state);
    }
}

impl Equivalent<Kept> for Sent<'_> {
    fn equivalent(&self, kept: &Kept) -> bool {
        self.0 == kept.0.expose().as_bytes()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Kept, Remembered> for Bytes {
    fn weight(&self, key: &Kept, _: &Remembered) -> u64 {
        (key.0.expose().len() + AROUND) as u64
    }
}

impl std::fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedTokens({})", self.0.len())
    }
}

#[cfg(test)]
mod tests;
