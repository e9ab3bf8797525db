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
use zeroize::Zeroizing;

use super::leaf::Leaf;

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
    #[error("the certificate in {} is good from {start} on", path.display())]
    Early { path: PathBuf, start: Timestamp },
}

/// A certificate that can be shown.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) key: Arc<CertifiedKey>,
    pub(super) leaf: Leaf,
}

impl Pair {
    /// Reads both files. A key that others can read is none.
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, PairError> {
        let chain = chain(&text(certificate)?);
        let leaf = chain.first().and_then(Leaf::of);
        let leaf = leaf.ok_or_else(|| PairError::NoCertificate(certificate.to_owned()))?;
        closed(key)?;
        let private =
            PrivateKeyDer::from_pem_slice(&text(key)?).map_err(|_| PairError::NoKey(key.to_owned()))?;
        let strangers =
            |cause| PairError::Strangers { key: key.to_owned(), certificate: certificate.to_owned(), cause };
        let key = CertifiedKey::from_der(chain, private, &super::provider()).map_err(strangers)?;
        Ok(Self { key: Arc::new(key), leaf })
    }

    /// From one text, the key before the certificate, as it is kept where it was fetched. None where they do not fit.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let chain = chain(text);
        let leaf = Leaf::of(chain.first()?)?;
        let private = PrivateKeyDer::from_pem_slice(text).ok()?;
        let key = CertifiedKey::from_der(chain, private, &super::provider()).ok()?;
        Some(Self { key: Arc::new(key), leaf })
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
    let leaf = chain.first().and_then(Leaf::of);
    leaf.map(|leaf| leaf.end).ok_or_else(|| PairError::NoCertificate(path.to_owned()))
}

/// Every certificate of a text; none where one of them is broken.
pub(super) fn chain(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().unwrap_or_default()
}
