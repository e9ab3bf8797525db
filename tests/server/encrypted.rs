//! Certificates of one's own, and a client that trusts one of them.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::wire::{Answer, lines, parse};

/// A certificate and its key in two files.
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

impl Pair {
    /// For this machine, in a folder; what was there before is replaced.
    pub(crate) fn made(folder: &Path) -> Self {
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let pair = Self { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        fs::write(&pair.certificate, cert.pem()).unwrap();
        fs::write(&pair.key, signing_key.serialize_pem()).unwrap();
        pair.open_to(0o600);
        pair
    }

    /// The same, with an end of one's own, in seconds since 1970.
    pub(crate) fn ending(folder: &Path, end: i64) -> Self {
        let pair = Self::made(folder);
        let key = KeyPair::from_pem(&fs::read_to_string(&pair.key).unwrap()).unwrap();
        let mut wish = CertificateParams::new(["localhost".to_owned()]).unwrap();
        wish.not_after = date_time_ymd(1970, 1, 1) + Duration::from_secs(end.try_into().unwrap());
        fs::write(&pair.certificate, wish.self_signed(&key).unwrap().pem()).unwrap();
        pair
    }

    /// Lets others read the key, or nobody.
    pub(crate) fn open_to(&self, mode: u32) {
        fs::set_permissions(&self.key, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What a server is told to use it by.
    pub(crate) fn settings(&self) -> [String; 2] {
        [format!("tls.certificate={}", self.certificate.display()), format!("tls.key={}", self.key.display())]
    }

    /// Who trusts it and nothing else.
    pub(crate) fn trusted(&self) -> Trust {
        Trust::pem(&fs::read(&self.certificate).unwrap())
    }

    /// What a server of the test's own speaks by.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        let chain = vec![CertificateDer::from_pem_file(&self.certificate).unwrap()];
        let key = PrivateKeyDer::from_pem_file(&self.key).unwrap();
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Arc::new(builder.with_single_cert(chain, key).unwrap())
    }
}

/// Who trusts one certificate.
#[derive(Clone)]
pub(crate) struct Trust(Arc<ClientConfig>);

impl Trust {
    /// By its PEM.
    pub(crate) fn pem(pem: &[u8]) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        Self(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    }

    /// One request on a connection of its own; why not, where there is no TLS that is trusted.
    pub(crate) fn ask(
        &self,
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[&str],
    ) -> std::io::Result<Answer> {
        let name = "localhost".try_into().unwrap();
        let client = ClientConnection::new(Arc::clone(&self.0), name).unwrap();
        let socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut stream = StreamOwned::new(client, socket);
        let fields = lines(headers);
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\r\n")?;
        stream.flush()?;
        let mut all = Vec::new();
        stream.read_to_end(&mut all)?;
        Ok(parse(&String::from_utf8_lossy(&all)))
    }

    /// One GET.
    pub(crate) fn get(&self, address: SocketAddr, path: &str) -> std::io::Result<Answer> {
        self.ask(address, "GET", path, &[])
    }
}
