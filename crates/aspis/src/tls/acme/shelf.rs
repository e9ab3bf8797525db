//! Where the account and the certificates are kept: in the data folder, readable by nobody else.
//!
//! A file for each authority and list of names, called by their hash, so that other settings never find a certificate
//! that is not theirs. What passes here also says when it ends.

use std::{io, path::PathBuf, sync::Arc};

use aspis_core::clock::Timestamp;
use async_trait::async_trait;
use rustls_acme::{AccountCache, CertCache};
use sha2::{Digest, Sha256};

use super::{super::pair, Expiry};
use crate::serve::folder;

/// A file could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct ShelfError(#[from] io::Error);

/// The folder.
pub(super) struct Shelf {
    folder: PathBuf,
    expiry: Arc<Expiry>,
}

impl Shelf {
    pub(super) const fn new(folder: PathBuf, expiry: Arc<Expiry>) -> Self {
        Self { folder, expiry }
    }

    fn file(&self, kind: &str, words: &[String], directory: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for word in words.iter().map(String::as_str).chain([directory]) {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        let name = aspis_core::hex::encode(&hash.finalize()[..16]);
        self.folder.join(format!("{kind}-{name}"))
    }

    fn read(&self, kind: &str, words: &[String], directory: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        match aspis_watch::file::read(&self.file(kind, words, directory), pair::LONGEST) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, kind: &str, words: &[String], directory: &str, bytes: &[u8]) -> Result<(), ShelfError> {
        folder::make(&self.folder)?;
        Ok(folder::replace(&self.file(kind, words, directory), bytes)?)
    }

    /// When the certificate that is kept for these names ends; none where none was fetched.
    pub(super) fn end(&self, domains: &[String], directory: &str) -> Result<Option<Timestamp>, ShelfError> {
        let Some(text) = self.read("certificate", domains, directory)? else { return Ok(None) };
        let end = pair::chain(&text).first().and_then(|own| pair::end(own));
        let unlike = || io::Error::new(io::ErrorKind::InvalidData, "what was fetched holds no certificate");
        end.map(Some).ok_or_else(|| unlike().into())
    }

    /// Notes when a certificate ends: the first in the text, behind its key.
    fn note(&self, text: &[u8]) {
        if let Some(end) = pair::chain(text).first().and_then(|own| pair::end(own)) {
            self.expiry.set(end);
        }
    }
}

#[async_trait]
impl CertCache for Shelf {
    type EC = ShelfError;

    async fn load_cert(&self, domains: &[String], directory: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        let kept = self.read("certificate", domains, directory)?;
        if let Some(text) = &kept {
            self.note(text);
        }
        Ok(kept)
    }

    async fn store_cert(&self, domains: &[String], directory: &str, text: &[u8]) -> Result<(), ShelfError> {
        self.note(text);
        self.write("certificate", domains, directory, text)
    }
}

#[async_trait]
impl AccountCache for Shelf {
    type EA = ShelfError;

    async fn load_account(&self, contact: &[String], directory: &str) -> Result<Option<Vec<u8>>, ShelfError> {
        self.read("account", contact, directory)
    }

    async fn store_account(&self, contact: &[String], directory: &str, key: &[u8]) -> Result<(), ShelfError> {
        self.write("account", contact, directory, key)
    }
}
