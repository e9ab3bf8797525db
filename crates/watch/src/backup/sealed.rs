//! Encryption of backups by a passphrase, in the form of age (<https://age-encryption.org/v1>): scrypt, HKDF-SHA-256 and
//! `ChaCha20-Poly1305` in chunks of 64 KiB.
//!
//! Any tool of that form opens them without us. The library of that name brings a hundred crates for what is not needed
//! here (public keys, plugins, translations); the primitives are those of the crates that are in the tree already.
//! Deliberately not here: recipients other than one passphrase.

use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};

use aspis_core::{
    chance::{self, Chance},
    secret::SecretText,
};

mod header;
mod stream;

pub(super) use header::is_sealed;
use stream::{Opened, Sealed};

/// How much work it is to try a passphrase: 2 to this power, times 1 KiB of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost(pub u8);

impl Default for Cost {
    /// 128 MiB: what OWASP asks of scrypt.
    fn default() -> Self {
        Self(17)
    }
}

/// What encrypts and opens.
#[derive(Debug, Clone)]
pub struct Seal {
    /// The passphrase.
    pub passphrase: SecretText,
    /// The work of a new file.
    pub cost: Cost,
    /// Where new keys come from.
    pub chance: Arc<dyn Chance>,
}

/// Why a file is not opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// By this passphrase it is not.
    Passphrase,
    /// It cannot be read, or has another form.
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Seal {
    /// Encrypts what is written to it.
    pub(super) fn writer<W: Write>(&self, mut to: W) -> io::Result<Sealed<W>> {
        let key = header::FileKey::fresh(self.chance.as_ref());
        let salt = chance::bytes(self.chance.as_ref());
        to.write_all(&header::write(&key, &self.passphrase, salt, self.cost)?)?;
        let nonce: [u8; 16] = chance::bytes(self.chance.as_ref());
        to.write_all(&nonce)?;
        Sealed::new(to, &key.for_payload(&nonce)?)
    }

    /// Opens what is read from it.
    pub(super) fn reader<R: BufRead>(&self, mut from: R) -> Result<Opened<R>, OpenError> {
        let key = header::read(&mut from, &self.passphrase)?;
        let mut nonce = [0; 16];
        from.read_exact(&mut nonce)?;
        Ok(Opened::new(from, &key.for_payload(&nonce)?)?)
    }
}

#[cfg(test)]
mod tests;
