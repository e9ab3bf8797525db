//! Where a request stands among those of other services: the field `traceparent` (W3C Trace Context, level 1).
//!
//! Deliberately not here: `tracestate`, which is other services' own, and what a word about a trace is worth.

use std::fmt;

use crate::hex;

/// Which trace: never all zeroes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// Which span of it: never all zeroes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

/// The span that a request was sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// Its trace.
    pub trace: TraceId,
    /// The span itself.
    pub span: SpanId,
    /// True where whoever sent it keeps it.
    pub sampled: bool,
}

impl TraceId {
    /// From random bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        // One of 2^128: whoever draws it gets another that is as good.
        Self(if u128::from_be_bytes(bytes) == 0 { [1; 16] } else { bytes })
    }
}

impl SpanId {
    /// From random bytes.
    pub const fn new(bytes: [u8; 8]) -> Self {
        Self(if u64::from_be_bytes(bytes) == 0 { [1; 8] } else { bytes })
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

/// Version 00 as it is written: version, trace, span, flags.
const LENGTH: usize = 55;

impl Parent {
    /// Reads the field; what is not exactly of its form is nothing. Of a later version the part that version 00 has is
    /// read, as the standard wants it.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let known = bytes.get(..LENGTH)?;
        let [version] = digits(known.get(..2)?)?;
        let more = bytes.len() > LENGTH;
        if version == 0xff || (version == 0 && more) || (more && bytes[LENGTH] != b'-') {
            return None;
        }
        if [2, 35, 52].iter().any(|at| known[*at] != b'-') {
            return None;
        }
        let (trace, span): ([u8; 16], [u8; 8]) = (digits(&known[3..35])?, digits(&known[36..52])?);
        let [flags] = digits(&known[53..])?;
        let whole = trace != [0; 16] && span != [0; 8];
        whole.then_some(Self { trace: TraceId(trace), span: SpanId(span), sampled: flags & 1 == 1 })
    }
}

/// Bytes from lower-case digits, two for each.
fn digits<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let (pairs, []) = text.as_chunks::<2>() else { return None };
    if pairs.len() != N {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(bytes)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
