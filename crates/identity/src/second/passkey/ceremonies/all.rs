//! Open questions on the shelf of all nodes, sealed.
//!
//! A question names passkeys and their public keys, and the answer is judged by them: whoever can write on the shelf must
//! not choose them, and whoever can read there must not learn who asks. The key of a seal is made of the word, the purpose
//! and the caller, so each seals one text, and a question that is brought for another purpose or caller does not open.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, secret::Secret};
use aspis_store::fleeting::Shelf;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use serde::{Deserialize, Serialize};

use super::{LIFE, Purpose, State, Waiting, Word};

/// What all nodes have asked.
pub(super) struct All {
    shelf: Arc<dyn Shelf>,
    key: hmac::Key,
}

/// What is sealed.
#[derive(Deserialize)]
struct Sealed {
    /// In microseconds. The shelf forgets by itself; this holds against one that gives back what was taken.
    until: i64,
    state: State,
}

/// The same, to be written.
#[derive(Serialize)]
struct Sealing<'a> {
    until: i64,
    state: &'a State,
}

impl All {
    pub(super) fn new(shelf: Arc<dyn Shelf>, key: &Secret) -> Self {
        Self { shelf, key: hmac::Key::new(hmac::HMAC_SHA256, key.expose()) }
    }

    /// True when it waits there.
    pub(super) async fn put(&self, word: &Word, waiting: &Waiting) -> bool {
        let Some(sealed) = self.seal(word, waiting) else { return false };
        self.shelf.put(&place(word, waiting.purpose), sealed, LIFE).await.is_ok()
    }

    /// What nobody can open is as good as taken.
    pub(super) async fn take(&self, word: &Word, purpose: Purpose) -> Option<Waiting> {
        let sealed = self.shelf.take(&place(word, purpose)).await.ok()??;
        self.open(word, purpose, sealed)
    }

    fn seal(&self, word: &Word, waiting: &Waiting) -> Option<Vec<u8>> {
        let sealing = Sealing { until: waiting.until.0, state: &waiting.state };
        let mut text = serde_json::to_vec(&sealing).ok()?;
        let key = self.key(word, waiting.purpose)?;
        key.seal_in_place_append_tag(only(), Aad::empty(), &mut text).ok()?;
        Some(text)
    }

    fn open(&self, word: &Word, purpose: Purpose, mut sealed: Vec<u8>) -> Option<Waiting> {
        let text = self.key(word, purpose)?.open_in_place(only(), Aad::empty(), &mut sealed).ok()?;
        let Sealed { until, state } = serde_json::from_slice(text).ok()?;
        Some(Waiting { purpose, state, until: Timestamp(until) })
    }

    /// The key of one question: a tag of SHA-256 has the length of a key of AES-256.
    fn key(&self, word: &Word, purpose: Purpose) -> Option<LessSafeKey> {
        let derived = hmac::sign(&self.key, &[word.as_slice(), &purpose.bytes()].concat());
        UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok().map(LessSafeKey::new)
    }
}

/// A word is random and drawn once, so its key seals once, and any nonce is a new one.
fn only() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Where a question waits. What was put to strangers is not taken away by who is asked for something else.
fn place(word: &Word, purpose: Purpose) -> Vec<u8> {
    [&[u8::from(purpose.is_strangers())], word.as_slice()].concat()
}
