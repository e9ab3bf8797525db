//! Finds keys of this house in any bytes: plain, escaped, in UTF-16 and in base64.
//!
//! Bytes come in pieces of any size, and what is found does not hang on where they are cut. A finding is what has the
//! prefix, the length and the checksum of a key: whether there ever was such a key is not known here. Deliberately not
//! here: files, archives and repositories, and what is compressed.

use memchr::{memchr_iter, memrchr};

use super::format;
use crate::secret::SecretText;

mod anchors;
mod base64;
mod text;
mod wide;

#[cfg(test)]
mod tests;

use anchors::Anchors;

/// How a key was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// As it is.
    Plain,
    /// With escapes of a URL, of JSON or of a program's text.
    Escaped,
    /// In UTF-16, whichever byte comes first.
    Wide,
    /// In base64, alone or within more, in one line or several.
    Base64,
}

impl Form {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Escaped => "escaped",
            Self::Wide => "utf16",
            Self::Base64 => "base64",
        }
    }
}

/// What has the form of a key, and where.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The key.
    pub key: SecretText,
    /// How it was written down.
    pub form: Form,
    /// How many bytes stand before it.
    pub at: u64,
    /// In which line, from 1.
    pub line: u64,
    /// At which byte of the line, from 1.
    pub column: u64,
}

/// A key as its bytes.
type Key = [u8; format::LENGTH];

/// Bytes that a key takes at most, however it is written down.
const LONGEST: usize = 1024;
/// Bytes that may stand before what gives a key away, and belong to it.
const BEFORE: usize = 512;
/// Room for bytes: small enough for a processor's own memory.
const ROOM: usize = 256 * 1024;

/// Looks through one stream of bytes after the other.
#[derive(Debug)]
pub struct Scanner {
    anchors: Anchors,
    bytes: Vec<u8>,
    filled: usize,
    /// From here on nothing was looked at.
    from: usize,
    /// How many bytes of the stream stand before the first that is held.
    before: u64,
    /// The line at `counted`.
    line: u64,
    counted: usize,
    /// How many bytes of the stream stand before the line of the first that is held.
    line_begins: u64,
    /// Where keys were found that may be found again.
    recent: Vec<u64>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Scanner {
    /// A scanner with room for so many bytes, and for what it has to keep.
    pub fn with_room(room: usize) -> Self {
        let bytes = vec![0; room.max(1) + LONGEST + BEFORE];
        Self {
            anchors: Anchors::new(),
            bytes,
            filled: 0,
            from: 0,
            before: 0,
            line: 1,
            line_begins: 0,
            counted: 0,
            recent: Vec::new(),
        }
    }

    /// Where the next bytes are to be put. Never empty.
    pub fn room(&mut self) -> &mut [u8] {
        &mut self.bytes[self.filled..]
    }

    /// Looks at the first `count` bytes that were put there, as far as more could not change what they are.
    pub fn put(&mut self, count: usize, found: &mut dyn FnMut(Finding)) {
        self.filled += count;
        let sure = self.filled.saturating_sub(LONGEST);
        if sure > self.from {
            self.look(sure, found);
        }
        if self.filled == self.bytes.len() {
            self.make_room();
        }
    }

    /// Looks at the rest: nothing more comes. The scanner is then as new.
    pub fn end(&mut self, found: &mut dyn FnMut(Finding)) {
        self.look(self.filled, found);
        (self.filled, self.from, self.counted) = (0, 0, 0);
        (self.before, self.line, self.line_begins) = (0, 1, 0);
        self.recent.clear();
    }

    /// Looks at what is held up to a place.
    fn look(&mut self, to: usize, found: &mut dyn FnMut(Finding)) {
        let held = &self.bytes[..self.filled];
        let mut starts = Vec::new();
        for (at, anchor) in self.anchors.find(held, self.from..to) {
            let Some((start, key, form)) = anchor.read(held, at) else { continue };
            let place = self.before + start as u64;
            if !self.recent.contains(&place) {
                self.recent.push(place);
                starts.push((start, key, form));
            }
        }
        self.from = to;
        starts.sort_unstable_by_key(|(start, ..)| *start);
        for (start, key, form) in starts {
            found(self.finding(start, key, form));
        }
    }

    fn finding(&mut self, start: usize, key: Key, form: Form) -> Finding {
        self.count(start);
        // What gives a key away may stand after it began, so that more was counted already.
        let passed = &self.bytes[start..self.counted];
        let line = self.line - memchr_iter(b'\n', passed).count() as u64;
        let at = self.before + start as u64;
        let key = SecretText::new(key.iter().copied().map(char::from).collect::<String>());
        Finding { key, form, at, line, column: at - self.line_of(start) + 1 }
    }

    /// Counts lines up to a place, if it is further than what was counted.
    fn count(&mut self, to: usize) {
        let Some(passed) = self.bytes.get(self.counted..to) else { return };
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.counted = to;
    }

    /// How many bytes of the stream stand before the line that a place is in.
    fn line_of(&self, place: usize) -> u64 {
        let newline = memrchr(b'\n', &self.bytes[..place]);
        newline.map_or(self.line_begins, |newline| self.before + newline as u64 + 1)
    }

    /// Keeps what may still be part of a key, at the front.
    fn make_room(&mut self) {
        let keep = self.from.saturating_sub(BEFORE);
        self.count(keep);
        self.line_begins = self.line_of(keep);
        self.bytes.copy_within(keep..self.filled, 0);
        self.before += keep as u64;
        self.filled -= keep;
        self.from -= keep;
        self.counted -= keep;
        self.recent.retain(|place| *place >= self.before);
    }
}

/// What bytes hold that are there whole.
pub fn scan(bytes: &[u8]) -> Vec<Finding> {
    let (mut scanner, mut findings) = (Scanner::default(), Vec::new());
    let mut left = bytes;
    while !left.is_empty() {
        let room = scanner.room();
        let (now, later) = left.split_at(left.len().min(room.len()));
        room[..now.len()].copy_from_slice(now);
        scanner.put(now.len(), &mut |finding| findings.push(finding));
        left = later;
    }
    scanner.end(&mut |finding| findings.push(finding));
    findings
}
