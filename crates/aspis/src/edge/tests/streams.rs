//! Streams of requests, good and bad, and ways to cut them.

use proptest::prelude::*;

use super::hostile::{GOOD, heads};

/// Some requests, perhaps with something hostile among them.
pub(in super::super) fn stream() -> impl Strategy<Value = Vec<u8>> {
    let hostile = heads();
    let many = hostile.len();
    let request = prop_oneof![
        4 => (0..GOOD.len()).prop_map(|which| GOOD[which].as_bytes().to_vec()),
        2 => "[ -~\r\n]{0,40}".prop_map(|body| with_length(&body)),
        2 => prop::collection::vec("[ -~\r\n]{1,20}", 0..4).prop_map(|chunks| with_chunks(&chunks)),
        1 => (0..many).prop_map(move |which| hostile[which].0.clone()),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(request, 1..6).prop_map(|requests| requests.concat())
}

fn with_length(body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn with_chunks(chunks: &[String]) -> Vec<u8> {
    let chunks: Vec<_> = chunks.iter().map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).collect();
    let chunks = chunks.concat();
    format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n").into_bytes()
}

/// The bytes in pieces of these sizes, the last one taking the rest.
pub(in super::super) fn cut<'a>(mut bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &size in sizes {
        let (piece, rest) = bytes.split_at(size.min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces.push(bytes);
    pieces
}
