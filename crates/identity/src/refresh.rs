//! Refresh tokens: 256 opaque bits, stored hashed; the successor is derived, not stored.

use aspis_core::{
    chance::{self, Chance},
    secret::{Secret, SecretText},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hex;

const PREFIX: &str = "aspis_rt_";
/// Of one-use links: neither is ever taken for the other.
const LINK: &str = "aspis_rl_";
/// The prefix and 43 characters of base64url.
const LENGTH: usize = PREFIX.len() + 43;

/// Makes and derives refresh tokens.
#[derive(Debug)]
pub struct RefreshTokens {
    key: Secret,
}

/// The token of an operator's invitation: of chance alone, in the form of the others.
pub fn invitation(chance: &dyn Chance) -> SecretText {
    text(PREFIX, &chance::bytes::<32>(chance))
}

impl RefreshTokens {
    /// With the key that all nodes share.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    /// The first token of a family.
    pub fn fresh(&self, chance: &dyn Chance) -> SecretText {
        text(PREFIX, &chance::bytes::<32>(chance))
    }

    /// The token of a one-use link.
    pub fn link(&self, chance: &dyn Chance) -> SecretText {
        text(LINK, &chance::bytes::<32>(chance))
    }

    /// The one successor of a token: the same every time, and of no use to anybody without the key.
    pub fn successor(&self, token: &SecretText) -> SecretText {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.key.expose()).expect("HMAC takes a key of any length");
        mac.update(token.expose().as_bytes());
        text(PREFIX, &mac.finalize().into_bytes())
    }
}

fn text(prefix: &str, bytes: &[u8]) -> SecretText {
    SecretText::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// What the store keeps of a token.
pub fn hash(token: &SecretText) -> String {
    hex::sha256(token.expose().as_bytes())
}

/// True for text that has the form of a refresh token.
pub fn is_well_formed(text: &str) -> bool {
    has_form(text, PREFIX)
}

/// True for text that has the form of a one-use link's token.
pub fn is_link(text: &str) -> bool {
    has_form(text, LINK)
}

fn has_form(text: &str, prefix: &str) -> bool {
    let body = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() == LENGTH && text.starts_with(prefix) && text.bytes().skip(prefix.len()).all(body)
}

#[cfg(test)]
mod tests {
    use aspis_core::chance::SeededChance;

    use super::*;

    #[test]
    fn a_successor_is_always_the_same_and_tells_nothing() {
        let tokens = RefreshTokens::new(Secret::new(*b"key"));
        let first = tokens.fresh(&SeededChance::new(1));
        let (next, again) = (tokens.successor(&first), tokens.successor(&first));
        assert_eq!(next.expose(), again.expose());
        assert_ne!(next.expose(), first.expose());
        assert_ne!(RefreshTokens::new(Secret::new(*b"other")).successor(&first).expose(), next.expose());
        assert!(is_well_formed(first.expose()) && is_well_formed(next.expose()));
        assert!(!is_well_formed("aspis_rt_") && !is_well_formed(&next.expose()[1..]));
    }
}
