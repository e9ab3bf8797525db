//! Who presents a token: the fingerprint of client and user agent that it was issued to.
//!
//! A fingerprint is a signal and a hurdle, no proof: both halves can be guessed. The proof is a key (`dpop`).

use std::hash::{BuildHasher, Hasher, RandomState};

use aspis_core::{client::Client, scenario::token_theft::fingerprint::Print};
use sha2::{Digest, Sha256};

/// Where a request comes from, as far as a token may be bound to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Presenter<'a> {
    /// The address.
    pub client: Client,
    /// The `User-Agent` as it was sent; empty when there was none.
    pub agent: &'a [u8],
}

impl Presenter<'_> {
    /// The fingerprint: SHA-256 over the client's 16 bytes and the agent, the first 16 bytes of it.
    pub fn print(&self) -> Print {
        let hash: [u8; 32] =
            Sha256::new().chain_update(self.client.key()).chain_update(self.agent).finalize().into();
        let mut print = Print::default();
        print.copy_from_slice(&hash[..size_of::<Print>()]);
        print
    }
}

/// Who presents a token, and the fingerprint it was issued to, as one number under a key of this process: whose
/// SHA-256 was found to agree once is known again without another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness(pub(super) u64);

/// Looks whether presenters match fingerprints.
pub struct Presenters(RandomState);

impl Presenters {
    /// With a key of its own, so that nobody can aim at a number.
    pub fn new() -> Self {
        Self(RandomState::new())
    }

    /// What is to be remembered of the presenter, if `print` is their fingerprint.
    pub fn recognise(&self, print: &Print, by: Presenter<'_>) -> Option<Likeness> {
        (by.print() == *print).then(|| self.likeness(print, by))
    }

    /// True when `print` is the fingerprint of the presenter, of whom `known` is remembered.
    pub fn presented_alike(&self, print: &Print, by: Presenter<'_>, known: Option<Likeness>) -> bool {
        known == Some(self.likeness(print, by)) || by.print() == *print
    }

    /// Both of one length, and then the agent: no two are written alike.
    fn likeness(&self, print: &Print, by: Presenter<'_>) -> Likeness {
        let mut whole = self.0.build_hasher();
        whole.write(print);
        whole.write(&by.client.key());
        whole.write(by.agent);
        Likeness(whole.finish())
    }
}

impl Default for Presenters {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Presenters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Presenters")
    }
}

#[cfg(test)]
mod tests;
