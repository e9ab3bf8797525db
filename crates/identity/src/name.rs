//! Names as counters know them: a keyed hash of what somebody typed to sign in, whether or not it names an account.
//!
//! Every way to write one address gives one key, or case would be a fresh set of tries. Everything else counts as it is,
//! whole: an empty name, one with a NUL or one of a megabyte shares its counter with no other.

use aspis_core::{scenario::brute_force::tries::NameKey, secret::Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::email::Email;

/// Makes the keys.
#[derive(Debug)]
pub struct Names {
    key: Secret,
}

impl Names {
    /// With the key that all nodes share: without it nobody can tell from a counter whose it is.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    /// The key of a name as it was typed.
    pub fn key(&self, raw: &str) -> NameKey {
        Email::parse(raw).map_or_else(
            |_| self.hash(*b"text", &raw.to_lowercase()),
            |email| self.hash(*b"mail", email.as_str()),
        )
    }

    fn hash(&self, kind: [u8; 4], name: &str) -> NameKey {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes a key of any length");
        mac.update(&kind);
        mac.update(name.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        NameKey(key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn names() -> Names {
        Names::new(Secret::new(*b"key"))
    }

    #[test]
    fn every_case_of_an_address_is_one_name() {
        let names = names();
        assert_eq!(names.key("Ada@Example.org"), names.key("ada@example.ORG"));
        assert_eq!(names.key("ÄDA"), names.key("äda"), "a name that is no address, too");
        assert_ne!(names.key("ada@example.org"), names.key("ada+x@example.org"));
    }

    #[test]
    fn no_two_names_share_a_counter() {
        let long = "a".repeat(1_000_000);
        let texts = [
            "",
            " ",
            "\0",
            "\0\0",
            "ada@example.org",
            " ada@example.org",
            "ada@example.org\0",
            "ada@example.org ",
            "ada",
            &long,
            &format!("{long}b"),
            &format!("{long}\0"),
        ];
        let keys: HashSet<_> = texts.iter().map(|text| names().key(text).0).collect();
        assert_eq!(keys.len(), texts.len());
    }

    #[test]
    fn another_key_gives_other_names() {
        let other = Names::new(Secret::new(*b"other"));
        assert_ne!(names().key("ada@example.org"), other.key("ada@example.org"));
    }
}
