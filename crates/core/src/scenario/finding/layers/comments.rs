//! Comments of SQL, which part words as a blank does, and hide them from those who look for blanks.
//!
//! `/*!50000union*/` is no comment to `MySQL` but its content, so it stays. A line comment ends with its line.

use super::super::skip;

/// The first byte with which a comment, or its end, may begin.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch, many bytes are looked at together")]
pub(super) fn next(text: &[u8]) -> Option<usize> {
    skip::first(text, |byte| (byte == b'/') | (byte == b'*') | (byte == b'-') | (byte == b'#'))
}

/// Reads a comment at the beginning of the text; writes what it stands for.
pub(super) fn read(text: &[u8], blank: Option<u8>, out: &mut Vec<u8>) -> Option<usize> {
    let length = match text {
        [b'/', b'*', b'!', rest @ ..] => {
            3 + rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count()
        }
        [b'/', b'*', rest @ ..] => 4 + memchr::memmem::find(rest.get(..LONGEST.min(rest.len()))?, b"*/")?,
        [b'*', b'/', ..] => 2,
        [b'-', b'-', rest @ ..] if blank.is_some() => 2 + line(rest)?,
        [b'#', rest @ ..] if blank.is_some() => 1 + line(rest)?,
        _ => return None,
    };
    out.extend(blank);
    Some(length)
}

/// How long a comment may be to be one: what bounds the time of a text full of beginnings.
const LONGEST: usize = 256;

/// The bytes up to the end of the line, where there is one.
fn line(text: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', &text[..text.len().min(LONGEST)])
}
