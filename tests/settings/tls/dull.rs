//! Authorities that keep a server waiting, or send without an end; and what is shown meanwhile.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use aspis_core::clock::{Clock, SystemClock};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};

use crate::server::{Home, Pair, Server, Trust, run, text};

/// An authority that is asked and is no help.
struct Dull {
    address: SocketAddr,
    pair: Pair,
    /// How often it was called, and how much it got rid of in one answer at most.
    calls: Arc<AtomicUsize>,
    sent: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

/// What it does with a connection; how much it sent.
type Manner = fn(TcpStream, Arc<ServerConfig>) -> u64;

/// Takes the connection and says nothing, not even of TLS.
fn silent(mut stream: TcpStream, _: Arc<ServerConfig>) -> u64 {
    // Until the other one gives up.
    let _ = stream.read_to_end(&mut Vec::new());
    0
}

/// Speaks TLS, hears the request, and then says nothing more.
fn dumb(stream: TcpStream, config: Arc<ServerConfig>) -> u64 {
    let Ok(connection) = ServerConnection::new(config) else { return 0 };
    let _ = StreamOwned::new(connection, stream).read_to_end(&mut Vec::new());
    0
}

/// Answers with a body that has no end; after a gigabyte it is enough all the same.
fn endless(stream: TcpStream, config: Arc<ServerConfig>) -> u64 {
    let Ok(connection) = ServerConnection::new(config) else { return 0 };
    let mut stream = StreamOwned::new(connection, stream);
    let mut asked = [0; 1024];
    let _ = stream.read(&mut asked);
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    let mut sent = 0;
    let mut next = stream.write_all(head);
    while next.is_ok() && sent < 1 << 30 {
        next = stream.write_all(&[b'['; 16_384]);
        sent += 16_384;
    }
    sent
}

/// Refuses in words, as authorities do.
fn refusing(stream: TcpStream, config: Arc<ServerConfig>) -> u64 {
    let Ok(connection) = ServerConnection::new(config) else { return 0 };
    let mut stream = StreamOwned::new(connection, stream);
    let mut asked = [0; 1024];
    let _ = stream.read(&mut asked);
    let said =
        r#"{"type":"urn:ietf:params:acme:error:rateLimited","detail":"Come back on Monday","status":503}"#;
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n";
    let _ = write!(stream, "{head}content-length: {}\r\nconnection: close\r\n\r\n{said}", said.len());
    0
}

impl Dull {
    fn open(manner: Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = Pair::made(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (calls, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU64::new(0)));
        let (config, counts) = (pair.config(), (Arc::clone(&calls), Arc::clone(&sent)));
        // Until the process of the test ends: it is one of its own.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, (calls, sent)) = (Arc::clone(&config), counts.clone());
                calls.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || sent.fetch_max(manner(stream, config), Ordering::SeqCst));
            }
        });
        Self { address, pair, calls, sent, _folder: folder }
    }

    fn directory(&self) -> String {
        format!("https://127.0.0.1:{}/directory", self.address.port())
    }

    fn settings(&self) -> Vec<String> {
        vec![
            "acme.domains=localhost".to_owned(),
            format!("acme.directory={}", self.directory()),
            format!("acme.root={}", self.pair.certificate.display()),
        ]
    }

    /// Leaves a certificate in the data folder as if it had been fetched, of which less than a third of its time is left.
    fn fetched_before(&self, home: &Home) -> Trust {
        let now = u64::try_from(SystemClock::start().now().seconds()).unwrap();
        let day = |at: u64| date_time_ymd(1970, 1, 1) + Duration::from_secs(at);
        let mut wish = CertificateParams::new(["localhost".to_owned()]).unwrap();
        (wish.not_before, wish.not_after) = (day(now - 80 * 86_400), day(now + 10 * 86_400));
        let key = KeyPair::generate().unwrap();
        let certificate = wish.self_signed(&key).unwrap().pem();
        let mut hash = Sha256::new();
        for word in ["localhost", &self.directory()] {
            hash.update(word.as_bytes());
            hash.update([0]);
        }
        let name = aspis_core::hex::encode(&hash.finalize()[..16]);
        let folder = home.data().join("acme");
        fs::create_dir(&folder).unwrap();
        fs::write(
            folder.join(format!("certificate-{name}")),
            format!("{}\n{certificate}", key.serialize_pem()),
        )
        .unwrap();
        Trust::pem(certificate.as_bytes())
    }
}

/// Waits a minute and a half for what takes at most half of that.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..900 {
        if so() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come: {what}");
}

fn failures(server: &Server) -> usize {
    let log = fs::read_to_string(server.data().join("logs/security.log")).unwrap();
    log.lines()
        .filter(|line| line.contains("\"certificate_failed\"") && line.contains("acme.domains"))
        .count()
}

/// It is given up, told of, and tried again; what was fetched before is shown all the while.
fn fails_and_goes_on(manner: Manner, why: &str) -> Dull {
    let authority = Dull::open(manner);
    let home = Home::furnished();
    let trust = authority.fetched_before(&home);
    let settings = authority.settings();
    let server = Server::on(home, &settings.iter().map(String::as_str).collect::<Vec<_>>());
    until("a failure", || failures(&server) >= 1);
    until("another try", || failures(&server) >= 2 && authority.calls.load(Ordering::SeqCst) >= 2);
    let log = fs::read_to_string(server.data().join("logs/security.log")).unwrap();
    assert!(log.contains(why), "{why}: {log}");
    assert!(log.contains("it was kept from before"), "{log}");
    assert_eq!(trust.get(server.address, "/api/v1/price/BTC").unwrap().status, 200);
    let data = server.data().display().to_string();
    until("an alert", || {
        text(&run(&["alerts", "list", "--json", "--data", &data]).stdout).contains("certificate.failed")
    });
    let (_, status, _) = server.stop();
    assert!(status.success(), "in the middle of a try it stops at once");
    authority
}

#[test]
fn an_authority_that_says_nothing_is_not_waited_for() {
    fails_and_goes_on(silent, "did not answer within 20 seconds");
}

#[test]
fn an_authority_that_never_answers_is_not_waited_for() {
    fails_and_goes_on(dumb, "did not answer within 20 seconds");
}

#[test]
fn an_authority_that_refuses_is_told_of_in_its_own_words() {
    fails_and_goes_on(refusing, "the authority says no: Come back on Monday (503 Service Unavailable)");
}

#[test]
fn an_authority_that_sends_without_an_end_is_cut_off() {
    let authority = fails_and_goes_on(endless, "answers with more than 262144 bytes");
    let sent = authority.sent.load(Ordering::SeqCst);
    assert!(sent < 64 << 20, "{sent} bytes were taken, or lay in the kernel");
}
