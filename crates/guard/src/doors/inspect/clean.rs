//! Header values that were found clean lately: clients send the same ones with each request.
//!
//! A verdict depends on the bytes alone, so the same bytes need no second look. A few short values are kept by each
//! thread and compared whole; who makes up many pushes out others, and gains no more than the look that they would have
//! had. Only fields that hold no secret come here.

use http::{HeaderName, header};

/// The fields that a client repeats, and that nobody hides a secret in.
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

/// How many values of each are kept.
const SLOTS: usize = 16;

/// Values up to this length are kept.
const LONGEST: usize = 240;

/// One of [`REPEATED`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Field(usize);

impl Field {
    pub(super) fn of(name: &HeaderName) -> Option<Self> {
        REPEATED.iter().position(|repeated| repeated == name).map(Self)
    }
}

/// What one thread remembers.
pub(super) struct Clean(Vec<Slot>);

struct Slot {
    length: usize,
    bytes: [u8; LONGEST],
}

impl Clean {
    pub(super) fn new() -> Self {
        Self((0..REPEATED.len() * SLOTS).map(|_| Slot { length: 0, bytes: [0; LONGEST] }).collect())
    }

    pub(super) fn knows(&self, field: Field, value: &[u8]) -> bool {
        self.0.get(place(field, value)).and_then(|slot| slot.bytes.get(..slot.length)) == Some(value)
    }

    pub(super) fn learn(&mut self, field: Field, value: &[u8]) {
        let Some(slot) = self.0.get_mut(place(field, value)) else { return };
        if let Some(bytes) = slot.bytes.get_mut(..value.len()) {
            bytes.copy_from_slice(value);
            slot.length = value.len();
        }
    }
}

/// Where a value is kept: by its length and its ends, in which such values differ most. The values of one field never
/// push out those of another.
fn place(field: Field, value: &[u8]) -> usize {
    let ends = value.iter().take(4).chain(value.iter().rev().take(8));
    let mixed = ends.fold(value.len(), |mixed, byte| (mixed ^ usize::from(*byte)).wrapping_mul(0x0100_0193));
    field.0 * SLOTS + (mixed >> 12) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_known_until_something_takes_its_place() {
        let [agent, accept] =
            [header::USER_AGENT, header::ACCEPT].map(|name| Field::of(&name).expect("it is repeated"));
        assert!(Field::of(&header::REFERER).is_none());
        let mut clean = Clean::new();
        assert!(!clean.knows(agent, b"curl/8.5") && clean.knows(agent, b""));
        clean.learn(agent, b"curl/8.5");
        assert!(clean.knows(agent, b"curl/8.5") && !clean.knows(accept, b"curl/8.5"));
        assert!(!clean.knows(agent, b"curl/8.6") && !clean.knows(agent, b"curl/8.5 "));
        let long = [b'x'; LONGEST + 1];
        clean.learn(agent, &long);
        assert!(!clean.knows(agent, &long));
        clean.learn(accept, b"*/*");
        for number in 0..10_000 {
            clean.learn(agent, format!("made up {number}").as_bytes());
        }
        assert!(!clean.knows(agent, b"curl/8.5") && clean.knows(accept, b"*/*"));
    }
}
