//! Counts and hashes what is read through it.

use std::{
    io::{self, Read},
    path::Path,
};

use aspis_core::hex;
use sha2::{Digest, Sha256};

use crate::file;

/// A reader that is looked at.
pub(super) struct Hashing<R> {
    from: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, hash: Sha256::new(), bytes: 0 }
    }

    /// Its SHA-256 in lower hex, and its length.
    pub(super) fn end(self) -> (String, u64) {
        (hex::encode(self.hash.finalize().as_slice()), self.bytes)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.hash.update(&into[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// The SHA-256 of a file, in lower hex.
pub fn sum(path: &Path) -> io::Result<String> {
    let mut hashing = Hashing::new(file::open(path)?);
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(hashing.end().0)
}
