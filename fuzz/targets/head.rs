//! The edge: every head that passes means one thing to any parser, and how the bytes are cut changes nothing.

#![no_main]

use aspis_fuzz::{
    choose,
    edge::{self, divide},
    halves,
};
use httparse::{EMPTY_HEADER, Request, Status, parse_chunk_size};
use libfuzzer_sys::fuzz_target;

/// What a chunked body is put behind.
const CHUNKED: &[u8] =
    b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<3>(data) else { return };
    match way {
        0 => one_head(rest),
        1 => cut(rest),
        _ => chunked(rest),
    }
});

/// A head that passes is complete and the same for another parser, which finds the same end of its body.
fn one_head(bytes: &[u8]) {
    let Some(head) = edge::head(bytes) else { return };
    let shown = bytes.escape_ascii();
    let mut fields = [EMPTY_HEADER; 100];
    let mut request = Request::new(&mut fields);
    assert_eq!(request.parse(bytes), Ok(Status::Complete(head.len)), "{shown}");
    let ends = |at: usize| bytes[at] == b'\n' && at > 0 && bytes[at - 1] == b'\r';
    let breaks = (0..head.len).filter(|&at| matches!(bytes[at], b'\r' | b'\n'));
    assert!(breaks.into_iter().all(|at| if bytes[at] == b'\r' { ends(at + 1) } else { ends(at) }), "{shown}");
    let target = request.path.expect("a complete request");
    assert!(http::Uri::try_from(target).is_ok(), "{shown}");
    assert!(!matches!(request.method, Some("CONNECT" | "TRACE")), "{shown}");
    let modern = request.version == Some(1);
    let values = |name: &str| -> Vec<String> {
        let fields = request.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        fields.map(|field| String::from_utf8_lossy(field.value).trim().to_ascii_lowercase()).collect()
    };
    assert_eq!(values("host").len(), 1, "{shown}");
    let expected = match (&values("content-length")[..], &values("transfer-encoding")[..]) {
        ([], []) => Some(Some(0)),
        ([length], []) => length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().ok()),
        ([], [coding]) => (coding == "chunked" && modern).then_some(None),
        _ => None,
    };
    assert_eq!(expected, Some(head.length), "{shown}");
    let connection = values("connection").join(",");
    let says = |word: &str| connection.split(',').any(|item| item.trim() == word);
    assert_eq!(head.last, says("close") || !(modern || says("keep-alive")), "{shown}");
}

/// The first line says how long the pieces are; in one piece it is the same stream.
fn cut(data: &[u8]) {
    let (sizes, bytes) = halves(data);
    let (mut pieces, mut rest, mut at) = (Vec::new(), bytes, 0);
    while !rest.is_empty() {
        let size = sizes.get(at % sizes.len().max(1)).map_or(1, |size| usize::from(*size) + 1);
        let (piece, later) = rest.split_at(size.min(rest.len()));
        pieces.push(piece);
        (rest, at) = (later, at + 1);
    }
    assert_eq!(divide(&pieces), divide(&[bytes]), "{}", bytes.escape_ascii());
}

/// A chunked body that ends does so where another reader of chunks finds its end.
fn chunked(body: &[u8]) {
    let divided = divide(&[CHUNKED, body]);
    assert_eq!(divided.heads, 1);
    if divided.over {
        let end = divided.passed.len() - CHUNKED.len();
        assert_eq!(end_of(body), Some(end), "{}", body.escape_ascii());
    }
}

fn end_of(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let Ok(Status::Complete((line, size))) = parse_chunk_size(&body[at..]) else { return None };
        at += line;
        if size == 0 {
            break;
        }
        at += usize::try_from(size).ok()? + 2;
        if body.get(at - 2..at)? != b"\r\n" {
            return None;
        }
    }
    loop {
        let line = body[at..].iter().position(|byte| *byte == b'\n')? + 1;
        at += line;
        if line == 2 {
            return Some(at);
        }
    }
}
