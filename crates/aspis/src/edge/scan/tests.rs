use proptest::prelude::*;

use super::*;
use crate::edge::tests::{
    hostile::heads,
    streams::{cut, stream},
};

const BOUNDS: Bounds = Bounds { head: 16 * 1024, url: 8 * 1024, headers: 100 };

/// What passes, how many heads, and where it ends, when bytes come in such pieces.
fn run(pieces: &[&[u8]]) -> (Vec<u8>, u32, Place) {
    let mut scan = Scan::new(BOUNDS);
    let (mut passed, mut held, mut heads) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        held.extend_from_slice(piece);
        let fed = scan.feed(&held);
        passed.extend(held.drain(..fed.pass));
        heads += fed.heads;
    }
    (passed, heads, scan.place())
}

#[test]
fn every_hostile_head_is_refused_for_its_reason_however_it_is_cut() {
    for (bytes, why) in heads() {
        let expected = (Vec::new(), 0, Place::Refused(why));
        for size in [1, 2, 3, 7, 100, bytes.len()] {
            let pieces: Vec<_> = bytes.chunks(size).collect();
            assert_eq!(run(&pieces), expected, "by {size}: {}", bytes.escape_ascii());
        }
    }
}

#[test]
fn pipelined_requests_are_told_apart() {
    let text =
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /";
    let (passed, heads, place) = run(&[text]);
    assert_eq!((passed.len(), heads, place), (text.len() - 5, 2, Place::Head));
}

#[test]
fn nothing_passes_after_the_last_request() {
    let text = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let (passed, heads, place) = run(&[text]);
    assert_eq!((passed.len(), heads, place), (46, 1, Place::Over));
}

#[test]
fn a_smuggled_request_stays_in_the_body_it_was_sent_in() {
    let inner = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
    let text = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{inner}", inner.len());
    assert_eq!(run(&[text.as_bytes()]), (text.into_bytes(), 1, Place::Head));
}

proptest! {
    #[test]
    fn cuts_change_neither_bytes_nor_verdict(bytes in stream(), sizes in prop::collection::vec(1..60usize, 1..30)) {
        prop_assert_eq!(run(&cut(&bytes, &sizes)), run(&[&bytes]));
    }
}
