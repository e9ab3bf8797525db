//! `[edge]` against clients that send slowly, read slowly or speak HTTP/2, shown by the real binary over real sockets.

use std::{process::Command, time::Duration};

use aspis_core::clock::{Clock, SystemClock};

use super::{Home, Server};
use crate::server::{Answer, Wire};

const BEGUN: &str = "POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 35\r\n\r\n";
const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Settings without any.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// How a body that trickles is answered, and after how long.
fn trickle(server: &Server) -> (Answer, Duration) {
    let clock = SystemClock::start();
    let mut wire = server.wire();
    wire.send(BEGUN);
    for _ in 0..20 {
        wire.send(" ");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    (wire.last(), clock.uptime())
}

#[test]
fn edge_body_rate() {
    let server = Server::start(&["edge.body_rate=1000", "edge.body_grace=300ms"]);
    let (answer, took) = trickle(&server);
    assert!(took < Duration::from_secs(9), "{took:?}");
    assert_eq!(answer.refusal(), (408, "request_timeout".into()));
    // Without a pace only the pause and the whole are bounded.
    let server = Server::start(&["edge.body_rate=0", "edge.body_grace=100ms", "edge.body_timeout=3s"]);
    let (answer, took) = trickle(&server);
    assert!(took > Duration::from_secs(2), "{took:?}");
    assert!(answer.status == 408 || answer.status == 0, "{answer:?}");
}

#[test]
fn edge_body_grace() {
    let server = Server::start(&["edge.body_rate=1000", "edge.body_grace=2500ms"]);
    let (answer, took) = trickle(&server);
    assert!((Duration::from_secs(2)..Duration::from_secs(9)).contains(&took), "{took:?}");
    assert_eq!(answer.refusal(), (408, "request_timeout".into()));
}

/// Clients that ask for everything there is and read nothing: once too much lies there, their next requests wait.
#[test]
fn edge_unsent_bytes() {
    let (few, many) = (answered("edge.unsent_bytes=1048576"), answered("edge.unsent_bytes=268435456"));
    assert!(0 < few && 2 * few < many, "{few} of {many}");
}

/// How many requests of such clients are answered.
fn answered(setting: &str) -> u32 {
    let lenient = ["rate.prices=6000/minute", "rate.static=6000/minute", "edge.drain=500ms", setting];
    let server = Server::start(&lenient);
    let ask = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(400);
    let mut greedy: Vec<_> = (0..12).map(|_| server.wire()).collect();
    for wire in &mut greedy {
        wire.send(&ask);
        std::thread::park_timeout(Duration::from_millis(50));
    }
    // Who has so much to read waits; anybody else does not.
    let ordinary = Wire::between([127, 0, 0, 2], server.address);
    assert_eq!(ordinary.ask("GET", "/api/v1/assets", &[], "").status, 200, "an ordinary client is served");
    let (_, status, log) = server.stop();
    assert!(status.success(), "{log}");
    let count = log.split("requests=").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    count.unwrap_or_else(|| panic!("{log}"))
}

/// What a client that begins with HTTP/2 is sent first: our settings, as pairs of name and value.
fn greeting(server: &Server) -> Vec<(u16, u32)> {
    let mut wire = server.wire();
    wire.send([PREFACE.as_bytes(), &SETTINGS].concat());
    let header = wire.exactly(9);
    assert_eq!(header[3], 4, "settings come first: {header:?}");
    let body = wire.exactly(usize::from(header[2]));
    let pair = |pair: &[u8]| {
        (u16::from_be_bytes([pair[0], pair[1]]), u32::from_be_bytes(pair[2..].try_into().unwrap()))
    };
    body.chunks_exact(6).map(pair).collect()
}

#[test]
fn edge_http2() {
    let server = Server::start(&[]);
    assert!(!greeting(&server).is_empty());
    let answer = curl(&server, "/api/v1/price/BTC");
    assert!(
        answer
            .is_none_or(|answer| answer.starts_with("HTTP/2 200") && answer.contains("\"asset_id\":\"BTC\""))
    );
    let server = Server::start(&["edge.http2=false"]);
    let mut wire = server.wire();
    wire.send(PREFACE);
    assert_eq!(wire.last().refusal(), (505, "version_not_supported".into()));
}

/// What curl makes of it, where there is one that speaks HTTP/2.
#[expect(clippy::disallowed_methods, reason = "a client that is not ours, with arguments of the test's own")]
fn curl(server: &Server, path: &str) -> Option<String> {
    let url = format!("http://{}{path}", server.address);
    let output = Command::new("curl")
        .args(["-sSi", "--noproxy", "*", "--http2-prior-knowledge", &url])
        .output()
        .ok()?;
    let unable = matches!(output.status.code(), Some(1 | 2 | 4));
    (!unable).then(|| crate::server::text(&output.stdout))
}

#[test]
fn edge_streams() {
    let server = Server::start(&["edge.streams=7"]);
    assert!(greeting(&server).contains(&(3, 7)), "SETTINGS_MAX_CONCURRENT_STREAMS");
}

#[test]
fn edge_resets() {
    let server = Server::on(Home::furnished(), &["edge.resets=5/minute"]);
    let mut wire = server.wire();
    let reset = |stream: u8| [0, 0, 4, 3, 0, 0, 0, 0, stream, 0, 0, 0, 8];
    // :method GET, :scheme http, :path /, :authority a.
    let ask = |stream: u8| [0, 0, 6, 1, 5, 0, 0, 0, stream, 0x82, 0x86, 0x84, 0x01, 1, b'a'];
    wire.send([PREFACE.as_bytes(), &SETTINGS].concat());
    for stream in (1..13).step_by(2) {
        wire.send([&ask(stream)[..], &reset(stream)].concat());
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let said = wire.bytes();
    assert!(said.windows(4).any(|code| code == [0, 0, 0, 0xB]), "ENHANCE_YOUR_CALM: {said:?}");
    let log = std::fs::read_to_string(server.data().join("logs/security.log")).unwrap_or_default();
    assert!(log.contains("streams_reset") || waits_for(&server, "streams_reset"), "{log}");
}

/// The log is written by a thread of its own.
fn waits_for(server: &Server, word: &str) -> bool {
    (0..100).any(|_| {
        std::thread::park_timeout(Duration::from_millis(50));
        std::fs::read_to_string(server.data().join("logs/security.log")).is_ok_and(|log| log.contains(word))
    })
}

/// The bodies of both protocols are read as they are, or not at all.
#[test]
fn an_encoded_body_is_not_unpacked_over_http2_either() {
    let server = Server::start(&["rate.login=600/minute"]);
    for coding in ["gzip", "br", "zstd", "deflate", "identity, gzip"] {
        let coding = format!("content-encoding: {coding}");
        let answer = server.wire().ask(
            "POST",
            "/api/v1/auth/login",
            &["content-type: application/json", &coding],
            "\u{1f}\u{8b}",
        );
        assert_eq!(answer.refusal(), (415, "unsupported_media_type".into()), "{coding}");
        if let Some(answer) = posted(&server, &coding) {
            assert!(answer.starts_with("HTTP/2 415"), "{coding}: {answer}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a client that is not ours, with arguments of the test's own")]
fn posted(server: &Server, field: &str) -> Option<String> {
    let url = format!("http://{}/api/v1/auth/login", server.address);
    let fields = ["-H", "content-type: application/json", "-H", field, "-d", "{}"];
    let output = Command::new("curl")
        .args(["-sSi", "--noproxy", "*", "--http2-prior-knowledge"])
        .args(fields)
        .arg(&url)
        .output()
        .ok()?;
    // 92: this client takes an answer that comes before its body was sent (RFC 9113, 8.1) for a fault.
    (!matches!(output.status.code(), Some(1 | 2 | 4 | 92))).then(|| crate::server::text(&output.stdout))
}
