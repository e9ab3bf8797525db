//! The seal: a MAC over everything a challenge says and over what it does not say, its purpose and its client.
//!
//! Every part has a fixed width and a fixed place, and a kind fixes which parts there are. Nothing is joined as text,
//! so no part can grow into its neighbour (CVE-2025-68113).

use aspis_core::{client::Client, clock::Timestamp, secret::Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{ChallengeError, Id, Purpose};

/// What a MAC of ours is over. One key serves all; the first byte keeps them apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A proof of work.
    Proof = 1,
    /// A sum's token.
    Sum = 2,
    /// The numbers of a sum.
    Numbers = 3,
}

/// What a challenge is good for. Client and purpose are under the seal and nowhere in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// What it opens.
    pub(super) purpose: Purpose,
    /// For whom.
    pub(super) client: Client,
    /// Until when: a whole second.
    pub(super) expires: Timestamp,
}

impl Bound {
    pub(super) fn in_time(&self, now: Timestamp) -> Result<(), ChallengeError> {
        if now < self.expires { Ok(()) } else { Err(ChallengeError::Expired) }
    }
}

/// The seal of a challenge; `rest` is what its kind says beside, of fixed width.
pub(super) fn make(key: &Secret, kind: Kind, bound: &Bound, id: &Id, rest: &[u8]) -> [u8; 32] {
    sealing(key, kind, bound, id, rest).finalize().into_bytes().into()
}

/// Compares in constant time.
pub(super) fn check(
    key: &Secret,
    kind: Kind,
    bound: &Bound,
    id: &Id,
    rest: &[u8],
    seal: &[u8; 32],
) -> Result<(), ChallengeError> {
    sealing(key, kind, bound, id, rest).verify_slice(seal).map_err(|_| ChallengeError::Forged)
}

fn sealing(key: &Secret, kind: Kind, bound: &Bound, id: &Id, rest: &[u8]) -> Hmac<Sha256> {
    let purpose = match bound.purpose {
        Purpose::Login => 1,
        Purpose::Register => 2,
        Purpose::Api => 3,
    };
    let mut mac = begin(key, kind);
    mac.update(&[purpose]);
    mac.update(&bound.client.key());
    mac.update(&bound.expires.seconds().to_be_bytes());
    mac.update(id);
    mac.update(rest);
    mac
}

/// Bytes that only we can say of `id`.
pub(super) fn derive(key: &Secret, kind: Kind, id: &Id) -> [u8; 32] {
    let mut mac = begin(key, kind);
    mac.update(id);
    mac.finalize().into_bytes().into()
}

fn begin(key: &Secret, kind: Kind) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes a key of any length");
    mac.update(&[kind as u8]);
    mac
}
