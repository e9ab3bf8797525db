//! The form of an API key: a prefix that scanners know, more than 256 bits of chance, and a checksum.
//!
//! `aspis_live_`, 43 characters of base 62, and the CRC-32 (IEEE) of all of that as 6 more. The checksum tells a key
//! from what only looks like one before anybody asks what keys there are; it keeps no secret and proves nothing.

use crate::{
    chance::{self, Chance},
    secret::SecretText,
};

mod crc;

/// What every key begins with.
pub const PREFIX: &str = "aspis_live_";
/// What keys begin with that are for tests. No server of ours makes any: who plants one says so.
pub const TEST_PREFIX: &str = "aspis_test_";
/// Characters of chance: 62^43 is more than 2^256.
const BODY: usize = 43;
/// Characters of the checksum.
const SUM: usize = 6;
/// Characters of a key.
pub const LENGTH: usize = PREFIX.len() + BODY + SUM;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key of chance.
pub fn fresh(chance: &dyn Chance) -> SecretText {
    let mut text = String::with_capacity(LENGTH);
    text.push_str(PREFIX);
    while text.len() < PREFIX.len() + BODY {
        // Of 256 values the last eight would favour the first letters.
        let even = chance::bytes::<64>(chance).into_iter().filter(|byte| *byte < 248);
        text.extend(even.take(PREFIX.len() + BODY - text.len()).map(letter));
    }
    let sum = checksum(text.as_bytes());
    text.extend(sum.map(char::from));
    SecretText::new(text)
}

/// True for text that says of itself that it is a key, well-formed or not.
pub fn claims_to_be(text: impl AsRef<[u8]>) -> bool {
    text.as_ref().starts_with(PREFIX.as_bytes())
}

/// True for text that has the form of a key, its checksum with it.
pub fn is_well_formed(text: &str) -> bool {
    claims_to_be(text) && is_key(text.as_bytes())
}

/// True for bytes that have the form of a key of either kind, their checksum with it.
pub fn is_key(bytes: &[u8]) -> bool {
    if bytes.len() != LENGTH || !(0..LENGTH).all(|place| may_stand(bytes[place], place)) {
        return false;
    }
    let (said, sum) = bytes.split_at(LENGTH - SUM);
    [PREFIX, TEST_PREFIX].iter().any(|prefix| said.starts_with(prefix.as_bytes())) && checksum(said) == sum
}

/// True for a character that may stand at a place of a key of either kind.
pub(crate) fn may_stand(character: u8, place: usize) -> bool {
    match (PREFIX.as_bytes().get(place), TEST_PREFIX.as_bytes().get(place)) {
        (Some(live), Some(test)) => character == *live || character == *test,
        _ => character.is_ascii_alphanumeric(),
    }
}

fn letter(value: u8) -> char {
    char::from(ALPHABET[usize::from(value) % ALPHABET.len()])
}

/// CRC-32 in base 62, zero-padded.
pub(super) fn checksum(text: &[u8]) -> [u8; SUM] {
    let mut left = crc::crc32(text);
    let mut digits = [b'0'; SUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(left % 62) as usize];
        left /= 62;
    }
    digits
}

#[cfg(test)]
mod tests;
