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

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}
