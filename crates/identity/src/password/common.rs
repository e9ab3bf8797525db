//! Passwords that everybody tries first: lists that travel inside the binary. `data/PROVENANCE.md` says whose they are.
//!
//! An entry is the first five bytes of the SHA-256 of the password in lower case. Among 100,000 entries a password that
//! is in neither list is taken for one of them once in ten million times.

use sha2::{Digest, Sha256};

const WIDTH: usize = 5;
/// Entries in ascending order.
type Table = &'static [[u8; WIDTH]];

const COMMON: Table = entries(include_bytes!("../../data/common.bin"));
const BREACHED: Table = entries(include_bytes!("../../data/breached.bin"));

/// What is known of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Among the most common ones.
    Common,
    /// Seen in a breach, less often.
    Breached,
}

/// Looks up a password; `lower` is the whole of it in lower case.
pub(super) fn look_up(lower: &str) -> Option<Known> {
    let hash = Sha256::digest(lower.as_bytes());
    let (entry, _) = hash.split_first_chunk::<WIDTH>()?;
    let is_in = |table: Table| table.binary_search(entry).is_ok();
    is_in(COMMON).then_some(Known::Common).or_else(|| is_in(BREACHED).then_some(Known::Breached))
}

const fn entries(bytes: &'static [u8]) -> Table {
    let (entries, rest) = bytes.as_chunks();
    assert!(rest.is_empty(), "a list holds whole entries");
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_as_long_as_their_provenance_says() {
        assert_eq!((COMMON.len(), BREACHED.len()), (6_176, 93_824));
        assert!(COMMON.is_sorted() && BREACHED.is_sorted());
    }

    #[test]
    fn what_everybody_tries_is_known() {
        for word in ["password", "12345678", "qwertyuiop", "iloveyou", "trustno1"] {
            assert_eq!(look_up(word), Some(Known::Common), "{word}");
        }
        for word in ["yesterday", "hexadecimal", "metadata"] {
            assert_eq!(look_up(word), Some(Known::Breached), "{word}");
        }
    }

    #[test]
    fn what_nobody_tries_is_not() {
        let strange = (0..200_000_u32).filter(|n| look_up(&format!("kvzq-{n}-mwtu")).is_some());
        assert_eq!(strange.count(), 0);
        assert_eq!(look_up(""), None);
    }
}
