use std::hash::{DefaultHasher, Hasher};

use proptest::prelude::*;

use super::*;

/// The message, cut as the caller would.
fn cut(message: &[u8]) -> (Vec<u64>, u64, usize) {
    let (words, rest) = message.as_chunks();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    (words.iter().map(|word| u64::from_le_bytes(*word)).collect(), u64::from_le_bytes(last), rest.len())
}

/// The example of the paper's appendix, with its key and its rounds.
#[test]
fn the_papers_example() {
    let bytes: Vec<u8> = (0..15).collect();
    let sip = Sip::new(std::array::from_fn(|n| u8::try_from(n).expect("sixteen")));
    let (words, rest, left) = cut(&bytes);
    assert_eq!(sip.rounds::<2, 4>(&words, rest, left), 0xa129_ca61_49be_45e5);
}

proptest! {
    /// The standard library's hasher has the key nought.
    #[test]
    fn the_same_as_the_standard_librarys(message in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut known = DefaultHasher::new();
        known.write(&message);
        let (words, rest, left) = cut(&message);
        prop_assert_eq!(Sip::new([0; 16]).hash(&words, rest, left), known.finish());
    }
}
