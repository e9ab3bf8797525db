//! One number of JSON: its grammar, and that it is one that a machine can hold.

use super::reader::Wrong;

/// Numbers of fewer bytes and no exponent are never too large.
const SURE: usize = 300;

/// Reads the number at `start`; where the text goes on behind it.
pub(super) fn read(text: &str, start: usize) -> Result<usize, Wrong<'_>> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let some = |from: usize| match digits(from) {
        0 if from == bytes.len() => Err(Wrong::Early),
        0 => Err(Wrong::At(from)),
        count => Ok(from + count),
    };
    let first = start + usize::from(bytes[start] == b'-');
    let mut at = some(first)?;
    if bytes[first] == b'0' && at > first + 1 {
        return Err(Wrong::At(first));
    }
    if bytes.get(at) == Some(&b'.') {
        at = some(at + 1)?;
    }
    let powers = matches!(bytes.get(at), Some(b'e' | b'E'));
    if powers {
        let signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = some(at + 1 + usize::from(signed))?;
    }
    let holds = || text[start..at].parse::<f64>().is_ok_and(f64::is_finite);
    if (powers || at - start > SURE) && !holds() { Err(Wrong::At(start)) } else { Ok(at) }
}
