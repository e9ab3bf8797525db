//! Where the account and the certificates are kept: in the data folder, readable by nobody else.
//!
//! A file for each authority and list of names, called by their hash, so that other settings never find a certificate
//! that is not theirs.

use std::{
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::super::pair;
use crate::serve::folder;

/// A file could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct ShelfError(#[from] io::Error);

impl ShelfError {
    /// What was kept is not what it should be.
    pub(super) fn unlike(wanted: &str) -> Self {
        Self(io::Error::new(io::ErrorKind::InvalidData, format!("what was fetched before is not {wanted}")))
    }
}

/// The folder, and the names of its files for these settings.
pub(super) struct Shelf {
    folder: PathBuf,
    certificate: PathBuf,
    account: PathBuf,
}

type Kept = Option<Zeroizing<Vec<u8>>>;

impl Shelf {
    pub(super) fn new(folder: &Path, names: &[String], contact: &[String], directory: &str) -> Self {
        let mailto: Vec<String> = contact.iter().map(|address| format!("mailto:{address}")).collect();
        Self {
            certificate: file(folder, "certificate", names, directory),
            account: file(folder, "account", &mailto, directory),
            folder: folder.to_owned(),
        }
    }

    /// The certificate behind its key, where one was fetched.
    pub(super) fn certificate(&self) -> Result<Kept, ShelfError> {
        read(&self.certificate)
    }

    pub(super) fn keep_certificate(&self, text: &[u8]) -> Result<(), ShelfError> {
        self.write(&self.certificate, text)
    }

    /// The key of the account (PKCS #8), where there is one.
    pub(super) fn account(&self) -> Result<Kept, ShelfError> {
        read(&self.account)
    }

    pub(super) fn keep_account(&self, key: &[u8]) -> Result<(), ShelfError> {
        self.write(&self.account, key)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), ShelfError> {
        folder::make(&self.folder)?;
        Ok(folder::replace(path, bytes)?)
    }
}

fn file(folder: &Path, kind: &str, words: &[String], directory: &str) -> PathBuf {
    let mut hash = Sha256::new();
    for word in words.iter().map(String::as_str).chain([directory]) {
        hash.update(word.as_bytes());
        hash.update([0]);
    }
    folder.join(format!("{kind}-{}", aspis_core::hex::encode(&hash.finalize()[..16])))
}

fn read(path: &Path) -> Result<Kept, ShelfError> {
    match aspis_watch::file::read(path, pair::LONGEST) {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
