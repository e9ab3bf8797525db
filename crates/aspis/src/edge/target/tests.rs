use super::*;

#[test]
fn a_target_of_every_byte_passes_exactly_where_a_uri_takes_it_without_a_fragment() {
    for byte in 0..=u8::MAX {
        for before in ["/", "/a", "/?", "/a?b"] {
            let target = [before.as_bytes(), &[byte], b"z"].concat();
            let uri = http::Uri::try_from(&target[..]).is_ok() && byte != b'#';
            assert_eq!(check(b"GET", &target, b"a").is_ok(), uri, "{}", target.escape_ascii());
        }
    }
}

#[test]
fn raw_utf8_passes_where_a_uri_takes_it() {
    for (target, good) in [
        (&b"/\xc3\xa9"[..], true),
        (b"/?\xe2\x82\xac", true),
        (b"/\xc3", false),
        (b"/\xff\xfe", false),
        (b"/\xc3?\xa9", false),
        (b"/\xc3\xa9<", false),
    ] {
        assert_eq!(check(b"GET", target, b"a").is_ok(), good, "{}", target.escape_ascii());
        assert_eq!(http::Uri::try_from(target).is_ok(), good, "{}", target.escape_ascii());
    }
}

#[test]
fn an_absolute_target_means_the_host() {
    assert!(check(b"GET", b"http://a:1/x?y", b"A:1").is_ok());
    assert!(check(b"GET", b"HTTPS://a", b"a").is_ok());
    for target in [&b"http://b/"[..], b"http://a:2/", b"http://a/#f", b"httpx://a/", b"http:a", b"h"] {
        assert!(check(b"GET", target, b"a").is_err(), "{}", target.escape_ascii());
    }
}

#[test]
fn only_options_asks_about_the_server_itself() {
    assert!(check(b"OPTIONS", b"*", b"a").is_ok());
    assert!(check(b"GET", b"*", b"a").is_err());
    assert!(check(b"OPTIONS", b"**", b"a").is_err());
}

#[test]
fn hosts() {
    for host in ["a", "a.b-c_d", "1.2.3.4:0", "a:65535", "[::]", "[2001:db8::1]:443"] {
        assert!(is_host(host.as_bytes()), "{host}");
    }
    let long = "a".repeat(256);
    for host in ["", ":80", "a:", "a:+1", "a:000001", "[]", "[::1]x", "[::1]:", "::1", "a b", "a%20", &long] {
        assert!(!is_host(host.as_bytes()), "{host}");
    }
}
