//! Connections to receivers: TCP, with TLS where the address says so.

use std::{fmt, io, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};

use super::{super::failure::Reason, target::Target};

/// A connection of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens connections.
#[derive(Clone)]
pub(in crate::channels) struct Wire(TlsConnector);

impl Wire {
    pub(super) fn open_web() -> Self {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::trusting(roots)
    }

    /// Trusts these alone.
    pub(in crate::channels) fn trusting(roots: RootCertStore) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider speaks both versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// A connection to where the address says.
    pub(super) async fn open(&self, target: &Target) -> Result<Box<dyn Stream>, Reason> {
        let stream = TcpStream::connect((target.host.as_str(), target.port)).await;
        let stream = stream.map_err(|_| Reason::Unreachable)?;
        if !target.tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| Reason::Untrusted)?;
        let secured = self.0.connect(name, stream).await;
        Ok(Box::new(secured.map_err(|error| refused(&error))?))
    }
}

/// A handshake that fails by what was said is a question of trust; one that breaks off is none.
fn refused(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Reason::Untrusted,
        _ => Reason::Broken,
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}
