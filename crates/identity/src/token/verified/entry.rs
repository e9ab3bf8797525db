//! One token's place, which is read without a lock: whoever reads looks before and after whether somebody writes.
//!
//! A sequence lock (Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012). Who meets a
//! writer finds nothing, and has the signature looked at.

use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};

use aspis_core::clock::Timestamp;
use prefetch_index::prefetch_index;

use super::{
    END, Remembered,
    words::{EXPIRES, SAID, pack, unpack},
};

/// Words of a token's end.
const ENDS: usize = END / 8;
/// Words in all: who writes, the hash of the whole token, its end, what it said; three lines of the processor's cache.
const WORDS: usize = 2 + ENDS + SAID;
/// Words of a line.
const LINE: usize = 8;

/// Odd while somebody writes.
const VERSION: usize = 0;
const WHOLE: usize = 1;
const SAYS: usize = 2 + ENDS;

#[repr(align(64))]
pub(super) struct Entry([AtomicU64; WORDS]);

impl Default for Entry {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

impl Entry {
    pub(super) fn fetch(&self) {
        for line in 0..WORDS.div_ceil(LINE) {
            prefetch_index(&self.0, line * LINE);
        }
    }

    /// What a token said, if it is the one that stands here and nobody writes.
    pub(super) fn read(&self, end: &[u8; END], whole: &impl Fn() -> u64) -> Option<Remembered> {
        let version = self.0[VERSION].load(Acquire);
        if !version.is_multiple_of(2) || !self.ends_with(end) || self.0[WHOLE].load(Relaxed) != whole() {
            return None;
        }
        let said = std::array::from_fn(|nth| self.0[SAYS + nth].load(Relaxed));
        fence(Acquire);
        (self.0[VERSION].load(Relaxed) == version).then(|| unpack(&said))
    }

    /// Only in one's turn, or as a part of reading.
    pub(super) fn ends_with(&self, end: &[u8; END]) -> bool {
        // All are compared: most that come so far are the same.
        let differ = words(end).zip(&self.0[WHOLE + 1..]).map(|(word, kept)| word ^ kept.load(Relaxed));
        differ.fold(0, |any, one| any | one) == 0
    }

    /// Only in one's turn.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.0[SAYS + EXPIRES].load(Relaxed).cast_signed() <= now.0
    }

    /// Only in one's turn.
    pub(super) fn write(&self, end: &[u8; END], whole: u64, remembered: &Remembered) {
        self.replace([whole].into_iter().chain(words(end)).chain(pack(remembered)));
    }

    /// Only in one's turn.
    pub(super) fn wipe(&self) {
        self.replace([0; WORDS - 1].into_iter());
    }

    fn replace(&self, words: impl Iterator<Item = u64>) {
        let version = self.0[VERSION].load(Relaxed);
        self.0[VERSION].store(version + 1, Relaxed);
        fence(Release);
        for (place, word) in self.0[VERSION + 1..].iter().zip(words) {
            place.store(word, Relaxed);
        }
        self.0[VERSION].store(version + 2, Release);
    }
}

fn words(end: &[u8; END]) -> impl Iterator<Item = u64> {
    end.as_chunks().0.iter().map(|word| u64::from_ne_bytes(*word))
}
