//! Keys in text, with the escapes of URLs, of JSON and of programs.

use super::{Form, Key};
use crate::scenario::key_leakage::format;

/// How often a character may be escaped again.
const AGAIN: usize = 3;

/// The key whose first character stands here.
pub(super) fn read(bytes: &[u8], start: usize) -> Option<(Key, Form)> {
    let (mut key, mut at) = ([0; format::LENGTH], start);
    for (place, letter) in key.iter_mut().enumerate() {
        let (character, next) = character(bytes, at)?;
        if !format::may_stand(character, place) {
            return None;
        }
        (*letter, at) = (character, next);
    }
    let form = if at - start == format::LENGTH { Form::Plain } else { Form::Escaped };
    format::is_key(&key).then_some((key, form))
}

/// One character, and where the next begins.
fn character(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match *bytes.get(at)? {
        b'%' => {
            // A percent sign that was escaped itself is %25.
            let mut digits = at + 1;
            for _ in 0..AGAIN {
                if bytes.get(digits..digits + 2)? != b"25" {
                    break;
                }
                digits += 2;
            }
            Some((hex(bytes, digits)?, digits + 2))
        }
        b'\\' => {
            let more = bytes[at..].iter().take(1 << AGAIN).take_while(|byte| **byte == b'\\').count();
            let letter = at + more;
            match bytes.get(letter)? {
                b'u' if bytes.get(letter + 1..letter + 3)? == b"00" => {
                    Some((hex(bytes, letter + 3)?, letter + 5))
                }
                b'x' => Some((hex(bytes, letter + 1)?, letter + 3)),
                _ => None,
            }
        }
        plain => Some((plain, at + 1)),
    }
}

/// Where a key begins, so many characters before a place: of the escapes of its first one, the last backslash. None where
/// all of them are plain, because the key is known by its first word then.
pub(super) fn begins(bytes: &[u8], at: usize, characters: usize) -> Option<usize> {
    let (mut start, mut slashes) = (at, 0);
    for _ in 0..characters {
        (start, slashes) = back(bytes, start - slashes)?;
    }
    (at - start > characters).then_some(start)
}

/// Where the character before a place begins, and how many more backslashes stand before it.
fn back(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let start = match &bytes[..at] {
        [.., b'\\', b'u', b'0', b'0', _, _] => at - 6,
        [.., b'\\', b'x', _, _] => at - 4,
        [.., b'%', _, _] => return Some((at - 3, 0)),
        [.., b'2', b'5', _, _] => return Some((percent(bytes, at - 2).unwrap_or(at - 1), 0)),
        [.., _] => return Some((at - 1, 0)),
        [] => return None,
    };
    let more = bytes[..start].iter().rev().take((1 << AGAIN) - 1).take_while(|byte| **byte == b'\\');
    Some((start, more.count()))
}

/// Where a percent sign stands that was escaped again, before two digits.
fn percent(bytes: &[u8], digits: usize) -> Option<usize> {
    let again = |times: &usize| bytes[..digits].ends_with(&b"%252525"[..=2 * times]);
    (1..=AGAIN).find(again).map(|times| digits - 2 * times - 1)
}

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}
