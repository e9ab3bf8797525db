//! Bytes that are no JSON object, in every way that has fooled a parser: some sixty of them, to every route.

use super::{Buy, Login, ROUTES, Site};

/// Bytes that no route takes, with the reason they stand here.
fn broken() -> Vec<(&'static str, Vec<u8>)> {
    let text = |name: &'static str, body: &str| (name, body.as_bytes().to_vec());
    let mut all = vec![
        text("only white space", " \t\r\n"),
        text("nothing but a word", "null"),
        text("true", "true"),
        text("a number", "1"),
        text("a text", "\"{}\""),
        text("an array", "[]"),
        text("an array of objects", "[{}]"),
        text("an opening brace", "{"),
        text("a closing brace", "}"),
        text("a second object", "{}{}"),
        text("rubbish behind", "{} x"),
        text("a comma behind", "{},"),
        text("a null byte behind", "{}\u{0}"),
        text("a comma at the end", "{\"a\":1,}"),
        text("a comma at the start", "{,\"a\":1}"),
        text("two commas", "{\"a\":1,,\"b\":2}"),
        text("no colon", "{\"a\" 1}"),
        text("two colons", "{\"a\"::1}"),
        text("no value", "{\"a\":}"),
        text("no key", "{:1}"),
        text("a bare key", "{a:1}"),
        text("a number as key", "{1:1}"),
        text("single quotes", "{'a':'b'}"),
        text("back quotes", "{`a`:1}"),
        text("a line comment", "{} // note"),
        text("a block comment", "{/* note */}"),
        text("a hash comment", "{} # note"),
        text("NaN", "{\"quantity\":NaN}"),
        text("Infinity", "{\"quantity\":Infinity}"),
        text("minus Infinity", "{\"quantity\":-Infinity}"),
        text("undefined", "{\"quantity\":undefined}"),
        text("True of Python", "{\"quantity\":True}"),
        text("a number beyond floats", "{\"quantity\":1e400}"),
        text("a negative one", "{\"quantity\":-1e400}"),
        text("a plus sign", "{\"quantity\":+1}"),
        text("a leading zero", "{\"quantity\":01}"),
        text("a bare point", "{\"quantity\":.5}"),
        text("a point at the end", "{\"quantity\":1.}"),
        text("an empty exponent", "{\"quantity\":1e}"),
        text("hexadecimal", "{\"quantity\":0x10}"),
        text("an underscore", "{\"quantity\":1_000}"),
        text("two minus signs", "{\"quantity\":--1}"),
        text("an open text", "{\"a\":\"b"),
        text("an open escape", "{\"a\":\"\\"),
        text("an unknown escape", "{\"a\":\"\\x41\"}"),
        text("half an escape", "{\"a\":\"\\u00\"}"),
        text("half a pair", "{\"a\":\"\\ud800\"}"),
        text("the other half", "{\"a\":\"\\udc00\"}"),
        text("a pair the wrong way round", "{\"a\":\"\\udc00\\ud800\"}"),
        text("a raw line break in a text", "{\"a\":\"b\nc\"}"),
        text("a raw tab in a text", "{\"a\":\"b\tc\"}"),
        text("a raw null in a text", "{\"a\":\"b\u{0}c\"}"),
        text("a form", "email=ada&password=x"),
        text("XML", "<?xml version=\"1.0\"?><a/>"),
        text("YAML", "email: ada\npassword: x\n"),
        text("a byte order mark", "\u{feff}{}"),
        text("a non-breaking space", "\u{a0}{}"),
        text("a line separator", "\u{2028}{}"),
        text("a vertical tab", "\u{b}{}"),
        text("a form feed", "{\u{c}}"),
    ];
    all.extend([
        ("a lone continuation byte", b"{\"a\":\"\x80\"}".to_vec()),
        ("a byte that is never UTF-8", b"{\"a\":\"\xff\"}".to_vec()),
        ("an overlong slash", b"{\"a\":\"\xc0\xaf\"}".to_vec()),
        ("an overlong null", b"{\"a\":\"\xc0\x80\"}".to_vec()),
        ("a surrogate in UTF-8", b"{\"a\":\"\xed\xa0\x80\"}".to_vec()),
        ("beyond Unicode", b"{\"a\":\"\xf5\x80\x80\x80\"}".to_vec()),
        ("a text cut in a character", b"{\"a\":\"\xe2\x82\"}".to_vec()),
        ("a key that is not UTF-8", b"{\"\xff\":1}".to_vec()),
        ("Latin-1", b"{\"full_name\":\"Ad\xe8le\"}".to_vec()),
        ("UTF-16, little end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec()),
        ("null bytes", vec![0; 64]),
        ("17 levels", deep(17)),
        ("200 levels", deep(200)),
        ("10,000 levels", deep(10_000)),
        ("10,000 levels that never end", b"[".repeat(10_000)),
        ("10,000 objects that never end", b"{\"a\":".repeat(10_000)),
    ]);
    all
}

fn utf16(order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}{\"email\":\"a\"}".encode_utf16().flat_map(order).collect()
}

/// An object that is `levels` deep in all.
fn deep(levels: usize) -> Vec<u8> {
    let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
    format!("{{\"a\":{open}{close}}}").into_bytes()
}

#[tokio::test]
async fn broken_json_is_refused_by_every_route() {
    let site = Site::open().await;
    let before = site.state().await;
    let broken = broken();
    assert!(broken.len() >= 60, "{}", broken.len());
    for route in ROUTES {
        for (name, body) in &broken {
            let reply = site.send(route, body.clone()).await;
            site.judge(&reply, &format!("{route:?}: {name}"));
            assert_eq!(reply.status(), 400, "{route:?}: {name}: {}", reply.text());
            assert!(
                ["invalid_json", "invalid_input", "control_bytes"].contains(&reply.code().as_str()),
                "{name}: {}",
                reply.text()
            );
        }
    }
    assert_eq!(site.state().await, before);
}

/// The place is said, and what stands there is not.
#[tokio::test]
async fn broken_json_is_not_said_back() {
    let site = Site::open().await;
    let reply = site.send(Login, "{\"email\":\"a@b.cd\",\n\"password\":\"sealed canary\" oops}").await;
    assert_eq!(reply.refusal(), (400, "invalid_json".into()));
    assert!(reply.text().contains("line 2, column ") && !reply.text().contains("oops"), "{}", reply.text());
}

#[tokio::test]
async fn the_depth_that_is_allowed_is_allowed() {
    let site = Site::open().await;
    // Understood as JSON, and refused for what it says.
    assert_eq!(site.send(Buy, deep(16)).await.refusal(), (400, "invalid_input".into()));
    assert_eq!(site.send(Buy, deep(17)).await.refusal(), (400, "invalid_json".into()));
}

/// Sixty thousand keys, sixty thousand zeros and one long text are read once, and quickly.
#[tokio::test]
async fn wide_bodies_are_read_in_a_moment() {
    let site = Site::open().await;
    let keys: Vec<String> = (0..5000).map(|n| format!("\"k{n}\":0")).collect();
    let zeros = "0,".repeat(30_000);
    let bodies = [
        format!("{{{}}}", keys.join(",")),
        format!("{{\"quantity\":[{zeros}0]}}"),
        format!("{{\"quantity\":{}}}", "9".repeat(60_000)),
        format!("{{\"quantity\":\"{}\"}}", "9".repeat(60_000)),
        format!("{{\"quantity\":\"0.{}\"}}", "0".repeat(60_000)),
        format!("{{\"{}\":1}}", "k".repeat(60_000)),
    ];
    for route in ROUTES {
        for body in &bodies {
            let reply = site.send(route, body.clone()).await;
            site.judge(&reply, &format!("{route:?} {body:.40}"));
            assert!(reply.text().len() < 2000, "the answer stays small: {}", reply.text().len());
        }
    }
}
