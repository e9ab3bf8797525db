//! The ways in which a text is written so that a reader of it sees another one, each undone by one walk over it.
//!
//! A walk never changes what a handler gets; its result is looked at and thrown away. Where a finding began in the text
//! as it was sent is told by walking again, so that nothing is remembered for texts without one.

mod comments;
mod entities;
mod escapes;
mod fold;

use std::ops::Range;

/// What is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// `%3c`, `%u003c`, `&lt;`, `&#x3c;`, `\x3c`, `\u003c`, `\74`.
    Escapes,
    /// Letters that pass for others: wide and styled ones, bytes of UTF-8 that are longer than they may be.
    Fold,
    /// Comments of SQL as what they are to SQL: a blank.
    Comments,
    /// Comments of SQL as a filter reads them: nothing at all.
    Joined,
}

impl Layer {
    /// The text without this layer; none where that is the same. What has nothing to undo is neither copied nor kept.
    pub(super) fn undo(self, text: &[u8]) -> Option<Vec<u8>> {
        if !self.may_change(text) {
            return None;
        }
        let mut out: Option<Vec<u8>> = None;
        let (mut at, mut copied) = (0, 0);
        let mut read = Vec::new();
        let whole = self != Self::Fold || std::str::from_utf8(text).is_ok();
        while let Some(next) = self.next(text, at, whole) {
            read.clear();
            let length = self.read(&text[next..], &mut read).unwrap_or_default();
            at = next + length.max(1);
            if length > 0 && read != text[next..at] {
                let out = out.get_or_insert_with(|| Vec::with_capacity(text.len()));
                out.extend_from_slice(&text[copied..next]);
                out.extend_from_slice(&read);
                copied = at;
            }
        }
        out.map(|mut out| {
            out.extend_from_slice(&text[copied..]);
            out
        })
    }

    /// Where in `text` stands what became this part of [`Self::undo`]'s answer.
    pub(super) fn origin(self, text: &[u8], part: &Range<usize>) -> Range<usize> {
        let (mut out, mut at, mut start) = (Vec::new(), 0, None);
        while at < text.len() {
            let from = at;
            at += self.step(text, at, &mut out);
            if start.is_none() && out.len() > part.start {
                start = Some(from);
            }
            if out.len() >= part.end {
                break;
            }
        }
        start.unwrap_or(at)..at
    }

    fn may_change(self, text: &[u8]) -> bool {
        let starred = || memchr::memmem::find(text, b"/*").is_some();
        match self {
            Self::Escapes => true,
            Self::Fold => !text.is_ascii(),
            Self::Comments => memchr::memchr(b'\n', text).is_some() || starred(),
            Self::Joined => starred(),
        }
    }

    /// The next byte from `at` on with which something to undo may begin; `whole` is true of UTF-8.
    fn next(self, text: &[u8], at: usize, whole: bool) -> Option<usize> {
        let rest = text.get(at..)?;
        let found = match self {
            Self::Escapes => memchr::memchr3(b'%', b'&', b'\\', rest),
            Self::Fold => fold::next(rest, whole),
            Self::Comments => comments::next(rest),
            Self::Joined => memchr::memchr2(b'/', b'*', rest),
        };
        found.map(|found| at + found)
    }

    /// Reads what begins here, if it is to be undone; writes what it means, and says how many bytes it took.
    fn read(self, text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        match self {
            Self::Escapes => escapes::read(text, out),
            Self::Fold => fold::read(text, out),
            Self::Comments => comments::read(text, Some(b' '), out),
            Self::Joined => comments::read(text, None, out),
        }
    }

    /// Reads one thing at `at`, writes what it means, and says how many bytes it took: at least one.
    fn step(self, text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
        self.read(&text[at..], out).unwrap_or_else(|| {
            out.push(text[at]);
            1
        })
    }
}

/// Writes a character as UTF-8.
fn push(code: u32, out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
}

#[cfg(test)]
mod tests;
