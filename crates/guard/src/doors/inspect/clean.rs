//! Header values that were found clean lately: clients send the same ones with each request.
//!
//! A verdict depends on the bytes alone, so the same bytes need no second look. A few short values are kept by each
//! thread and compared whole; who makes up many pushes out others, and gains no more than the look that they would have
//! had. Only fields that hold no secret come here.

use http::{HeaderName, header};

const SLOTS: usize = 64;

/// Values up to this length are kept.
const LONGEST: usize = 240;

/// What one thread remembers.
pub(super) struct Clean(Vec<Slot>);

struct Slot {
    length: usize,
    bytes: [u8; LONGEST],
}

impl Clean {
    pub(super) fn new() -> Self {
        Self((0..SLOTS).map(|_| Slot { length: 0, bytes: [0; LONGEST] }).collect())
    }

    pub(super) fn knows(&self, value: &[u8]) -> bool {
        self.0.get(place(value)).and_then(|slot| slot.bytes.get(..slot.length)) == Some(value)
    }

    pub(super) fn learn(&mut self, value: &[u8]) {
        let Some(slot) = self.0.get_mut(place(value)) else { return };
        if let Some(bytes) = slot.bytes.get_mut(..value.len()) {
            bytes.copy_from_slice(value);
            slot.length = value.len();
        }
    }
}

/// True for fields that a client repeats, and that nobody hides anything in.
pub(super) fn is_repeated(name: &HeaderName) -> bool {
    const REPEATED: [HeaderName; 8] = [
        header::HOST,
        header::USER_AGENT,
        header::ACCEPT,
        header::ACCEPT_ENCODING,
        header::ACCEPT_LANGUAGE,
        header::CONTENT_TYPE,
        header::CONNECTION,
        header::CACHE_CONTROL,
    ];
    REPEATED.contains(name)
}

/// Where a value is kept: by its length and its ends, in which such values differ most.
fn place(value: &[u8]) -> usize {
    let ends = value.iter().take(4).chain(value.iter().rev().take(8));
    let mixed = ends.fold(value.len(), |mixed, byte| mixed.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    mixed % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_known_until_something_takes_its_place() {
        let mut clean = Clean::new();
        assert!(!clean.knows(b"curl/8.5") && clean.knows(b""));
        clean.learn(b"curl/8.5");
        assert!(clean.knows(b"curl/8.5") && !clean.knows(b"curl/8.6") && !clean.knows(b"curl/8.5 "));
        let long = [b'x'; LONGEST + 1];
        clean.learn(&long);
        assert!(!clean.knows(&long));
        for number in 0..10_000 {
            clean.learn(format!("made up {number}").as_bytes());
        }
        assert!(!clean.knows(b"curl/8.5"));
    }
}
