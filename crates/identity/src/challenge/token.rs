//! The token of a sum: its id, its end and the seal. The answer is not in it, not even sealed: it follows from the id
//! and our key.

use aspis_core::{clock::Timestamp, secret::Secret};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    ChallengeError, Id,
    seal::{self, Bound, Kind},
};

const LENGTH: usize = 16 + 8 + 32;

/// A token as it was sent: of the right form, and nothing more is known of it.
#[derive(Debug)]
pub(super) struct Token {
    /// Which challenge it is.
    pub(super) id: Id,
    /// Until when it says it holds.
    pub(super) expires: Timestamp,
    /// What should be our seal.
    pub(super) seal: [u8; 32],
}

/// The token of challenge `id`.
pub(super) fn issue(key: &Secret, bound: &Bound, id: Id) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend(id);
    bytes.extend(bound.expires.seconds().to_be_bytes());
    bytes.extend(seal::make(key, Kind::Sum, bound, &id, &[]));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a token.
pub(super) fn read(text: &str) -> Result<Token, ChallengeError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ChallengeError::Malformed)?;
    let (id, rest) = bytes.split_first_chunk().ok_or(ChallengeError::Malformed)?;
    let (seconds, seal) = rest.split_first_chunk().ok_or(ChallengeError::Malformed)?;
    Ok(Token {
        id: *id,
        expires: Timestamp::from_seconds(i64::from_be_bytes(*seconds)),
        seal: seal.try_into().map_err(|_| ChallengeError::Malformed)?,
    })
}
