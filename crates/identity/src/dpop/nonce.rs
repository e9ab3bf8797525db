//! Nonces of the server (RFC 9449, 8): unpredictable, and kept nowhere.
//!
//! A nonce is a MAC over the number of its span of time, so every node that holds the key gives the same one. It is
//! not for one use: it bounds how long before its use a proof can have been made.

use std::time::Duration;

use aspis_core::{clock::Timestamp, secret::Secret};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Bytes of a nonce.
const LENGTH: usize = 16;

/// Makes and knows nonces.
#[derive(Debug)]
pub(super) struct Nonces {
    key: Secret,
    step: i64,
}

impl Nonces {
    /// A new nonce every `step`, at least a second.
    pub(super) fn new(key: Secret, step: Duration) -> Self {
        Self { key, step: i64::try_from(step.as_secs()).unwrap_or(i64::MAX).max(1) }
    }

    /// The newest nonce.
    pub(super) fn at(&self, now: Timestamp) -> String {
        self.of(self.span(now))
    }

    /// True for the newest nonce and the one before it.
    pub(super) fn is_current(&self, nonce: &str, now: Timestamp) -> bool {
        let newest = self.span(now);
        let [one, other] = [newest, newest - 1].map(|span| self.of(span).as_bytes().ct_eq(nonce.as_bytes()));
        (one | other).into()
    }

    fn span(&self, now: Timestamp) -> i64 {
        now.seconds().div_euclid(self.step)
    }

    fn of(&self, span: i64) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes a key of any length");
        mac.update(b"dpop nonce ");
        mac.update(&span.to_be_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..LENGTH])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nonces(key: u8) -> Nonces {
        Nonces::new(Secret::new([key; 32]), Duration::from_secs(120))
    }

    #[test]
    fn a_nonce_is_good_in_its_own_span_and_the_next() {
        let (ours, begun) = (nonces(1), 120 * 1000);
        let nonce = ours.at(Timestamp::from_seconds(begun));
        for (seconds, good) in [(-1, false), (0, true), (119, true), (120, true), (239, true), (240, false)] {
            assert_eq!(ours.is_current(&nonce, Timestamp::from_seconds(begun + seconds)), good, "{seconds}");
        }
    }

    #[test]
    fn every_node_with_the_key_gives_the_same_and_nobody_else_does() {
        let now = Timestamp::from_seconds(1_760_000_000);
        assert_eq!(nonces(1).at(now), nonces(1).at(now));
        assert_eq!(nonces(1).at(now).len(), 22);
        assert!(!nonces(1).is_current(&nonces(2).at(now), now));
        for other in ["", "AAAAAAAAAAAAAAAAAAAAAA", &nonces(1).at(now)[1..]] {
            assert!(!nonces(1).is_current(other, now), "{other}");
        }
    }
}
