//! One head, judged: is it one request and nothing else, and how long is its body?
//!
//! Stricter than hyper on purpose: whatever two parsers could read differently is refused here, so that no proxy in
//! front and no service behind can disagree with us (request smuggling); and hyper never has a reason to answer by
//! itself. Nothing is copied and nothing allocated. It is not a parser for use: hyper reads the same bytes again.

use super::{
    lines::{self, Lines},
    refusal::EdgeRefusal,
    target,
};

/// What hyper allows without reserving memory of its own.
const MOST_HEADERS: usize = 100;

/// The sizes a head must keep to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) head: usize,
    pub(super) url: usize,
    pub(super) headers: usize,
}

/// How the body of a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
}

/// What is needed to find the next head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes, with the empty line.
    pub(super) len: usize,
    pub(super) framing: Framing,
    /// No further request follows on this connection.
    pub(super) last: bool,
}

/// Judges the head that `bytes` begin with; nothing where it is not complete, as far as it is good.
///
/// An error says no more than that this head, once complete, will be refused.
pub(super) fn read(bytes: &[u8], bounds: &Bounds) -> Result<Option<Head>, EdgeRefusal> {
    // One empty line before a request is allowed to a sloppy client (RFC 9112, 2.2).
    let text = bytes.strip_prefix(b"\r\n").unwrap_or(bytes);
    let mut lines = Lines::of(text);
    let Some(first) = lines.next() else { return Ok(None) };
    let request = lines::request(first.ok_or(EdgeRefusal::RequestLine)?)?;
    if request.target.len() > bounds.url {
        return Err(EdgeRefusal::UrlTooLong);
    }
    let Some(facts) = Facts::collect(&mut lines, bounds.headers.min(MOST_HEADERS))? else { return Ok(None) };
    let len = bytes.len() - text.len() + lines.read();
    if len > bounds.head {
        return Err(EdgeRefusal::HeadTooLarge);
    }
    if matches!(request.method, b"TRACE" | b"CONNECT") {
        return Err(EdgeRefusal::Method);
    }
    target::check(request.method, request.target, facts.host()?)?;
    let framing = facts.framing(request.modern)?;
    Ok(Some(Head { len, framing, last: facts.close || !(request.modern || facts.keep_alive) }))
}

/// The lines of a head that decide something here.
#[derive(Default)]
struct Facts<'a> {
    host: Option<&'a [u8]>,
    hosts: usize,
    length: Option<&'a [u8]>,
    lengths: usize,
    coding: Option<&'a [u8]>,
    codings: usize,
    close: bool,
    keep_alive: bool,
}

impl<'a> Facts<'a> {
    /// Reads to the empty line; nothing where it is not there.
    fn collect(lines: &mut Lines<'a>, most: usize) -> Result<Option<Self>, EdgeRefusal> {
        let mut facts = Self::default();
        let mut left = most;
        for line in lines {
            let line = line.ok_or(EdgeRefusal::Header)?;
            if line.is_empty() {
                return Ok(Some(facts));
            }
            left = left.checked_sub(1).ok_or(EdgeRefusal::TooManyHeaders)?;
            let (name, value) = lines::field(line).ok_or(EdgeRefusal::Header)?;
            facts.note(name, value);
        }
        Ok(None)
    }

    fn note(&mut self, name: &[u8], value: &'a [u8]) {
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.host = Some(lines::trim(value));
                self.hosts += 1;
            }
            10 if name.eq_ignore_ascii_case(b"connection") => {
                for item in lines::items(value) {
                    self.close |= item.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= item.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                self.length = Some(lines::trim(value));
                self.lengths += 1;
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.coding = Some(lines::trim(value));
                self.codings += 1;
            }
            _ => {}
        }
    }

    fn host(&self) -> Result<&'a [u8], EdgeRefusal> {
        match (self.host, self.hosts) {
            (Some(host), 1) if target::is_host(host) => Ok(host),
            (Some(_), 1) => Err(EdgeRefusal::HostMalformed),
            (None, _) => Err(EdgeRefusal::HostMissing),
            (Some(_), _) => Err(EdgeRefusal::HostRepeated),
        }
    }

    fn framing(&self, modern: bool) -> Result<Framing, EdgeRefusal> {
        match (self.length, self.coding) {
            (None, None) => Ok(Framing::Length(0)),
            (Some(_), Some(_)) => Err(EdgeRefusal::LengthAndCoding),
            (Some(value), None) if self.lengths == 1 => {
                length(value).map(Framing::Length).ok_or(EdgeRefusal::Length)
            }
            (Some(_), None) => Err(EdgeRefusal::Length),
            (None, Some(value)) if modern && self.codings == 1 && value.eq_ignore_ascii_case(b"chunked") => {
                Ok(Framing::Chunked)
            }
            (None, Some(_)) => Err(EdgeRefusal::Coding),
        }
    }
}

/// Digits only, and few enough that no sum can overflow.
fn length(value: &[u8]) -> Option<u64> {
    if value.is_empty() || value.len() > 18 || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(value.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests;
