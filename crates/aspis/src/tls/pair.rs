//! A certificate and its key, from two PEM files.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::clock::Timestamp;
use rustls::{
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

/// Why two files are no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PairError {
    #[error("{} cannot be read: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("{} can be read by others (mode {mode:04o}): chmod 600", path.display())]
    Open { path: PathBuf, mode: u32 },
    #[error("{} holds no certificate in PEM form", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no private key in PEM form", .0.display())]
    NoKey(PathBuf),
    #[error("{} is not the key of {}, or of no kind that is known: {cause}", key.display(), certificate.display())]
    Strangers { key: PathBuf, certificate: PathBuf, cause: rustls::Error },
    #[error("the certificate in {} ended at {end}", path.display())]
    Ended { path: PathBuf, end: Timestamp },
}

/// A certificate that can be shown.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) key: Arc<CertifiedKey>,
    pub(super) end: Timestamp,
}

impl Pair {
    /// Reads both files. A key that others can read is none.
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, PairError> {
        let chain = chain(&text(certificate)?);
        let end = chain.first().and_then(|own| end(own));
        let end = end.ok_or_else(|| PairError::NoCertificate(certificate.to_owned()))?;
        closed(key)?;
        let private =
            PrivateKeyDer::from_pem_slice(&text(key)?).map_err(|_| PairError::NoKey(key.to_owned()))?;
        let strangers =
            |cause| PairError::Strangers { key: key.to_owned(), certificate: certificate.to_owned(), cause };
        let key = CertifiedKey::from_der(chain, private, &super::provider()).map_err(strangers)?;
        Ok(Self { key: Arc::new(key), end })
    }
}

/// The longest file of certificates, or of a key.
pub(super) const LONGEST: u64 = 1 << 20;

fn text(path: &Path) -> Result<Zeroizing<Vec<u8>>, PairError> {
    let unreadable = |cause| PairError::Unreadable { path: path.to_owned(), cause };
    aspis_watch::file::read(path, LONGEST).map(Zeroizing::new).map_err(unreadable)
}

/// That nobody but its owner can read a file.
fn closed(path: &Path) -> Result<(), PairError> {
    let unreadable = |cause| PairError::Unreadable { path: path.to_owned(), cause };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
    if mode.trailing_zeros() >= 6 { Ok(()) } else { Err(PairError::Open { path: path.to_owned(), mode }) }
}

/// When the certificate of a file ends.
pub(crate) fn end_of(path: &Path) -> Result<Timestamp, PairError> {
    let chain = chain(&text(path)?);
    chain.first().and_then(|own| end(own)).ok_or_else(|| PairError::NoCertificate(path.to_owned()))
}

/// Every certificate of a text; none where one of them is broken.
pub(super) fn chain(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().unwrap_or_default()
}

/// When a certificate ends.
pub(super) fn end(certificate: &CertificateDer<'_>) -> Option<Timestamp> {
    let (_, read) = X509Certificate::from_der(certificate).ok()?;
    Some(Timestamp::from_seconds(read.validity().not_after.timestamp()))
}
