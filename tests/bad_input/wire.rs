//! Bytes that lie about themselves, to the real binary over a real socket.

use crate::server::{Answer, Server, Wire, lines};

const JSON: &str = "content-type: application/json";

/// What a login with these fields and this body is answered.
fn login(server: &Server, fields: &[&str], body: &str) -> Answer {
    begun(server, fields, body).last()
}

/// The same, by a client that ends there, although it has promised more.
fn cut(server: &Server, fields: &[&str], body: &str) -> Answer {
    let mut wire = begun(server, fields, body);
    wire.finish();
    wire.last()
}

fn begun(server: &Server, fields: &[&str], body: &str) -> Wire {
    let fields = lines(fields);
    let mut wire = server.wire();
    wire.send(format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\r\n{body}"
    ));
    wire
}

fn is_a_problem(answer: &Answer, what: &str) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}: {answer:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(answer.json()["status"], answer.status, "{what}");
    assert!(!answer.body.contains(".rs") && !answer.body.contains("hyper"), "{what}: {}", answer.body);
}

#[test]
fn a_length_that_lies_is_never_an_answer_of_ours_to_somebody_else() {
    let server = Server::start(&[]);
    let body = "{\"email\":\"a@b.cd\",\"password\":\"x\"}";
    let short = login(&server, &[JSON, "content-length: 10"], body);
    is_a_problem(&short, "shorter than the body");
    assert_eq!(short.refusal(), (400, "invalid_json".into()));
    // Longer than what comes: the connection ends, and so does the request; nobody signs in by half a body.
    let long = cut(&server, &[JSON, "content-length: 1000"], body);
    assert!(long.status == 0 || (400..500).contains(&long.status), "{long:?}");
    for lie in ["-1", "+34", "0x22", "34, 34", "34 34", "", "99999999999999999999999", "3e1", "\u{663}"] {
        let answer = login(&server, &[JSON, &format!("content-length: {lie}")], body);
        is_a_problem(&answer, lie);
        assert_eq!(answer.status, 400, "{lie}: {answer:?}");
    }
    let both = login(&server, &[JSON, "content-length: 34", "transfer-encoding: chunked"], body);
    assert_eq!(both.status, 400, "{both:?}");
    let twice = login(&server, &[JSON, "content-length: 34", "content-length: 35"], body);
    assert_eq!(twice.status, 400, "{twice:?}");
    let large = login(&server, &[JSON, "content-length: 70000"], "");
    assert_eq!(large.refusal(), (413, "body_too_large".into()));
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
}

#[test]
fn chunks_are_read_or_refused_and_bounded() {
    let server = Server::start(&["rate.login=1000/minute"]);
    let chunked = "transfer-encoding: chunked";
    let good = "11\r\n{\"email\":\"a@b.cd\"\r\n11\r\n,\"password\":\"xxx\"\r\n1\r\n}\r\n0\r\n\r\n";
    assert_eq!(login(&server, &[JSON, chunked], good).refusal(), (401, "invalid_credentials".into()));
    for bad in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-1\r\n{}\r\n0\r\n\r\n",
        "ffffffffffffffff\r\n{}",
        "5\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
    ] {
        let answer = cut(&server, &[JSON, chunked], bad);
        assert!(answer.status == 0 || (400..500).contains(&answer.status), "{bad:?}: {answer:?}");
    }
    let huge = format!("{}0\r\n\r\n", format!("1000\r\n{}\r\n", " ".repeat(4096)).repeat(20));
    assert_eq!(login(&server, &[JSON, chunked], &huge).refusal(), (413, "body_too_large".into()));
    for coding in ["gzip", "chunked, chunked", "gzip, chunked", "identity", "xchunked", "chunked\u{b}"] {
        let answer = login(&server, &[JSON, &format!("transfer-encoding: {coding}")], good);
        is_a_problem(&answer, coding);
        assert_eq!(answer.status, 400, "{coding}: {answer:?}");
    }
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
}

#[test]
fn a_get_with_a_body_is_refused() {
    let server = Server::start(&[]);
    for fields in [&[JSON][..], &[]] {
        let answer = server.wire().ask("GET", "/api/v1/price/BTC", fields, "{}");
        assert_eq!(answer.refusal(), (413, "body_too_large".into()));
    }
}

#[test]
fn huge_heads_are_refused() {
    let server = Server::start(&[]);
    let (wide, long) = (format!("x-filler: {}", "f".repeat(20_000)), format!("/{}", "a".repeat(9000)));
    assert_eq!(
        server.wire().ask("GET", "/api/v1/price/BTC", &[&wide], "").refusal(),
        (431, "headers_too_large".into())
    );
    let many: Vec<String> = (0..120).map(|n| format!("x-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(
        server.wire().ask("GET", "/api/v1/price/BTC", &many, "").refusal(),
        (431, "headers_too_large".into())
    );
    assert_eq!(server.wire().ask("GET", &long, &[], "").refusal(), (414, "url_too_long".into()));
}

#[test]
fn what_is_no_request_is_a_problem_too() {
    let server = Server::start(&[]);
    let host = "host: localhost\r\n\r\n";
    let lines = [
        ("GET\r\n", 400),
        ("GET /\r\n", 400),
        ("GET / HTTP/9.9\r\n", 505),
        ("GET / HTTP/2.0\r\n", 505),
        ("G\u{e9}T / HTTP/1.1\r\n", 400),
        (" GET / HTTP/1.1\r\n", 400),
        ("GET  / HTTP/1.1\r\n", 400),
        ("GET /a b HTTP/1.1\r\n", 400),
        ("GET /\u{1} HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.1\r\nbroken\r\n", 400),
        ("GET / HTTP/1.1\r\nx : 1\r\n", 400),
        ("GET / HTTP/1.1\r\nx: 1\r\n y: 2\r\n", 400),
        ("GET / HTTP/1.1\r\nx: \u{0}\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: other\r\n", 400),
        ("TRACE / HTTP/1.1\r\n", 405),
        ("CONNECT a:1 HTTP/1.1\r\n", 405),
        ("GET /api/v1/price/../../etc/passwd HTTP/1.1\r\n", 400),
        ("GET /%00 HTTP/1.1\r\n", 400),
        ("GET /# HTTP/1.1\r\n", 400),
        ("GET http://other/ HTTP/1.1\r\n", 400),
        ("GET * HTTP/1.1\r\n", 400),
    ];
    for (line, status) in lines {
        let mut wire = server.wire();
        wire.send(format!("{line}connection: close\r\n{host}"));
        let answer = wire.last();
        is_a_problem(&answer, line);
        assert_eq!(answer.status, status, "{line:?}: {answer:?}");
    }
    for host in ["", "host:\r\n", "host: a b\r\n", "host: a/b\r\n", "host: a@b\r\n", "host: a:99999\r\n"] {
        let mut wire = server.wire();
        wire.send(format!("GET / HTTP/1.1\r\nconnection: close\r\n{host}\r\n"));
        assert_eq!(wire.last().refusal(), (400, "invalid_host".into()), "{host:?}");
    }
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
}
