//! `[edge]`: what a connection may do, shown by the real binary over real sockets.

use std::time::Duration;

use aspis_core::clock::{Clock, SystemClock};
use nix::sys::signal::Signal;

use super::Server;
use crate::server::{Answer, Wire};

const GET: &str = "GET /api/v1/assets HTTP/1.1\r\nhost: localhost\r\n\r\n";
const BEGUN: &str = "POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 35\r\n";
const BODY: &str = "{\"email\":\"a@b.cd\",\"password\":\"xxx\"}";

/// A connection that has got an answer and stays open.
fn kept(server: &Server) -> Wire {
    let mut wire = server.wire();
    wire.send(GET);
    assert_eq!(wire.next().status, 200);
    wire
}

/// An answer that comes long before the default would have it come.
fn soon(answer: impl FnOnce() -> Answer) -> Answer {
    let clock = SystemClock::start();
    let answer = answer();
    assert!(clock.uptime() < Duration::from_secs(9), "{:?}", clock.uptime());
    answer
}

/// When all places are taken, the connection that has waited longest makes room.
#[test]
fn edge_connections() {
    // As a proxy, so that the cap of one client is not the one that is met.
    let proxy = "server.trusted_proxies=[\"127.0.0.1\"]";
    let server = Server::start(&[proxy, "edge.connections=3", "edge.connections_per_client=3"]);
    let mut wires: Vec<_> = (0..3).map(|_| kept(&server)).collect();
    let mut fourth = kept(&server);
    assert_eq!(wires[0].rest(), "", "the first has made room");
    fourth.send(GET);
    assert_eq!(fourth.next().status, 200);
}

#[test]
fn edge_connections_per_client() {
    let server = Server::start(&["edge.connections_per_client=3"]);
    let mut wires: Vec<_> = (0..3).map(|_| kept(&server)).collect();
    let mut fourth = kept(&server);
    assert_eq!(wires[0].rest(), "", "the client's own longest waiting connection has made room");
    for wire in wires[1..].iter_mut().chain([&mut fourth]) {
        wire.send(GET);
        assert_eq!(wire.next().status, 200);
    }
}

#[test]
fn edge_header_timeout() {
    let server = Server::start(&["edge.header_timeout=300ms"]);
    let mut wire = server.wire();
    wire.send("GET / HTTP/1.1\r\nhost: local");
    assert_eq!(soon(|| wire.last()).refusal(), (408, "request_timeout".into()));
}

#[test]
fn edge_idle_timeout() {
    let server = Server::start(&["edge.idle_timeout=300ms"]);
    let mut wire = kept(&server);
    assert_eq!(soon(|| wire.last()).status, 0, "it ends without a word");
}

#[test]
fn edge_body_timeout() {
    let server = Server::start(&["edge.body_timeout=300ms"]);
    let mut wire = server.wire();
    wire.send(format!("{BEGUN}\r\n{{\"email\""));
    let answer = soon(|| wire.last());
    assert!(answer.status == 408 || answer.status == 0, "{answer:?}");
    // However steadily it trickles.
    let mut wire = server.wire();
    wire.send(format!("{BEGUN}\r\n"));
    for byte in BODY.bytes() {
        wire.send([byte]);
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let answer = soon(|| wire.last());
    assert!(answer.status == 408 || answer.status == 0, "{answer:?}");
}

/// How a request with one long field is answered.
fn with_field(server: &Server, length: usize) -> u16 {
    server.wire().ask("GET", "/api/v1/assets", &[&format!("x-long: {}", "x".repeat(length))], "").status
}

#[test]
fn edge_head_bytes() {
    let server = Server::start(&["edge.head_bytes=2048", "edge.url_bytes=1024"]);
    assert_eq!((with_field(&server, 1500), with_field(&server, 2100)), (200, 431));
    let server = Server::start(&[]);
    assert_eq!((with_field(&server, 2100), with_field(&server, 17_000)), (200, 431));
}

#[test]
fn edge_url_bytes() {
    let server = Server::start(&["edge.url_bytes=300"]);
    let ask = |length: usize| server.get(&format!("/{}", "a".repeat(length - 1))).status;
    assert_eq!((ask(300), ask(301)), (404, 414));
}

#[test]
fn edge_headers() {
    let server = Server::start(&["edge.headers=10"]);
    // Two more stand in every request of these tests.
    let ask = |count: usize| {
        let fields: Vec<String> = (0..count).map(|at| format!("x-{at}: 1")).collect();
        server
            .wire()
            .ask("GET", "/api/v1/assets", &fields.iter().map(String::as_str).collect::<Vec<_>>(), "")
            .status
    };
    assert_eq!((ask(8), ask(9)), (200, 431));
}

/// A server that is told to stop while a request is in progress, and what becomes of that request.
fn stopped_in_the_middle(drain: &str) -> (Answer, String) {
    let server = Server::start(&[drain]);
    let mut wire = server.wire();
    wire.send(format!("{BEGUN}expect: 100-continue\r\n\r\n"));
    assert_eq!(wire.next().status, 100, "it waits for the body");
    server.signal(Signal::SIGTERM);
    // The listener closes first: when nobody is let in any more, the stop has begun.
    while Wire::is_taken(server.address) {
        std::thread::park_timeout(Duration::from_millis(5));
    }
    wire.send(BODY);
    let answer = wire.last();
    let (_, status, log) = server.ended();
    assert!(status.success(), "{status}: {log}");
    (answer, log)
}

#[test]
fn edge_drain() {
    let (answer, log) = stopped_in_the_middle("edge.drain=20s");
    assert_eq!((answer.status, answer.header("connection")), (401, Some("close")), "{answer:?}");
    assert!(log.contains("cut=0"), "{log}");
    let (answer, log) = stopped_in_the_middle("edge.drain=0s");
    assert_eq!(answer.status, 0, "{answer:?}");
    // The probe that saw the listener close may itself have been let in, and cut, by the last of its turns.
    assert!(log.contains("cut=1") || log.contains("cut=2"), "{log}");
}
