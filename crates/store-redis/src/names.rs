//! Names of keys: short, alike in length, and telling nothing.
//!
//! `{PREFIX}`, a letter for the kind, and sixteen bytes of a keyed hash of what the key is for. Callers choose what is
//! counted, and so must not be able to choose which names meet; and who reads the server learns nobody's address. The
//! braces are a hash tag: all keys lie on one node of a cluster.

use std::ops::Deref;

use aspis_core::{
    client::{Client, Network},
    scenario::{
        data_scraping::quota::Whose,
        denial_of_service::windows::{Ask, Subject},
    },
    secret::Secret,
};
use aws_lc_rs::hmac;

/// Bytes of a keyed hash.
pub(crate) const HASH: usize = 16;

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Which life of the server this is.
    Life,
    /// A window.
    Window,
    /// A solution of a challenge that was used.
    Challenge,
    /// An answer to a sum that was used.
    Sum,
    /// A proof that was used.
    Proof,
    /// An open question.
    Question,
    /// A class that is open to a client.
    Pass,
    /// The bytes of a stranger.
    Bytes,
    /// A fact.
    Fact,
    /// The list of names that are locked.
    Locked,
    /// A count over all nodes.
    Tally,
    /// Nodes that are alive, and what they find broken.
    Vote,
}

impl Kind {
    fn letter(self) -> u8 {
        match self {
            Self::Life => b'l',
            Self::Window => b'w',
            Self::Challenge => b'c',
            Self::Sum => b's',
            Self::Proof => b'p',
            Self::Question => b'q',
            Self::Pass => b'o',
            Self::Bytes => b'b',
            Self::Fact => b'f',
            Self::Locked => b'k',
            Self::Tally => b't',
            Self::Vote => b'v',
        }
    }
}

/// The longest prefix.
pub(crate) const PREFIX: usize = 32;
/// The prefix in its braces, a letter, a hash.
const LONGEST: usize = PREFIX + 2 + 1 + HASH;

/// The name of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Key {
    fn of(parts: [&[u8]; 3]) -> Self {
        let (mut bytes, mut length) = ([0; LONGEST], 0);
        for part in parts {
            bytes[length..length + part.len()].copy_from_slice(part);
            length += part.len();
        }
        Self { bytes, length }
    }
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Makes names.
#[derive(Debug)]
pub(crate) struct Names {
    key: hmac::Key,
    tag: Vec<u8>,
}

impl Names {
    /// Names under `pepper`, which all nodes share, for the deployment called `prefix`: of [`PREFIX`] bytes at most.
    pub(crate) fn new(pepper: &Secret, prefix: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, pepper.expose());
        Self { key, tag: format!("{{{prefix}}}").into_bytes() }
    }

    /// The keyed hash of a message; the kind is in it, so that no two kinds have a name in common.
    pub(crate) fn hash(&self, kind: Kind, message: &[&[u8]]) -> [u8; HASH] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&[kind.letter()]);
        for part in message {
            context.update(part);
        }
        let mut hash = [0; HASH];
        hash.copy_from_slice(&context.sign().as_ref()[..HASH]);
        hash
    }

    /// The window of an ask. One of another length is another window.
    pub(crate) fn window(&self, ask: &Ask, unit: u8) -> [u8; HASH] {
        let (kind, subject) = subject(ask.subject);
        self.hash(Kind::Window, &[&[ask.class, unit, kind], &subject])
    }

    /// The whole name of a key that is named after this.
    pub(crate) fn of(&self, kind: Kind, message: &[&[u8]]) -> Key {
        self.key(kind, &self.hash(kind, message))
    }

    /// The channel that all nodes hear.
    pub(crate) fn channel(&self) -> Vec<u8> {
        [&self.tag, &b"h"[..]].concat()
    }

    /// The whole name of a key.
    pub(crate) fn key(&self, kind: Kind, hash: &[u8]) -> Key {
        Key::of([&self.tag, &[kind.letter()], hash])
    }
}

/// Its kind, and sixteen bytes that differ as the subjects of that kind do.
fn subject(subject: Subject) -> (u8, [u8; 16]) {
    match subject {
        Subject::Client(client) => of_client(client),
        Subject::Network(network) => of_network(network),
        Subject::Principal(id) => (4, id.into_bytes()),
        Subject::Everybody => (5, [0; 16]),
    }
}

/// The same for the page that a stranger's bytes are written on.
pub(crate) fn page(whose: Whose) -> (u8, [u8; 16]) {
    match whose {
        Whose::Client(client) => of_client(client),
        Whose::Network(network) => of_network(network),
        Whose::Rest => (5, [0; 16]),
    }
}

fn of_client(client: Client) -> (u8, [u8; 16]) {
    (u8::from(matches!(client, Client::V6(_))), client.key())
}

fn of_network(network: Network) -> (u8, [u8; 16]) {
    match network {
        Network::V4(bits) => (2, u128::from(bits).to_be_bytes()),
        Network::V6(bits) => (3, u128::from(bits).to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_tells_nothing() {
        let names = Names::new(&Secret::new(*b"pepper"), "aspis");
        let hash = names.hash(Kind::Window, &[b"somebody@example.org"]);
        let key = names.key(Kind::Window, &hash);
        assert_eq!(key.len(), 24);
        assert!(key.starts_with(b"{aspis}w"));
        assert!(!key.windows(8).any(|part| part == b"somebody"));
        let other = Names::new(&Secret::new(*b"salt"), "aspis");
        assert_ne!(
            hash,
            other.hash(Kind::Window, &[b"somebody@example.org"]),
            "without the pepper nobody can guess"
        );
        assert_ne!(hash, names.hash(Kind::Life, &[b"somebody@example.org"]));
    }
}
