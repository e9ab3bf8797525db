//! Letters that pass for others somewhere behind us, and bytes that are no UTF-8 but are read as if they were.
//!
//! Not a full compatibility folding: only what becomes a letter, a digit or a mark of ASCII. Curly quotes stay, because
//! people write them and no database reads them as quotes.

use super::{super::skip, push};

/// The first byte with which something that passes for something else may begin; `whole` is true of UTF-8.
pub(super) fn next(text: &[u8], whole: bool) -> Option<usize> {
    if !whole {
        return skip::first(text, |byte| !byte.is_ascii());
    }
    skip::first(text, leads)
}

/// True for the first bytes of the characters that [`plain`] knows.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch, many bytes are looked at together")]
const fn leads(byte: u8) -> bool {
    let two = (byte == 0xc2) | (byte & 0xfe == 0xc4) | (byte & 0xfe == 0xca);
    two | (byte >= 0xe1) & (byte <= 0xe3) | (byte == 0xef) | (byte == 0xf0)
}

/// Reads one character or broken byte at the beginning of the text.
pub(super) fn read(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let first = *text.first()?;
    if first.is_ascii() {
        return None;
    }
    let Some(character) = character(text) else {
        return Some(broken(text, out));
    };
    let code = u32::from(character);
    match plain(code) {
        Some(0) => {}
        Some(plain) => out.push(plain),
        None => push(code, out),
    }
    Some(character.len_utf8())
}

/// The character that the text begins with, if it begins with one.
fn character(text: &[u8]) -> Option<char> {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next()
}

/// A letter of ASCII in more bytes than it may have (RFC 3629, 3), with its last byte right or not; a blank of Latin-1.
fn broken(text: &[u8], out: &mut Vec<u8>) -> usize {
    let (length, high) = match text {
        [first @ 0xc0..=0xc1, _, ..] => (2, u32::from(first & 1)),
        [0xe0, second @ 0x80..=0x81, _, ..] => (3, u32::from(second & 1)),
        [0xf0, 0x80, third @ 0x80..=0x81, _, ..] => (4, u32::from(third & 1)),
        [0xf8, 0x80, 0x80, fourth @ 0x80..=0x81, _, ..] => (5, u32::from(fourth & 1)),
        [0xfc, 0x80, 0x80, 0x80, fifth @ 0x80..=0x81, _, ..] => (6, u32::from(fifth & 1)),
        [0xa0, ..] => {
            out.push(b' ');
            return 1;
        }
        _ => {
            out.extend_from_slice("\u{fffd}".as_bytes());
            return 1;
        }
    };
    push(high << 6 | u32::from(text[length - 1] & 0x3f), out);
    length
}

/// What a character passes for: 0 is nothing at all.
fn plain(code: u32) -> Option<u8> {
    let of = |base: u8, offset: u32| u8::try_from(offset).ok().map(|offset| base + offset);
    match code {
        0xff01..=0xff5e => of(b'!', code - 0xff01),
        0x1d400..=0x1d6a3 => letter((code - 0x1d400) % 52),
        0x24b6..=0x24cf => of(b'a', code - 0x24b6),
        0x24d0..=0x24e9 => of(b'a', code - 0x24d0),
        0x1d7ce..=0x1d7ff => of(b'0', (code - 0x1d7ce) % 10),
        0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 => Some(b' '),
        0xad | 0x200b..=0x200f | 0x2060 | 0xfeff => Some(0),
        0x2b9 | 0x2bc | 0x2c8 | 0x2032 => Some(b'\''),
        0x2ba | 0x2033 => Some(b'"'),
        0x2044 | 0x2215 | 0x29f8 => Some(b'/'),
        0x2216 | 0x29f5 | 0xfe68 => Some(b'\\'),
        0x2024 | 0xfe52 => Some(b'.'),
        0xfe64 => Some(b'<'),
        0xfe65 => Some(b'>'),
        0xfe66 => Some(b'='),
        0xfe54 => Some(b';'),
        0x17f => Some(b's'),
        0x212a => Some(b'k'),
        0x130 | 0x131 => Some(b'i'),
        _ => None,
    }
}

fn letter(offset: u32) -> Option<u8> {
    u8::try_from(offset % 26).ok().map(|offset| b'a' + offset)
}
