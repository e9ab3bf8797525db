use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::chance::SeededChance;

fn key(seed: u64) -> String {
    fresh(&SeededChance::new(seed)).expose().to_owned()
}

#[test]
fn the_checksum_is_the_one_that_is_published() {
    let text = format!("{PREFIX}{}", "0".repeat(30));
    assert_eq!(checksum(text.as_bytes()), *b"0ZUwQi");
    // The largest sum there is fits its place.
    let most = u64::from(u32::MAX);
    let digit = |at: u32| ALPHABET[usize::try_from(most / 62_u64.pow(at) % 62).unwrap()];
    assert_eq!([5, 4, 3, 2, 1, 0].map(digit), *b"4gfFC3");
}

#[test]
fn a_key_is_chance_and_nothing_else() {
    let keys: HashSet<String> = (0..500).map(key).collect();
    assert_eq!(keys.len(), 500);
    assert!(keys.iter().all(|key| key.len() == LENGTH && is_well_formed(key)));
    let body = |key: &String| key[PREFIX.len()..LENGTH - SUM].to_owned();
    let letters: HashSet<char> = keys.iter().flat_map(|key| body(key).chars().collect::<Vec<_>>()).collect();
    assert_eq!(letters.len(), 62, "every letter is used");
}

#[test]
fn every_letter_is_as_likely_as_another() {
    let mut counts = [0_u32; 62];
    for seed in 0..2000 {
        for letter in key(seed).bytes().skip(PREFIX.len()).take(BODY) {
            counts[ALPHABET.iter().position(|known| *known == letter).unwrap()] += 1;
        }
    }
    // 86,000 letters over 62: 1387 each, with a deviation of 37.
    assert!(counts.iter().all(|count| (1387 - 200..=1387 + 200).contains(count)), "{counts:?}");
}

#[test]
fn what_only_looks_like_a_key_is_none() {
    let good = key(1);
    for wrong in [
        "",
        PREFIX,
        &good[1..],
        &good[..LENGTH - 1],
        &format!("{good}0"),
        &good.replace("live", "test"),
        &good.to_uppercase(),
        &format!("{}{}", &good[..LENGTH - 1], 'é'),
        &"0".repeat(LENGTH),
    ] {
        assert!(!is_well_formed(wrong), "{wrong}");
    }
    assert!(claims_to_be(PREFIX) && claims_to_be(&good) && !claims_to_be("eyJhbGciOi"));
}

proptest! {
    /// A checksum of 32 bits finds every change within four bytes that stand together.
    #[test]
    fn one_changed_character_never_passes(seed: u64, at in 0..LENGTH, other in 0..62_usize) {
        let mut bytes = key(seed).into_bytes();
        prop_assume!(bytes[at] != ALPHABET[other]);
        bytes[at] = ALPHABET[other];
        prop_assert!(!is_well_formed(&String::from_utf8(bytes).unwrap()));
    }

    #[test]
    fn two_that_stand_together_and_change_places_never_pass(seed: u64, at in 0..LENGTH - 1) {
        let mut bytes = key(seed).into_bytes();
        prop_assume!(bytes[at] != bytes[at + 1]);
        bytes.swap(at, at + 1);
        prop_assert!(!is_well_formed(&String::from_utf8(bytes).unwrap()));
    }

    #[test]
    fn any_text_is_judged(text in ".{0,80}") {
        prop_assert!(!is_well_formed(&text));
    }
}
