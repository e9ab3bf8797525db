//! Recovery codes: ten keys of 80 bits on paper, for the day the phone is gone. Each opens once.
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
const LENGTH: usize = 16;
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

/// Groups of four: 16 characters of 5 bits are exactly 10 bytes.
fn code(random: [u8; LENGTH * 5 / 8]) -> SecretText {
    let bits = random.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for place in 0..LENGTH {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        let five = (bits >> (5 * (LENGTH - 1 - place))) & 31;
        text.push(char::from(ALPHABET[usize::try_from(five).unwrap_or(0)]));
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
            assert!(text.split('-').all(|group| group.len() == 4) && text.len() == 19, "{text}");
            assert!(!text.contains(['i', 'l', 'o', 'u']), "{text}");
            assert!(hash(&text).is_some());
        }
    }

    #[test]
    fn every_bit_counts() {
        assert_eq!(code([0; 10]).expose(), "0000-0000-0000-0000");
        assert_eq!(code([255; 10]).expose(), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(code([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]).expose(), "0000-0000-0000-0001");
        assert_eq!(code([0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0]).expose(), "1000-0000-0000-0000");
    }

    #[test]
    fn a_code_is_read_as_it_was_meant() {
        let stored = hash("01ab-cdef-ghjk-mnpq").expect("a code");
        for text in
            ["01AB-CDEF-GHJK-MNPQ", "O1abcdefghjkmnpq", " o l ab cdef-ghjk--mnpq ", "oIab-cdef-ghjk-mnpq"]
        {
            assert_eq!(hash(text).as_ref(), Some(&stored), "{text}");
        }
        assert_ne!(hash("01ab-cdef-ghjk-mnpr"), Some(stored));
        assert_eq!(
            hash("0000-0000-0000-0000").as_deref(),
            Some("fcdb4b423f4e5283afa249d762ef6aef150e91fccd810d43e5e719d14512dec7")
        );
    }

    #[test]
    fn what_is_no_code_has_no_hash() {
        for text in [
            "",
            "----",
            "01ab-cdef-ghjk-mnp",
            "01ab-cdef-ghjk-mnpqr",
            "u1ab-cdef-ghjk-mnpq",
            "01ab_cdef_ghjk_mnpq",
        ] {
            assert_eq!(hash(text), None, "{text}");
        }
        assert_eq!(hash(&"0".repeat(100_000)), None);
    }
}
