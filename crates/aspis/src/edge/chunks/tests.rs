use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Chunked {
    Chunks::new().feed(text.as_bytes())
}

#[test]
fn a_body_ends_after_its_last_chunk_and_trailers() {
    for body in [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "a\r\n0123456789\r\n1\r\n\n\r\n000\r\n\r\n",
        "5;name=\"value\"\r\nhello\r\n0;last\r\n\r\n",
        "5\r\nhello\r\n0\r\nDigest: abc\r\nX: y\r\n\r\n",
    ] {
        assert_eq!(read(&format!("{body}GET /")), Chunked::End(body.len()), "{body:?}");
    }
}

#[test]
fn broken_framing_is_found_at_its_byte() {
    for (body, at) in [
        ("\r\n", 0),
        ("g\r\n", 0),
        ("+5\r\n", 0),
        ("0x5\r\n", 1),
        ("5 \r\n", 1),
        ("5\n", 1),
        ("5;a\nb\r\n", 3),
        ("5\rhello", 2),
        ("5\r\nhello5\r\n", 8),
        ("5\r\nhello\n0\r\n", 8),
        ("5\r\nhello\r0", 9),
        ("0\r\n\n", 3),
        ("0\r\nX: y\n\r\n", 7),
        ("0\r\n X: y\r\n", 3),
        ("0\r\n\rX", 4),
        ("00000000000000001\r\n", 16),
        ("fffffffffffffffff\r\n", 16),
    ] {
        assert_eq!(read(body), Chunked::Broken(at), "{body:?}");
    }
}

#[test]
fn extensions_and_trailers_are_bounded() {
    assert!(matches!(read(&format!("5;{}", "x".repeat(5000))), Chunked::Broken(_)));
    assert!(matches!(read(&format!("0\r\n{}", "X: y\r\n".repeat(5000))), Chunked::Broken(_)));
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        pieces in prop::collection::vec("[0-9a-f]{1,2}|\r\n|5\r\nhello\r\n|;|0\r\n\r\n|[ -~]", 0..8),
        step in 1..7usize,
    ) {
        let text = pieces.concat();
        let whole = read(&text);
        let mut chunks = Chunks::new();
        let mut done = 0;
        let mut cut = Chunked::More;
        for piece in text.as_bytes().chunks(step) {
            cut = match chunks.feed(piece) {
                Chunked::More => { done += piece.len(); continue }
                Chunked::End(at) => Chunked::End(done + at),
                Chunked::Broken(at) => Chunked::Broken(done + at),
            };
            break;
        }
        prop_assert_eq!(cut, whole);
    }
}
