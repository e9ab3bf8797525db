//! Reading an answer where it stands in the buffer.

use memchr::{memchr, memmem};
use serde::de::DeserializeOwned;

/// A complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    /// Its status code.
    pub(crate) status: u16,
    head: &'a [u8],
    /// Its body.
    pub(crate) body: &'a [u8],
}

/// An answer that this client does not read: chunked, or no HTTP/1.1 at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Where the parts of a whole answer stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    status: u16,
    /// Where the empty line begins.
    head: usize,
    body: usize,
    /// Where the next answer would begin.
    pub(super) end: usize,
}

impl Shape {
    /// The answer at the beginning of `bytes`, or nothing when there is more to come.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, Unreadable> {
        let Some(at) = memmem::find(bytes, b"\r\n\r\n") else { return Ok(None) };
        let (head, body) = (at + 2, at + 4);
        let status = status(bytes).ok_or(Unreadable)?;
        let length = match field(&bytes[..head], b"content-length") {
            Some(value) => number(value).ok_or(Unreadable)?,
            None if matches!(status, 204 | 304) => 0,
            None => return Err(Unreadable),
        };
        let end = body + length;
        Ok((end <= bytes.len()).then_some(Self { status, head, body, end }))
    }
}

impl<'a> Answer<'a> {
    /// The parts of `bytes` that a shape names.
    pub(super) fn of(shape: Shape, bytes: &'a [u8]) -> Self {
        Self { status: shape.status, head: &bytes[..shape.head], body: &bytes[shape.body..shape.end] }
    }

    /// The value of a field; `name` in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        field(self.head, name.as_bytes()).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Every field, as `name: value`.
    pub(crate) fn fields(&self) -> Vec<String> {
        // The first line is no field.
        String::from_utf8_lossy(self.head).lines().skip(1).map(str::to_owned).collect()
    }

    /// Its body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(self.body)
    }

    /// Status and body, for a message.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body[..self.body.len().min(500)]))
    }
}

fn status(head: &[u8]) -> Option<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    number(digits).and_then(|status| u16::try_from(status).ok())
}

fn field<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = head;
    while let Some(end) = memchr(b'\n', rest) {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.len() > name.len()
            && line[name.len()] == b':'
            && line[..name.len()].eq_ignore_ascii_case(name)
        {
            return Some(line[name.len() + 1..].trim_ascii());
        }
    }
    None
}

fn number(digits: &[u8]) -> Option<usize> {
    let all = !digits.is_empty() && digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

#[cfg(test)]
mod tests;
