//! An authority that hears the first words of a server and grants nothing.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::server::Pair;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A path, and what was sent there.
type Asked = (String, Vec<u8>);

pub(super) struct Authority {
    address: SocketAddr,
    asked: Receiver<Asked>,
    pair: Pair,
    _folder: tempfile::TempDir,
}

impl Authority {
    pub(super) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = Pair::made(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, asked) = channel();
        let config = pair.config();
        // Until the process of the test ends: it is one of its own.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, tell) = (Arc::clone(&config), tell.clone());
                thread::spawn(move || serve(stream, config, &tell, address));
            }
        });
        Self { address, asked, pair, _folder: folder }
    }

    pub(super) fn settings(&self) -> Vec<String> {
        vec![
            "acme.domains=api.example.com".to_owned(),
            format!("acme.directory=https://127.0.0.1:{}/directory", self.address.port()),
            format!("acme.root={}", self.pair.certificate.display()),
        ]
    }

    pub(super) fn asked(&self) -> Asked {
        self.asked.recv_timeout(PATIENCE).expect("it is asked")
    }

    pub(super) fn was_not_asked(&self) -> bool {
        self.asked.try_recv().is_err()
    }

    /// What a server says of itself when it asks for an account.
    pub(super) fn account(&self) -> Value {
        loop {
            let (path, body) = self.asked();
            if path == "/account" {
                let signed: Value = serde_json::from_slice(&body).unwrap();
                let payload = URL_SAFE_NO_PAD.decode(signed["payload"].as_str().unwrap()).unwrap();
                return serde_json::from_slice(&payload).unwrap();
            }
        }
    }
}

/// One connection, for as long as it asks.
fn serve(stream: TcpStream, config: Arc<ServerConfig>, tell: &Sender<Asked>, address: SocketAddr) {
    let Ok(server) = ServerConnection::new(config) else { return };
    let mut stream = BufReader::new(StreamOwned::new(server, stream));
    while let Some((path, body)) = request(&mut stream) {
        let base = format!("https://{address}");
        let (status, said) = match path.as_str() {
            "/directory" => ("200 OK", json!({
                "newNonce": format!("{base}/nonce"), "newAccount": format!("{base}/account"), "newOrder": format!("{base}/order"),
            }).to_string()),
            "/nonce" => ("200 OK", String::new()),
            _ => ("400 Bad Request", json!({"type": "urn:ietf:params:acme:error:malformed"}).to_string()),
        };
        let _ = tell.send((path, body));
        let answer = format!(
            "HTTP/1.1 {status}\r\nreplay-nonce: bm9uY2U\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{said}",
            said.len()
        );
        if stream.get_mut().write_all(answer.as_bytes()).and_then(|()| stream.get_mut().flush()).is_err() {
            return;
        }
    }
}

/// The path and the body of the next request.
fn request(stream: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut field = String::new();
        stream.read_line(&mut field).ok()?;
        if field.trim().is_empty() {
            break;
        }
        if let Some(value) = field.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((path, body))
}
