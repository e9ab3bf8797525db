//! A stream of bytes, divided: heads that are good, bodies that belong to them, and the first thing that is neither.
//!
//! Pure: it is given bytes and says how many of them the parser behind may see. It owns no buffer and knows no socket.

use super::{
    chunks::{Chunked, Chunks},
    early,
    head::{self, Bounds, Framing, Head},
    refusal::EdgeRefusal,
};

/// Where in the stream the next byte belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before or in a head.
    Head,
    /// In a body of known length.
    Length(u64),
    /// In a chunked body.
    Chunked(Chunks),
    /// After the last request of the connection: whatever comes is nobody's.
    Over,
    /// After bytes that were refused.
    Refused(EdgeRefusal),
    /// After chunked framing that broke: the handler of that request is told by its body.
    Broken,
}

/// What came of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fed {
    /// How many of them may be seen; the others are an unfinished head, or nobody's.
    pub(super) pass: usize,
    /// How many complete heads are among those.
    pub(super) heads: u32,
}

/// The reader of one connection.
#[derive(Debug)]
pub(super) struct Scan {
    bounds: Bounds,
    place: Place,
    /// Bytes of an unfinished head that were looked at.
    seen: usize,
    last: bool,
}

impl Scan {
    pub(super) const fn new(bounds: Bounds) -> Self {
        Self { bounds, place: Place::Head, seen: 0, last: false }
    }

    pub(super) const fn place(&self) -> Place {
        self.place
    }

    pub(super) const fn in_body(&self) -> bool {
        matches!(self.place, Place::Length(_) | Place::Chunked(_))
    }

    /// Ends the stream here, for a reason that is not in its bytes.
    pub(super) fn refuse(&mut self, why: EdgeRefusal) {
        self.place = Place::Refused(why);
    }

    /// Goes on with `bytes`, which begin where the last ones that passed ended.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Fed {
        let mut fed = Fed { pass: 0, heads: 0 };
        while fed.pass < bytes.len() {
            let rest = &bytes[fed.pass..];
            let step = match self.place {
                Place::Head => match self.head(rest) {
                    Some(len) => {
                        fed.heads += 1;
                        len
                    }
                    None => break,
                },
                Place::Length(left) => self.length(left, rest.len()),
                Place::Chunked(chunks) => self.chunked(chunks, rest),
                Place::Over | Place::Refused(_) | Place::Broken => break,
            };
            fed.pass += step;
        }
        fed
    }

    fn head(&mut self, bytes: &[u8]) -> Option<usize> {
        // Read at once where it may be whole; one that came in pieces is not read again with every piece.
        if self.seen > 0 && self.end(bytes).is_none() {
            return self.unfinished(bytes);
        }
        match head::read(bytes, &self.bounds) {
            Ok(Some(head)) => Some(self.begin(head)),
            Ok(None) => self.unfinished(bytes),
            Err(why) => self.fault(bytes, why),
        }
    }

    fn begin(&mut self, head: Head) -> usize {
        self.seen = 0;
        self.last = head.last;
        self.place = match head.framing {
            Framing::Length(0) => self.next(),
            Framing::Length(left) => Place::Length(left),
            Framing::Chunked => Place::Chunked(Chunks::new()),
        };
        head.len
    }

    /// Where the head ends, if it does.
    fn end(&self, bytes: &[u8]) -> Option<usize> {
        let from = self.seen.saturating_sub(3);
        memchr::memmem::find(&bytes[from..], b"\r\n\r\n").map(|at| from + at + 4)
    }

    #[cold]
    fn unfinished(&mut self, bytes: &[u8]) -> Option<usize> {
        if let Some(why) = early::look(bytes, self.seen, &self.bounds) {
            self.refuse(why);
        }
        self.seen = bytes.len();
        None
    }

    /// A fault is one when the head is complete, whenever that is.
    #[cold]
    fn fault(&mut self, bytes: &[u8], why: EdgeRefusal) -> Option<usize> {
        let Some(end) = self.end(bytes) else { return self.unfinished(bytes) };
        self.refuse(early::look(&bytes[..end], self.seen, &self.bounds).unwrap_or(why));
        None
    }

    fn length(&mut self, left: u64, there: usize) -> usize {
        let step = usize::try_from(left).unwrap_or(usize::MAX).min(there);
        let left = left - step as u64;
        self.place = if left == 0 { self.next() } else { Place::Length(left) };
        step
    }

    fn chunked(&mut self, mut chunks: Chunks, bytes: &[u8]) -> usize {
        match chunks.feed(bytes) {
            Chunked::More => {
                self.place = Place::Chunked(chunks);
                bytes.len()
            }
            Chunked::End(step) => {
                self.place = self.next();
                step
            }
            Chunked::Broken(step) => {
                self.place = Place::Broken;
                step
            }
        }
    }

    const fn next(&self) -> Place {
        if self.last { Place::Over } else { Place::Head }
    }
}

#[cfg(test)]
mod tests;
