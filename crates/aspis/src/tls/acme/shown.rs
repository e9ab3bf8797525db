//! What a handshake is shown: the certificate, or the proof that an authority came to see.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use arc_swap::ArcSwapOption;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// The protocol by which nothing but a proof is asked for (RFC 8737).
const PROOF: &[u8] = b"acme-tls/1";

/// The certificate that is shown, and the proofs of an order that is under way, by their names.
#[derive(Default)]
pub(super) struct Shown {
    certificate: ArcSwapOption<CertifiedKey>,
    proofs: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    pub(super) fn show(&self, certificate: Arc<CertifiedKey>) {
        self.certificate.store(Some(certificate));
    }

    pub(super) fn prove(&self, name: String, proof: Arc<CertifiedKey>) {
        self.proofs.write().unwrap_or_else(PoisonError::into_inner).insert(name, proof);
    }

    /// Forgets all proofs: the order is over.
    pub(super) fn forget(&self) {
        self.proofs.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn proof(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.proofs.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let proves = hello.alpn().is_some_and(|words| words.eq([PROOF]));
        if proves { self.proof(hello.server_name()?) } else { self.certificate.load_full() }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}
