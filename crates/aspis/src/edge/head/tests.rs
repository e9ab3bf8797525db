use proptest::prelude::*;

use super::*;
use crate::edge::tests::hostile::{GOOD, heads};

const BOUNDS: Bounds = Bounds { head: 16 * 1024, url: 8 * 1024, headers: 100 };

fn head(text: &str) -> Head {
    read(text.as_bytes(), &BOUNDS).unwrap().unwrap()
}

#[test]
fn every_hostile_head_that_is_complete_is_refused_for_its_reason() {
    for (bytes, why) in heads().into_iter().filter(|(bytes, _)| bytes.ends_with(b"\r\n\r\n")) {
        assert_eq!(read(&bytes, &BOUNDS).unwrap_err(), why, "{}", bytes.escape_ascii());
    }
}

#[test]
fn unusual_heads_that_mean_one_thing_pass() {
    for text in GOOD {
        assert_eq!(head(text).len, text.len(), "{text:?}");
    }
}

#[test]
fn an_unfinished_head_is_no_verdict() {
    let text = GOOD[3];
    for len in 0..text.len() {
        assert_eq!(read(&text.as_bytes()[..len], &BOUNDS), Ok(None), "{len}");
    }
}

#[test]
fn the_body_is_announced_one_way() {
    let length = head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0042\r\n\r\n");
    assert_eq!(length.framing, Framing::Length(42));
    let chunked = head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n");
    assert_eq!(chunked.framing, Framing::Chunked);
}

#[test]
fn the_last_request_is_known() {
    assert!(!head("GET / HTTP/1.1\r\nHost: a\r\n\r\n").last);
    assert!(head("GET / HTTP/1.1\r\nHost: a\r\nConnection: x ,Close\r\n\r\n").last);
    assert!(head("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n").last);
    assert!(head("GET / HTTP/1.0\r\nHost: a\r\n\r\n").last);
    assert!(!head("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n").last);
}

#[test]
fn bounds_hold_to_the_byte() {
    let url = |len: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(len - 1));
    assert!(read(url(BOUNDS.url).as_bytes(), &BOUNDS).is_ok());
    assert_eq!(read(url(BOUNDS.url + 1).as_bytes(), &BOUNDS), Err(EdgeRefusal::UrlTooLong));
    let fields = |n: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(n - 1));
    assert!(read(fields(100).as_bytes(), &BOUNDS).is_ok());
    assert_eq!(read(fields(101).as_bytes(), &BOUNDS), Err(EdgeRefusal::TooManyHeaders));
    let few = Bounds { headers: 2, ..BOUNDS };
    assert_eq!(read(fields(3).as_bytes(), &few), Err(EdgeRefusal::TooManyHeaders));
    let size = |len: usize| {
        let bare = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".len();
        format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "y".repeat(len - bare))
    };
    assert!(read(size(BOUNDS.head).as_bytes(), &BOUNDS).is_ok());
    assert_eq!(read(size(BOUNDS.head + 1).as_bytes(), &BOUNDS), Err(EdgeRefusal::HeadTooLarge));
}

/// What hyper does with a head, in its own parts.
fn hyper_takes(bytes: &[u8]) -> bool {
    let mut slots = [httparse::EMPTY_HEADER; 100];
    let mut request = httparse::Request::new(&mut slots);
    let Ok(httparse::Status::Complete(len)) = request.parse(bytes) else { return false };
    len == bytes.len()
        && http::Method::from_bytes(request.method.unwrap().as_bytes()).is_ok()
        && http::Uri::try_from(request.path.unwrap()).is_ok()
        && request.headers.iter().all(|h| http::HeaderName::from_bytes(h.name.as_bytes()).is_ok())
        && request.headers.iter().all(|h| http::HeaderValue::from_bytes(h.value).is_ok())
}

proptest! {
    /// Whatever passes here is a whole request for hyper as well, with the same end.
    #[test]
    fn nothing_passes_that_hyper_would_refuse(
        which in 0..GOOD.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, any::<u8>()), 0..4),
    ) {
        let mut bytes = GOOD[which].as_bytes().to_vec();
        for (index, kind, byte) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(Some(head)) = read(&bytes, &BOUNDS) {
            prop_assert!(hyper_takes(&bytes[..head.len]), "{}", bytes.escape_ascii());
        }
    }
}
