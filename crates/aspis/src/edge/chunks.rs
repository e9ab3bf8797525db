//! Where a chunked body ends (RFC 9112, 7.1), byte for byte and stricter than hyper. The data is not looked at.

/// Bytes of chunk extensions in a whole body: nobody uses them but attackers.
const MOST_EXTENSION: u32 = 4096;
/// Bytes of trailer fields in a whole body.
const MOST_TRAILER: u32 = 8192;

/// How far into the body the bytes have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Size {
        digits: u8,
    },
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    /// At the beginning of a trailer line, which the empty line ends.
    Line,
    Trailer,
    TrailerLf,
    EndLf,
}

/// What came of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunked {
    /// More is to come.
    More,
    /// The body ended after this many bytes of what was given.
    End(usize),
    /// The framing broke at this byte of what was given.
    Broken(usize),
}

/// The reader of one chunked body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunks {
    at: At,
    left: u64,
    extension: u32,
    trailer: u32,
}

impl Chunks {
    pub(super) const fn new() -> Self {
        Self { at: At::Size { digits: 0 }, left: 0, extension: 0, trailer: 0 }
    }

    /// Goes on with `bytes`.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Chunked {
        let mut at = 0;
        while at < bytes.len() {
            if self.at == At::Data {
                at += self.skip(bytes.len() - at);
                continue;
            }
            match self.step(bytes[at]) {
                Some(true) => return Chunked::End(at + 1),
                Some(false) => at += 1,
                None => return Chunked::Broken(at),
            }
        }
        Chunked::More
    }

    fn skip(&mut self, there: usize) -> usize {
        let step = usize::try_from(self.left).unwrap_or(usize::MAX).min(there);
        self.left -= step as u64;
        if self.left == 0 {
            self.at = At::DataCr;
        }
        step
    }

    /// Takes one byte of framing: whether the body is over, or nothing where the byte has no place there.
    fn step(&mut self, byte: u8) -> Option<bool> {
        self.at = match (self.at, byte) {
            (At::Size { digits }, _) if byte.is_ascii_hexdigit() => self.digit(digits, byte)?,
            (At::Size { digits: 1.. }, b';') => At::Extension,
            (At::Size { digits: 1.. } | At::Extension, b'\r') => At::SizeLf,
            (At::Extension, b'\t' | b' '..=b'~') => {
                spend(&mut self.extension, MOST_EXTENSION, At::Extension)?
            }
            (At::SizeLf, b'\n') if self.left == 0 => At::Line,
            (At::SizeLf, b'\n') => At::Data,
            (At::DataCr, b'\r') => At::DataLf,
            (At::DataLf, b'\n') => At::Size { digits: 0 },
            (At::Line, b'\r') => At::EndLf,
            (At::Trailer, b'\r') => At::TrailerLf,
            (At::Line, b'!'..=b'~') | (At::Trailer, b'\t' | b' '..=b'~' | 0x80..) => {
                spend(&mut self.trailer, MOST_TRAILER, At::Trailer)?
            }
            (At::TrailerLf, b'\n') => At::Line,
            (At::EndLf, b'\n') => return Some(true),
            _ => return None,
        };
        Some(false)
    }

    fn digit(&mut self, digits: u8, byte: u8) -> Option<At> {
        let value = char::from(byte).to_digit(16)?;
        let left = if digits == 0 { 0 } else { self.left };
        self.left = left.checked_mul(16)?.checked_add(u64::from(value))?;
        (digits < 16).then_some(At::Size { digits: digits + 1 })
    }
}

fn spend(spent: &mut u32, most: u32, next: At) -> Option<At> {
    *spent += 1;
    (*spent <= most).then_some(next)
}

#[cfg(test)]
mod tests;
