//! The signature of own scanners, by Standard Webhooks 1.0.0: HMAC-SHA256 over identifier, moment and body.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{clock::Timestamp, secret::Secret};

/// How far the sender's clock may be from ours, either way.
const TOLERANCE: Duration = Duration::from_secs(300);
/// Signatures of one report that are tried: one for each secret that is in use at once.
const SIGNATURES: usize = 8;
/// The longest identifier.
const IDENTIFIER: usize = 256;

/// What a sender and we share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSecret(Secret);

/// The three fields of a signed request.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more, each `v1,` and base64, with spaces between.
    pub signature: &'a str,
}

impl SharedSecret {
    /// Reads `whsec_` and the base64 of 24 to 64 bytes.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(Secret::new(bytes)))
    }

    /// True where whoever knows the secret has signed these bytes, a moment ago.
    pub fn has_signed(&self, said: Signed<'_>, body: &[u8], now: Timestamp) -> bool {
        let is_named = (1..=IDENTIFIER).contains(&said.id.len()) && !said.id.contains('.');
        is_named && is_recent(said.timestamp, now) && self.is_right(said, body)
    }

    fn is_right(&self, said: Signed<'_>, body: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose());
        let content = [said.id.as_bytes(), b".", said.timestamp.as_bytes(), b".", body].concat();
        let of_ours = said.signature.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        let mut tags = of_ours.take(SIGNATURES).filter_map(|one| STANDARD.decode(one).ok());
        // Compares in constant time.
        tags.any(|tag| hmac::verify(&key, &content, &tag).is_ok())
    }
}

fn is_recent(timestamp: &str, now: Timestamp) -> bool {
    let is_plain = !timestamp.is_empty() && timestamp.bytes().all(|digit| digit.is_ascii_digit());
    let seconds = timestamp.parse::<u64>().ok().filter(|_| is_plain);
    let ours = u64::try_from(now.seconds()).unwrap_or(0);
    seconds.is_some_and(|theirs| theirs.abs_diff(ours) <= TOLERANCE.as_secs())
}
