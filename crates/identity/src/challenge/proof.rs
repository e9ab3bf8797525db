//! A proof on the wire: ALTCHA's second protocol, as its widget and libraries speak it.
//!
//! Out goes `{parameters, signature}`; back comes the base64 of `{challenge: {parameters, signature}, solution}`. The
//! signature is opaque to clients, so it is our seal and not ALTCHA's own, which knows neither purpose nor client.

use aspis_core::{clock::Timestamp, hex, secret::Secret};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    ChallengeError, Id,
    seal::{self, Bound, Kind},
    work::{self, Work},
};

#[derive(Debug, Serialize, Deserialize)]
struct Challenge {
    parameters: Parameters,
    signature: String,
}

/// An unknown parameter would stand outside the seal, so there is none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    algorithm: String,
    cost: u32,
    expires_at: i64,
    key_length: u8,
    key_prefix: String,
    nonce: String,
    salt: String,
}

/// What a client adds beside (the time it took) is its own affair.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Solution {
    counter: u32,
    derived_key: String,
}

#[derive(Debug, Deserialize)]
struct Payload {
    challenge: Challenge,
    solution: Solution,
}

/// A challenge that is still to be solved.
pub(super) fn issue(key: &Secret, bound: &Bound, work: Work, id: Id, salt: Id) -> serde_json::Value {
    let signature = hex::encode(&seal::make(key, Kind::Proof, bound, &id, &rest(work, &salt)));
    let parameters = Parameters {
        algorithm: work::ALGORITHM.to_owned(),
        cost: work.cost.get(),
        expires_at: bound.expires.seconds(),
        key_length: work::KEY,
        key_prefix: work.prefix(),
        nonce: hex::encode(&id),
        salt: hex::encode(&salt),
    };
    serde_json::to_value(Challenge { parameters, signature }).expect("text and numbers are always JSON")
}

fn rest(work: Work, salt: &Id) -> [u8; 21] {
    let mut rest = [0; 21];
    rest[..16].copy_from_slice(salt);
    rest[16..].copy_from_slice(&work.bytes());
    rest
}

/// A solution as it was sent: of the right form, and nothing more is known of it.
#[derive(Debug)]
pub(super) struct Sent {
    work: Work,
    id: Id,
    salt: Id,
    expires: Timestamp,
    seal: [u8; 32],
    counter: u32,
    derived_key: String,
}

/// Reads what the widget sends.
pub(super) fn read(solution: &str) -> Result<Sent, ChallengeError> {
    let json = STANDARD.decode(solution).map_err(|_| ChallengeError::Malformed)?;
    // What a client adds is passed over unread, and has to be text all the same.
    let json = String::from_utf8(json).map_err(|_| ChallengeError::Malformed)?;
    let payload: Payload = serde_json::from_str(&json).map_err(|_| ChallengeError::Malformed)?;
    let (Challenge { parameters, signature }, solution) = (payload.challenge, payload.solution);
    if parameters.algorithm != work::ALGORITHM || parameters.key_length != work::KEY {
        return Err(ChallengeError::Malformed);
    }
    Ok(Sent {
        work: Work::read(parameters.cost, &parameters.key_prefix)?,
        id: unhex(&parameters.nonce)?,
        salt: unhex(&parameters.salt)?,
        expires: Timestamp::from_seconds(parameters.expires_at),
        seal: unhex(&signature)?,
        counter: solution.counter,
        derived_key: solution.derived_key,
    })
}

impl Sent {
    pub(super) fn id(&self) -> Id {
        self.id
    }

    pub(super) fn expires(&self) -> Timestamp {
        self.expires
    }

    pub(super) fn check_seal(&self, key: &Secret, bound: &Bound) -> Result<(), ChallengeError> {
        seal::check(key, Kind::Proof, bound, &self.id, &rest(self.work, &self.salt), &self.seal)
    }

    /// A key that does not even claim to fit costs no derivation.
    pub(super) fn check_work(&self) -> Result<(), ChallengeError> {
        let fits = self.derived_key.starts_with(&self.work.prefix())
            && hex::encode(&self.work.key(&self.id, &self.salt, self.counter)) == self.derived_key;
        if fits { Ok(()) } else { Err(ChallengeError::Wrong) }
    }
}

/// Lower-case digits only, exactly two a byte: what [`hex::encode`] writes.
fn unhex<const N: usize>(text: &str) -> Result<[u8; N], ChallengeError> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return Err(ChallengeError::Malformed);
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let (high, low) = digit(pair[0]).zip(digit(pair[1])).ok_or(ChallengeError::Malformed)?;
        *byte = high << 4 | low;
    }
    Ok(bytes)
}
