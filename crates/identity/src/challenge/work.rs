//! The work of a proof: keys derived by PBKDF2, until one begins with enough zeros.
//!
//! PBKDF2 and not one plain hash a try: in a browser a try is a call into the browser's own library, which costs far
//! more than one hash. Several hundred rounds a try let that call weigh less, so that a native solver gains less by not
//! having it. We pay for one key.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;

use super::{ChallengeError, Id, Rules};

/// What the protocol calls it.
pub(super) const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Bytes of a key. The widget takes 16, 24 or 32.
pub(super) const KEY: u8 = 32;
/// Zeros, in hexadecimal digits: a longer prefix would outlast the widget's patience of 90 seconds by far.
const DIGITS: std::ops::RangeInclusive<usize> = 1..=5;

/// How hard a proof is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Work {
    /// Rounds a key.
    pub(super) cost: NonZeroU32,
    /// Zeros that a key must begin with, in hexadecimal digits.
    pub(super) digits: usize,
}

impl Work {
    /// The work of a difficulty in per cent. A digit more is sixteen times the keys; what lies between goes into the
    /// rounds.
    pub(super) fn of(difficulty: u32, rules: &Rules) -> Self {
        let keys = (u64::from(rules.keys) * u64::from(difficulty) / 100).clamp(16, 1 << 20);
        let whole = keys.ilog2() / 4;
        let rounds = (u64::from(rules.cost) * keys) >> (4 * whole);
        let cost = NonZeroU32::new(u32::try_from(rounds).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN);
        Self { cost, digits: whole as usize }
    }

    /// The work as it stands on the wire.
    pub(super) fn read(cost: u32, prefix: &str) -> Result<Self, ChallengeError> {
        let cost = NonZeroU32::new(cost).ok_or(ChallengeError::Malformed)?;
        let zeros = DIGITS.contains(&prefix.len()) && prefix.bytes().all(|b| b == b'0');
        if zeros { Ok(Self { cost, digits: prefix.len() }) } else { Err(ChallengeError::Malformed) }
    }

    /// What a key's hexadecimal text must begin with.
    pub(super) fn prefix(self) -> String {
        "0".repeat(self.digits)
    }

    /// The key that `counter` gives.
    pub(super) fn key(self, nonce: &Id, salt: &Id, counter: u32) -> [u8; KEY as usize] {
        let mut password = [0; 20];
        password[..16].copy_from_slice(nonce);
        password[16..].copy_from_slice(&counter.to_be_bytes());
        let mut key = [0; KEY as usize];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, self.cost, salt, &password, &mut key);
        key
    }

    /// Its bytes under the seal.
    pub(super) fn bytes(self) -> [u8; 5] {
        let [a, b, c, d] = self.cost.get().to_be_bytes();
        [a, b, c, d, u8::try_from(self.digits).unwrap_or(u8::MAX)]
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RULES: Rules = Rules { keys: 4096, cost: 500, lifetime: Duration::from_secs(300), remembered: 1 };

    #[test]
    fn difficulty_is_keys_times_rounds() {
        let work = |difficulty| {
            let work = Work::of(difficulty, &RULES);
            (work.digits, work.cost.get())
        };
        assert_eq!(work(100), (3, 500));
        assert_eq!(work(150), (3, 750));
        assert_eq!(work(800), (3, 4000));
        assert_eq!(work(1600), (4, 500));
        assert_eq!((work(0), work(u32::MAX)), ((1, 500), (5, 500)));
        let free = Work::of(0, &Rules { keys: 0, cost: 0, ..RULES });
        assert_eq!((free.digits, free.cost), (1, NonZeroU32::MIN));
        let most = Rules { keys: u32::MAX, cost: u32::MAX, ..RULES };
        assert_eq!(Work::of(u32::MAX, &most).cost, NonZeroU32::MAX);
    }

    #[test]
    fn a_harder_one_is_never_less_work() {
        let total = |difficulty| {
            let work = Work::of(difficulty, &RULES);
            u64::from(work.cost.get()) << (4 * work.digits)
        };
        assert!((0..20_000).all(|difficulty| total(difficulty) <= total(difficulty + 1)));
    }
}
