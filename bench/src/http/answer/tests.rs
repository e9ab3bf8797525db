use super::*;

const FULL: &[u8] =
    b"HTTP/1.1 201 Created\r\nIdempotent-Replayed: true\r\nContent-Length: 4\r\n\r\ntrueHTTP/1.1 ";

#[test]
fn an_answer_is_read_as_soon_as_it_is_whole() {
    let whole = FULL.len() - "HTTP/1.1 ".len();
    for end in 0..whole {
        assert_eq!(Shape::read(&FULL[..end]), Ok(None), "{end} bytes");
    }
    let shape = Shape::read(FULL).unwrap().unwrap();
    let answer = Answer::of(shape, FULL);
    assert_eq!((answer.status, answer.body, shape.end), (201, &b"true"[..], whole));
    assert_eq!(answer.field("idempotent-replayed"), Some("true"));
    assert_eq!(answer.field("content"), None);
    assert!(answer.json::<bool>().unwrap());
}

#[test]
fn what_it_cannot_read_is_no_answer() {
    assert_eq!(Shape::read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Err(Unreadable));
    assert_eq!(Shape::read(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"), Err(Unreadable));
    assert_eq!(Shape::read(b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n1"), Err(Unreadable));
    assert!(Shape::read(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().is_some());
}
