//! `_signature`: who got these rows, and when, in a form that only its maker reads.
//!
//! `v1.<key>.<seal>.<tag>`, each part base64url: the seal is the receiver, the moment and the number of rows under
//! AES-256-GCM, the tag an HMAC-SHA-256 of the seal and the sum of the rows. A seal that opens says who once got an
//! answer; only with a good tag does it say anything of the rows beside it.

use aws_lc_rs::{
    aead::{Aad, NONCE_LEN, Nonce},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{MarkKeys, Tally};
use crate::{clock::Timestamp, ids::AccountId};

/// The most bytes that a signature adds to an answer of any form.
pub const SIGNATURE_MOST: usize = 160;

/// The version that is written.
const VERSION: &str = "v1";
/// The receiver, the moment, the number of rows.
const SEALED: usize = 16 + 8 + 8;

/// What a signature says, once it has been opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who got the answer.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// How many rows there were.
    pub rows: u64,
    seal: Vec<u8>,
    tag: Vec<u8>,
}

/// Why a text is no signature of this house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not of the form.
    #[error("is no signature")]
    Form,
    /// Made with other keys: by another server.
    #[error("was made by another server")]
    Foreign,
    /// Changed, or made up.
    #[error("was changed or made up")]
    Forged,
}

/// Signs the rows that an account gets.
pub fn sign(keys: &MarkKeys, account: AccountId, at: Timestamp, rows: Tally) -> String {
    let seal = seal(keys, account, at, rows);
    let tag = hmac::sign(&keys.whole, &signed(&seal, rows));
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{VERSION}.{}.{}.{}", keys.id(), text(&seal), text(tag.as_ref()))
}

/// The nonce is made of all that is sealed and of the rows: it comes again only where all of it is the same.
fn seal(keys: &MarkKeys, account: AccountId, at: Timestamp, rows: Tally) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(NONCE_LEN + SEALED + 16);
    sealed.extend_from_slice(account.0.as_bytes());
    sealed.extend_from_slice(&at.0.to_le_bytes());
    sealed.extend_from_slice(&rows.rows().to_le_bytes());
    let of = hmac::sign(&keys.nonces, &signed(&sealed, rows));
    let mut nonce = [0; NONCE_LEN];
    nonce.copy_from_slice(&of.as_ref()[..NONCE_LEN]);
    let once = Nonce::assume_unique_for_key(nonce);
    keys.seal.seal_in_place_append_tag(once, Aad::from(VERSION), &mut sealed).expect("some bytes to seal");
    sealed.splice(..0, nonce);
    sealed
}

fn signed(seal: &[u8], rows: Tally) -> Vec<u8> {
    [seal, &rows.bytes()].concat()
}

impl Signature {
    /// Reads what a signature says of its receiver.
    pub fn open(keys: &MarkKeys, text: &str) -> Result<Self, SignatureError> {
        let parts: Vec<&str> = text.splitn(5, '.').collect();
        let [VERSION, id, seal, tag] = parts[..] else { return Err(SignatureError::Form) };
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| SignatureError::Form);
        let (seal, tag) = (bytes(seal)?, bytes(tag)?);
        if id != keys.id() {
            return Err(SignatureError::Foreign);
        }
        let (account, at, rows) = opened(keys, &seal).ok_or(SignatureError::Forged)?;
        Ok(Self { account, at, rows, seal, tag })
    }

    /// True when these are the rows that were signed, all of them and as they were.
    pub fn covers(&self, keys: &MarkKeys, rows: Tally) -> bool {
        // Compared in constant time by the library.
        hmac::verify(&keys.whole, &signed(&self.seal, rows), &self.tag).is_ok()
    }
}

fn opened(keys: &MarkKeys, seal: &[u8]) -> Option<(AccountId, Timestamp, u64)> {
    let (nonce, sealed) = seal.split_first_chunk::<NONCE_LEN>()?;
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let open = keys.seal.open_in_place(nonce, Aad::from(VERSION), &mut sealed).ok()?;
    let (account, rest) = open.split_first_chunk::<16>()?;
    let (at, rows) = rest.split_first_chunk::<8>()?;
    let rows = u64::from_le_bytes(rows.try_into().ok()?);
    Some((AccountId(Uuid::from_bytes(*account)), Timestamp(i64::from_le_bytes(*at)), rows))
}
