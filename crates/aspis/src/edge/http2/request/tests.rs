use super::*;

const BOUNDS: Bounds = Bounds { head: 16_384, url: 100, headers: 10 };

fn judged(method: &str, uri: &str, fields: &[(&str, &str)]) -> Result<Request<()>, EdgeRefusal> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    judge(request.body(()).unwrap(), &BOUNDS).map_err(|(why, _)| why)
}

#[test]
fn every_request_gets_one_host_and_a_path() {
    for (uri, fields) in [
        ("http://a.example/x?y=1", &[][..]),
        ("http://a.example/x?y=1", &[("host", "A.example")]),
        ("/x?y=1", &[("host", "a.example")]),
    ] {
        let request = judged("GET", uri, fields).unwrap();
        assert_eq!(request.uri(), "/x?y=1");
        assert!(request.headers()[HOST].as_bytes().eq_ignore_ascii_case(b"a.example"));
        assert_eq!(request.headers().get_all(HOST).iter().count(), 1);
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    use EdgeRefusal::{HostMalformed, HostMissing, HostRepeated, Length, Method, TooManyHeaders, UrlTooLong};
    let long = format!("http://a/{}", "x".repeat(100));
    for (method, uri, fields, why) in [
        ("GET", "/x", &[][..], HostMissing),
        ("GET", "http://a/", &[("host", "b")], HostMalformed),
        ("GET", "http://a/", &[("host", "a"), ("host", "a")], HostRepeated),
        ("GET", "http://me@a/", &[], HostMalformed),
        ("GET", "/x", &[("host", "a b")], HostMalformed),
        ("CONNECT", "a:443", &[], Method),
        ("TRACE", "http://a/", &[], Method),
        ("GET", &long, &[], UrlTooLong),
        ("GET", "http://a/", &[("x", "1"); 11], TooManyHeaders),
        ("POST", "http://a/", &[("content-length", "+1")], Length),
        ("POST", "http://a/", &[("content-length", "1"), ("content-length", "1")], Length),
    ] {
        assert_eq!(judged(method, uri, fields).err(), Some(why), "{method} {uri} {fields:?}");
    }
}

/// The owner of the edge is told whose it was.
#[test]
fn what_is_refused_is_said_with_who_calls() {
    let request = Request::get("/a?b=1").header("x-forwarded-for", "203.0.113.5").header("x", "y");
    let (why, head) = judge(request.header("forwarded", "for=1").body(()).unwrap(), &BOUNDS).unwrap_err();
    assert_eq!(why, EdgeRefusal::HostMissing);
    let said = "GET /a?b=1 HTTP/2.0\r\nforwarded: for=1\r\nx-forwarded-for: 203.0.113.5\r\n\r\n";
    assert_eq!(String::from_utf8(head).unwrap(), said);
}

#[test]
fn cookies_in_pieces_are_one() {
    let request = judged("GET", "http://a/", &[("cookie", "a=1"), ("cookie", "b=2")]).unwrap();
    let cookies: Vec<_> = request.headers().get_all(COOKIE).iter().collect();
    assert_eq!(cookies, ["a=1; b=2"]);
}
