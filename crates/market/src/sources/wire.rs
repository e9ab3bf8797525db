//! Connections to sources: TCP, with TLS where the address says so.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};

use super::{address::Address, fault::Fault};

/// A connection of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens connections.
#[derive(Clone)]
pub(super) struct Wire(TlsConnector);

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// Trusts the certificate authorities that browsers trust.
    pub(super) fn open_web() -> Self {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::trusting(roots)
    }

    /// Trusts these alone.
    pub(super) fn trusting(roots: RootCertStore) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider speaks both versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// A connection to where the address says.
    pub(super) async fn open(&self, address: &Address) -> Result<Box<dyn Stream>, Fault> {
        let target = (address.host.as_str(), address.port);
        let stream = TcpStream::connect(target).await.map_err(|_| Fault::Unreachable)?;
        if !address.tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(address.host.clone()).map_err(|_| Fault::Untrusted)?;
        let secured = self.0.connect(name, stream).await;
        Ok(Box::new(secured.map_err(|error| refused(&error))?))
    }
}

/// A handshake that fails by what was said is a question of trust; one that breaks off is none.
fn refused(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Fault::Untrusted,
        _ => Fault::Broken,
    }
}
