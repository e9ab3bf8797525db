use std::{sync::Arc, time::Duration};

use h2::client::Builder;
use http::Request;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ProtocolVersion, RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    super::{Limits, Standing},
    hostile::heads,
    http2::{PATIENCE, SHORT, read},
    site::{GET, LAST, Site, limits, modern},
};

/// A site with a certificate of its own, and who trusts it.
struct Encrypted {
    site: Site,
    root: CertificateDer<'static>,
}

impl Encrypted {
    async fn open(limits: Limits) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let root = cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![root.clone()], key.into())
            .unwrap();
        config.alpn_protocols =
            ["h2", "http/1.1", "acme-tls/1"].map(|word| word.as_bytes().to_vec()).to_vec();
        let site = Site::open_by(limits, Standing::Guest, Some(Arc::new(config))).await;
        Self { site, root }
    }

    async fn client(&self, protocol: &str) -> TlsStream<TcpStream> {
        self.client_by(protocol, &[&TLS12, &TLS13]).await
    }

    async fn client_by(
        &self,
        protocol: &str,
        versions: &[&'static SupportedProtocolVersion],
    ) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        if !protocol.is_empty() {
            config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        }
        let stream = TcpStream::connect(self.site.addr).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let shaking = TlsConnector::from(Arc::new(config)).connect(name, stream);
        timeout(PATIENCE, shaking).await.expect("in time").unwrap()
    }

    /// Everything that comes back for these bytes.
    async fn ask(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut client = self.client("http/1.1").await;
        let _ = client.write_all(bytes.as_ref()).await;
        rest(&mut client).await
    }
}

async fn rest(client: &mut TlsStream<TcpStream>) -> String {
    let mut read = Vec::new();
    timeout(PATIENCE, client.read_to_end(&mut read)).await.expect("it is closed in time").unwrap();
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn both_versions_are_spoken_and_the_service_knows() {
    let own = Encrypted::open(limits()).await;
    for (version, name) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        for protocol in ["http/1.1", ""] {
            let mut client = own.client_by(protocol, &[version]).await;
            assert_eq!(client.get_ref().1.protocol_version(), Some(name));
            client.write_all(LAST.replace("GET /", "GET /https").as_bytes()).await.unwrap();
            let answer = rest(&mut client).await;
            assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("true."), "{answer}");
        }
    }
    let plain = Site::open(limits()).await;
    assert!(plain.ask(LAST.replace("GET /", "GET /https")).await.ends_with("false."));
}

/// What is refused in the clear is refused in the same words behind TLS.
#[tokio::test]
async fn the_head_gate_stands_behind_it() {
    let (own, plain) = (Encrypted::open(limits()).await, Site::open(limits()).await);
    for (hostile, _) in heads() {
        assert_eq!(
            own.ask(&hostile).await,
            plain.ask(&hostile).await,
            "{:?}",
            String::from_utf8_lossy(&hostile)
        );
    }
    assert_eq!(own.site.calls(), plain.calls());
    let (own, plain) = (own.site.stop().await, plain.stop().await);
    assert_eq!((own.refused, own.requests), (plain.refused, plain.requests));
}

#[tokio::test]
async fn http2_is_agreed_on() {
    let own = Encrypted::open(modern()).await;
    let client = own.client("h2").await;
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (send, connection) = Builder::new().handshake::<_, bytes::Bytes>(client).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(connection);
    let ask = async |path: &str| {
        let request = Request::get(format!("https://localhost{path}")).body(()).unwrap();
        read(send.clone().ready().await.unwrap().send_request(request, true).unwrap().0).await.unwrap().1
    };
    assert_eq!(ask("/https").await, "true.");
    assert_eq!(ask("/huge").await.len(), 8_000_000);
}

#[tokio::test]
async fn a_large_answer_comes_whole_and_one_nobody_reads_is_given_up() {
    let own = Encrypted::open(Limits { write_timeout: SHORT, ..limits() }).await;
    let answer = own.ask(LAST.replace("GET /", "GET /huge")).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.len() > 8_000_000, "{}", answer.len());
    for path in ["/endless", "/huge"] {
        let mut client = own.client("http/1.1").await;
        client.write_all(GET.replace("GET /", &format!("GET {path}")).as_bytes()).await.unwrap();
        sleep(SHORT * 5).await;
        let mut room = vec![0; 65_536];
        let all = async { while client.read(&mut room).await.is_ok_and(|step| step > 0) {} };
        timeout(PATIENCE, all).await.unwrap_or_else(|_| panic!("{path} does not end"));
    }
}

#[tokio::test]
async fn what_is_no_tls_reaches_nobody() {
    let own = Encrypted::open(limits()).await;
    for garbage in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"\x16\x03\x01\xff\xff",
        &[0; 4096],
        b"\x16\x03\x01\0\x05\x01\0\0\x01\0",
    ] {
        let mut client = own.site.client().await;
        client.send(garbage).await;
        client.0.shutdown().await.unwrap();
        assert!(!client.rest_or_reset().await.contains("HTTP"), "{garbage:?}");
    }
    assert_eq!(own.site.calls(), 0);
    let report = own.site.stop().await;
    assert_eq!((report.connections, report.requests, report.cut), (4, 0, 0));
}

/// The time of a first head is the handshake's as well, however it is spent.
#[tokio::test]
async fn a_slow_handshake_ends() {
    let own = Encrypted::open(Limits { header_timeout: SHORT, ..limits() }).await;
    for bytes in [&b""[..], b"\x16\x03\x01\x02\0\x01"] {
        let mut client = own.site.client().await;
        client.send(bytes).await;
        assert_eq!(client.rest_or_reset().await, "", "{bytes:?}");
    }
    let mut client = own.client("http/1.1").await;
    assert_eq!(rest(&mut client).await, "", "who shook hands and never asks is told nothing");
    let mut client = own.client("http/1.1").await;
    client.write_all(b"GET / HT").await.unwrap();
    assert!(rest(&mut client).await.starts_with("HTTP/1.1 408 "));
}

/// A handshake takes a place like any other connection, and makes room like any other.
#[tokio::test]
async fn handshakes_are_counted() {
    let own = Encrypted::open(Limits { connections: 4, ..limits() }).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(own.site.client().await);
    }
    sleep(Duration::from_millis(1300)).await;
    assert!(own.ask(LAST).await.ends_with("/:."));
    let report = own.site.stop().await;
    assert!((report.evicted, report.requests) == (1, 1), "{report:?}");
}

/// An authority that comes to see a proof has seen it in the handshake.
#[tokio::test]
async fn a_proof_is_only_shown() {
    let own = Encrypted::open(limits()).await;
    let mut client = own.client("acme-tls/1").await;
    let _ = client.write_all(LAST.as_bytes()).await;
    let mut read = Vec::new();
    let _ = timeout(PATIENCE, client.read_to_end(&mut read)).await.expect("it is closed in time");
    assert_eq!((read.as_slice(), own.site.calls()), (&b""[..], 0));
}
