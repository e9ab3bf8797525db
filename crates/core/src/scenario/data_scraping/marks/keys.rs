//! The keys of the marks, all made from one secret.

use std::fmt;

use aws_lc_rs::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secret::Secret;

/// One key a purpose: what is learned of one says nothing of the others.
pub struct MarkKeys {
    id: String,
    /// Rows, before they are summed.
    pub(super) rows: hmac::Key,
    /// The sum with everything else in a signature.
    pub(super) whole: hmac::Key,
    /// Nonces of seals.
    pub(super) nonces: hmac::Key,
    /// Who got an answer, and when.
    pub(super) seal: LessSafeKey,
    /// Where a row stands, as a block.
    pub(super) blocks: hmac::Key,
    /// The codes of accounts.
    pub(super) codes: hmac::Key,
}

/// Bytes of the key's name.
const ID: usize = 6;

impl MarkKeys {
    /// From the secret that all nodes share.
    pub fn new(secret: &Secret) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
        let derived = |purpose: &str| hmac::sign(&master, format!("aspis marks v1 {purpose}").as_bytes());
        let key = |purpose: &str| hmac::Key::new(hmac::HMAC_SHA256, derived(purpose).as_ref());
        let seal = UnboundKey::new(&AES_256_GCM, derived("seal").as_ref());
        Self {
            id: URL_SAFE_NO_PAD.encode(&derived("name").as_ref()[..ID]),
            rows: key("rows"),
            whole: key("whole"),
            nonces: key("nonces"),
            seal: LessSafeKey::new(seal.expect("a tag of SHA-256 has the length of a key of AES-256")),
            blocks: key("blocks"),
            codes: key("codes"),
        }
    }

    /// The name of these keys in a signature: it says which they are, and nothing of them.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for MarkKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarkKeys").field("id", &self.id).finish_non_exhaustive()
    }
}
