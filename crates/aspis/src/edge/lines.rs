//! The lines of a head and their parts (RFC 9112, 2.2 to 5). Forms only: what a name or a target means is not here.

use super::{refusal::EdgeRefusal, target::is_token};

/// The lines of a text. Each must end in CRLF and hold no control byte but tabs.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    start: usize,
}

impl<'a> Lines<'a> {
    pub(super) const fn of(text: &'a [u8]) -> Self {
        Self { text, start: 0 }
    }

    /// How many bytes the lines took so far.
    pub(super) const fn read(&self) -> usize {
        self.start
    }
}

impl<'a> Iterator for Lines<'a> {
    /// A line without its end, or nothing where it holds what no line may hold, a bare CR or LF among it.
    type Item = Option<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.start..];
        let (line, end) = rest.split_at(first_control(rest)?);
        match end {
            [b'\r', b'\n', ..] => {
                self.start += line.len() + 2;
                Some(Some(line))
            }
            [b'\r'] => None,
            _ => Some(None),
        }
    }
}

const ONES: u64 = u64::MAX / 255;

/// Where the first control byte other than a tab stands.
fn first_control(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<32>();
    let clean = blocks.iter().take_while(|block| !has_control(block)).count() * 32;
    by_word(&bytes[clean..]).map(|at| clean + at)
}

/// Whether there is one among these, looked at all at once.
fn has_control(block: &[u8; 32]) -> bool {
    block.iter().fold(false, |any, &byte| any | is_control(byte))
}

/// The same; looks at eight bytes at once.
fn by_word(bytes: &[u8]) -> Option<usize> {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let marks = controls(u64::from_le_bytes(*word));
        if marks != 0 {
            // Only the lowest mark is exact, and it may be a tab: then the rest of the word is looked at by the byte.
            let at = (marks.trailing_zeros() / 8) as usize;
            if let Some(step) = word[at..].iter().position(|&byte| is_control(byte)) {
                return Some(8 * index + at + step);
            }
        }
    }
    tail.iter().position(|&byte| is_control(byte)).map(|at| 8 * words.len() + at)
}

/// Marks the highest bit of bytes below a space and of 0x7F; above the lowest mark there may be false ones.
const fn controls(word: u64) -> u64 {
    let low = word.wrapping_sub(ONES * 0x20) & !word;
    let delete = word ^ (ONES * 0x7F);
    let delete = delete.wrapping_sub(ONES) & !delete;
    (low | delete) & (ONES * 0x80)
}

const fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7F
}

/// The parts of a request line.
pub(super) struct Request<'a> {
    pub(super) method: &'a [u8],
    pub(super) target: &'a [u8],
    /// HTTP/1.1, not 1.0.
    pub(super) modern: bool,
}

/// `method SP target SP version`; the target is not looked at.
pub(super) fn request(line: &[u8]) -> Result<Request<'_>, EdgeRefusal> {
    let end = line.iter().position(|&byte| !is_token(byte)).ok_or(EdgeRefusal::RequestLine)?;
    let (method, rest) = line.split_at(end);
    match (method, rest) {
        (
            [_, ..],
            [b' ', target @ .., b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ (b'0' | b'1')],
        ) => Ok(Request { method, target, modern: *minor == b'1' }),
        _ if names_other_version(line) => Err(EdgeRefusal::Version),
        _ => Err(EdgeRefusal::RequestLine),
    }
}

/// Whether the line is a request in a version that is not ours.
#[cold]
fn names_other_version(line: &[u8]) -> bool {
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let number = version.and_then(|word| word.strip_prefix(b"HTTP/")).unwrap_or_default();
    let other = matches!(number, [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit());
    let ours = matches!(number, [b'1', b'.', b'0' | b'1']);
    let filled = |word: Option<&[u8]>| word.is_some_and(|word| !word.is_empty());
    words.next().is_none() && filled(method) && filled(target) && other && !ours
}

/// `name: value`, the value with the blanks around it. No blank before the colon, and none before the name.
pub(super) fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = line.iter().position(|&byte| !is_token(byte))?;
    match line.split_at(end) {
        (name @ [_, ..], [b':', value @ ..]) => Some((name, value)),
        _ => None,
    }
}

/// Without the blanks around it.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The items of a comma-separated list, without the blanks around them.
pub(super) fn items(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(trim)
}

#[cfg(test)]
mod tests;
