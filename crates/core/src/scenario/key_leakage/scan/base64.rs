//! Keys in base64, wherever in a group of three bytes they begin, with ends of lines in between.
//!
//! Letters, digits and `_` never become one of the two characters in which the alphabets of base64 differ, so both are
//! read alike.

use super::Key;
use crate::scenario::key_leakage::format;

/// Where a word stands that gives a key away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes before it in its group of three.
    pub(super) phase: usize,
    /// Bytes of the key before it.
    pub(super) offset: usize,
}

/// Characters that are passed over in one gap: the end of a line, and how the next is indented.
const GAP: usize = 64;

impl Place {
    /// The first character that holds nothing but bits of the word, counted in its group.
    const fn first(self) -> usize {
        (8 * self.phase).div_ceil(6)
    }

    /// The characters that hold nothing but bits of the word.
    pub(super) fn needle(self, word: &[u8]) -> Vec<u8> {
        let bit = |at: usize| {
            let byte = (at / 8).checked_sub(self.phase).and_then(|byte| word.get(byte)).copied();
            byte.map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1))
        };
        let end = 8 * (self.phase + word.len()) / 6;
        let character = |at: usize| letter((0..6).fold(0, |value, n| value << 1 | bit(6 * at + n)));
        (self.first()..end).map(character).collect()
    }

    /// How many characters before the needle the key begins, and how many bits of its first character are not its own.
    const fn beginning(self) -> (usize, u32) {
        let groups = self.offset.saturating_sub(self.phase).div_ceil(3);
        let byte = self.phase + 3 * groups - self.offset;
        let first = 8 * byte / 6;
        // At most four bits.
        (self.first() + 4 * groups - first, [0, 2, 4][byte])
    }
}

const fn letter(value: usize) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[value]
}

const fn value(letter: u8) -> Option<u32> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    } as u32)
}

/// The key with a needle here, and where it begins.
pub(super) fn read(bytes: &[u8], needle: usize, place: Place) -> Option<(usize, Key)> {
    let (back, foreign) = place.beginning();
    let start = (0..back).try_fold(needle, |at, _| before(bytes, at))?;
    if needle - start > super::BEFORE {
        return None;
    }
    let (mut key, mut filled) = ([0; format::LENGTH], 0);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut at = start;
    while filled < key.len() {
        let (character, next) = after(bytes, at)?;
        (bits, held) = (bits << 6 | value(character)?, held + 6);
        if at == start {
            (bits, held) = (bits & (0x3f >> foreign), 6 - foreign);
        }
        at = next;
        if held >= 8 {
            held -= 8;
            let byte = u8::try_from(bits >> held & 0xff).ok()?;
            if !format::may_stand(byte, filled) {
                return None;
            }
            (key[filled], filled) = (byte, filled + 1);
            bits &= 0xff;
        }
    }
    (at - needle <= super::LONGEST && format::is_key(&key)).then_some((start, key))
}

/// The character at a place, or behind the gap that is there, and the place behind it.
fn after(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    let most = at + GAP;
    while at < most {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'\\' if matches!(bytes.get(at + 1)?, b'n' | b'r') => at += 2,
            character => return Some((*character, at + 1)),
        }
    }
    None
}

/// Where the character before a place stands.
fn before(bytes: &[u8], mut at: usize) -> Option<usize> {
    let least = at.saturating_sub(GAP);
    while at > least {
        at -= 1;
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'n' | b'r' if at > 0 && bytes[at - 1] == b'\\' => at -= 1,
            _ => return Some(at),
        }
    }
    None
}
