//! Recovery codes: ten keys of 140 bits on paper, for the day the phone is gone. Each opens once. So many bits cannot be
//! guessed, so that a fast hash keeps them as well as a slow one would.
//!
//! The alphabet is Crockford's base 32: without I, L, O and U, and what a person writes in their place is read as what was
//! meant.

use aspis_core::{
    chance::{self, Chance},
    secret::SecretText,
};
use zeroize::Zeroizing;

use crate::hex;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Codes of one set.
const CODES: usize = 10;
/// Characters of one code, five bits each.
const LENGTH: usize = 28;
/// Characters between two hyphens.
const GROUP: usize = 4;

/// A new set of codes, for their owner to keep.
pub fn fresh(chance: &dyn Chance) -> Vec<SecretText> {
    (0..CODES).map(|_| code(chance::bytes(chance))).collect()
}

/// What the store keeps of a code, whatever its case, spaces and hyphens. `None` for what is no code.
pub fn hash(code: &str) -> Option<String> {
    let mut plain = Zeroizing::new(String::with_capacity(LENGTH));
    for character in code.chars().filter(|c| !matches!(c, ' ' | '-')) {
        if plain.len() == LENGTH {
            return None;
        }
        plain.push(meant(character)?);
    }
    (plain.len() == LENGTH).then(|| hex::sha256(plain.as_bytes()))
}

/// Groups of four, a character from five bits of each byte.
fn code(random: [u8; LENGTH]) -> SecretText {
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (place, byte) in random.into_iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    SecretText::new(text)
}

fn meant(character: char) -> Option<char> {
    match character.to_ascii_lowercase() {
        'i' | 'l' => Some('1'),
        'o' => Some('0'),
        other => other.is_ascii().then_some(other).filter(|c| ALPHABET.contains(&(*c as u8))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use aspis_core::chance::SeededChance;

    use super::*;

    #[test]
    fn a_set_has_ten_different_codes_in_groups() {
        let codes = fresh(&SeededChance::new(1));
        let texts: HashSet<_> = codes.iter().map(|code| code.expose().to_owned()).collect();
        assert_eq!((codes.len(), texts.len()), (10, 10));
        for text in texts {
            assert!(text.split('-').all(|group| group.len() == 4) && text.len() == 34, "{text}");
            assert!(!text.contains(['i', 'l', 'o', 'u']), "{text}");
            assert!(hash(&text).is_some());
        }
    }

    #[test]
    fn five_bits_of_every_byte_count() {
        assert_eq!(code([0; LENGTH]).expose(), "0000-0000-0000-0000-0000-0000-0000");
        assert_eq!(code([255; LENGTH]).expose(), "zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz");
        for place in 0..LENGTH {
            let written: HashSet<_> = (0..32)
                .map(|value| {
                    let mut random = [0; LENGTH];
                    random[place] = value;
                    code(random).expose().to_owned()
                })
                .collect();
            assert_eq!(written.len(), 32, "{place}");
        }
    }

    #[test]
    fn a_code_is_read_as_it_was_meant() {
        let stored = hash("01ab-cdef-ghjk-mnpq-rstv-wxyz-2345").expect("a code");
        for text in [
            "01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-2345",
            "O1abcdefghjkmnpqrstvwxyz2345",
            " o l ab cdef-ghjk--mnpq rstv wxyz 2345 ",
            "oIab-cdef-ghjk-mnpq-rstv-wxyz-2345",
        ] {
            assert_eq!(hash(text).as_ref(), Some(&stored), "{text}");
        }
        assert_ne!(hash("01ab-cdef-ghjk-mnpq-rstv-wxyz-2346"), Some(stored));
        assert_eq!(
            hash("0000-0000-0000-0000-0000-0000-0000").as_deref(),
            Some("d77bd86a0e004d9c21a03cdbfeac637b484d184bdda05d72ad726e029c9003a1")
        );
    }

    #[test]
    fn what_is_no_code_has_no_hash() {
        for text in [
            "",
            "----",
            "01ab-cdef-ghjk-mnpq",
            "01ab-cdef-ghjk-mnpq-rstv-wxyz-234",
            "01ab-cdef-ghjk-mnpq-rstv-wxyz-23456",
            "u1ab-cdef-ghjk-mnpq-rstv-wxyz-2345",
            "01ab_cdef_ghjk_mnpq_rstv_wxyz_2345",
        ] {
            assert_eq!(hash(text), None, "{text}");
        }
        assert_eq!(hash(&"0".repeat(100_000)), None);
    }
}
