//! What follows the head: chunks of 64 KiB, each sealed with its number, and the last one with the word that it is the last:
//! none can be changed, left out, put elsewhere, or be missing at the end.

use std::io::{self, ErrorKind, Read, Write};

use aspis_core::secret::Secret;
use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};

use super::header::cipher;

/// The bytes of a chunk before it is sealed.
const CHUNK: usize = 64 * 1024;
/// What the seal adds.
const TAG: usize = 16;

/// The number of a chunk, and whether it is the last.
fn nonce(at: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[3..11].copy_from_slice(&at.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written to it. It has to be finished: what is not, cannot be opened.
pub(in crate::backup) struct Sealed<W> {
    to: W,
    key: LessSafeKey,
    at: u64,
    held: Vec<u8>,
}

impl<W: Write> Sealed<W> {
    pub(super) fn new(to: W, key: &Secret) -> io::Result<Self> {
        Ok(Self { to, key: cipher(key)?, at: 0, held: Vec::with_capacity(CHUNK + TAG) })
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.key.seal_in_place_append_tag(nonce(self.at, last), Aad::empty(), &mut self.held);
        sealed.map_err(|_| io::Error::other("a chunk could not be sealed"))?;
        self.to.write_all(&self.held)?;
        self.held.clear();
        self.at += 1;
        Ok(())
    }

    /// Seals what is left as the last chunk.
    pub(in crate::backup) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until it is known that another follows.
        if self.held.len() == CHUNK && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.held.len());
        self.held.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Opens what is read from it.
pub(in crate::backup) struct Opened<R> {
    from: R,
    key: LessSafeKey,
    at: u64,
    held: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Opened<R> {
    pub(super) fn new(from: R, key: &Secret) -> io::Result<Self> {
        Ok(Self { from, key: cipher(key)?, at: 0, held: Vec::new(), given: 0, ended: false })
    }

    /// The next chunk. The last one is only known by its seal, and by nothing that follows it.
    fn next(&mut self) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(CHUNK + TAG);
        self.from.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut sealed)?;
        if sealed.len() < TAG {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it was cut: its last chunk is missing"));
        }
        let mut other = sealed.clone();
        let full = sealed.len() == CHUNK + TAG;
        let opened = self.key.open_in_place(nonce(self.at, false), Aad::empty(), &mut sealed);
        let (bytes, last) = match opened {
            Ok(bytes) if full => (bytes.to_vec(), false),
            _ => match self.key.open_in_place(nonce(self.at, true), Aad::empty(), &mut other) {
                Ok(bytes) => (bytes.to_vec(), true),
                Err(_) => return Err(io::Error::new(ErrorKind::InvalidData, "a chunk was changed or cut")),
            },
        };
        if last && (bytes.is_empty() && self.at > 0 || self.from.read(&mut [0])? > 0) {
            return Err(io::Error::new(ErrorKind::InvalidData, "something was put behind its end"));
        }
        (self.held, self.given, self.ended) = (bytes, 0, last);
        self.at += 1;
        Ok(())
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.held.len() && !self.ended {
            self.next()?;
        }
        let bytes = &self.held[self.given..];
        let taken = bytes.len().min(into.len());
        into[..taken].copy_from_slice(&bytes[..taken]);
        self.given += taken;
        Ok(taken)
    }
}
