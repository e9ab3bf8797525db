use proptest::prelude::*;

use super::*;

/// One part with the head's lines given, and its content.
fn part(head: &str, content: &str) -> String {
    format!("--x\r\n{head}\r\n\r\n{content}\r\n")
}

fn field(name: &str, content: &str) -> String {
    part(&format!("Content-Disposition: form-data; name=\"{name}\""), content)
}

fn code(body: &str) -> Option<&'static str> {
    let verdict = read(format!("{body}--x--\r\n").as_bytes(), "x", 8).and_then(|found| found);
    verdict.err().map(|refusal| refusal.code().word())
}

const EVIL: &str = "<script>alert(1)</script>";

#[test]
fn ordinary_parts_pass() {
    let file = "Content-Disposition: form-data; name=\"f\"; filename=\"O'Brien (final).txt\"\r\n\
                Content-Type: text/plain; charset=UTF-8";
    for body in [
        String::new(),
        field("a", "1") + &field("b", "select a plan from the union"),
        field("a", ""),
        field("a", "line\r\nline\r\n--y"),
        field("password", "' or 1=1--"),
        part(file, "a < b && c > d"),
        part("content-disposition: form-data; name=a; filename*=UTF-8''na%C3%AFve.txt", "x"),
        part("Content-Disposition: form-data; name=\"j\"\r\nContent-Type: application/json", "{\"a\":1}"),
    ] {
        assert_eq!(code(&body), None, "{body}");
    }
}

#[test]
fn each_place_of_each_part_is_looked_at() {
    let disposition = "Content-Disposition: form-data; name=\"f\"; filename";
    for (body, word) in [
        (field("a", EVIL), "xss_attempt"),
        (field("a", "1") + &field("b", "2") + &field("last", EVIL), "xss_attempt"),
        (field(EVIL, "1"), "xss_attempt"),
        (part(&format!("{disposition}=\"{EVIL}\""), "1"), "xss_attempt"),
        (part(&format!("{disposition}*=UTF-8''%3Cscript%3Ealert%281%29%3C%2Fscript%3E"), "1"), "xss_attempt"),
        (part(&format!("{disposition}=\"../../etc/passwd\""), "1"), "traversal_attempt"),
        (part(&format!("{disposition}=\"a.txt\"; filename*=UTF-8''..%2F..%2Fx"), "1"), "traversal_attempt"),
        (part(&format!("{disposition}=\"dir/a.txt\""), "1"), "malformed_request"),
        (part(&format!("{disposition}=\"a.svg\"\r\nContent-Type: image/svg+xml"), EVIL), "xss_attempt"),
        (field("a", "x\0y"), "control_bytes"),
        (field("a", "1' OR '1'='1"), "sqli_attempt"),
        (
            part(
                "Content-Disposition: form-data; name=\"j\"\r\nContent-Type: application/json",
                "{\"a\":\"<script>alert(1)</script>\"}",
            ),
            "xss_attempt",
        ),
    ] {
        assert_eq!(code(&body), Some(word), "{body}");
    }
}

#[test]
fn what_two_readers_would_take_for_two_things_is_refused() {
    let named = "Content-Disposition: form-data; name=\"a\"";
    for head in [
        "X: 1",
        "Content-Disposition: attachment; name=\"a\"",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; name=\"a\"; name=\"b\"",
        "Content-Disposition: form-data; name=\"a",
        "Content-Disposition: form-data; name=\"a\" x",
        "Content-Disposition: form-data; name=\"a\"; filename*=utf-7''x",
        "Content-Disposition: form-data; name=\"a\"; filename*0=x",
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"",
        "Content-Disposition: form-data;\r\n name=\"a\"",
        &format!("{named}\r\nContent-Type: multipart/mixed; boundary=y"),
        &format!("{named}\r\nContent-Type: text/plain; charset=utf-7"),
        &format!("{named}\r\nContent-Type: text/plain; charset=utf-8; charset=utf-16"),
        &format!("{named}\r\nContent-Transfer-Encoding: base64"),
        &format!("{named}\r\nContent-Transfer-Encoding: quoted-printable"),
        &format!("{named}\r\nX-Other: 1"),
        &format!("{named}\r\n{}: 1", "x".repeat(5000)),
    ] {
        assert_eq!(code(&part(head, "1")), Some("malformed_request"), "{head}");
    }
    assert_eq!(code(&field("_charset_", "utf-16")), Some("malformed_request"));
    assert_eq!(code(&field("a", "1").repeat(101)), Some("malformed_request"));
}

#[test]
fn nothing_stands_outside_the_boundaries() {
    let whole = field("a", "1") + "--x--";
    let refused = |body: &str| read(body.as_bytes(), "x", 8).is_err();
    assert!(!refused(&whole) && !refused(&format!("{whole}\r\n")));
    for body in [
        String::new(),
        "--x".to_owned(),
        "--y--".to_owned(),
        format!("before\r\n{whole}"),
        format!("{whole}\r\nbehind {EVIL}"),
        field("a", "1"),
        whole.replace("\r\n", "\n"),
        whole.replace("--x--", "--x-"),
    ] {
        assert!(refused(&body), "{body}");
    }
}

#[test]
fn a_picture_is_no_text_but_a_text_is() {
    let file = |kind: &str| {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=f; filename=a\r\nContent-Type: {kind}\r\n\r\n"
        );
        let mut body = head.into_bytes();
        body.extend_from_slice(b"\x89PNG\xff\xfe\r\n--x--");
        read(&body, "x", 8).is_ok()
    };
    assert!(file("image/png") && file("application/octet-stream"));
    for kind in ["text/plain", "text/html", "image/svg+xml", "application/xml", "application/javascript"] {
        assert!(!file(kind), "{kind}");
    }
    let bare = b"--x\r\nContent-Disposition: form-data; name=f\r\n\r\n\xff\r\n--x--";
    assert!(read(bare, "x", 8).is_err());
}

#[test]
fn a_boundary_is_one_short_word() {
    for (text, found) in [
        ("multipart/form-data; boundary=x", Some("x")),
        ("Multipart/Form-Data;boundary=\"a b\"", None),
        ("multipart/form-data; boundary=\"a'b\"", Some("a'b")),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=a; boundary=b", None),
        ("multipart/form-data; boundary=a; charset=utf-8", None),
        ("multipart/mixed; boundary=a", None),
    ] {
        assert_eq!(boundary(text).as_deref(), found, "{text}");
    }
    assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "(--x|\r\n|[ -~]){0,20}") {
        let _ = read(&bytes, "x", 8);
        let _ = read(format!("--x\r\n{text}\r\n--x--").as_bytes(), "x", 8);
        let _ = boundary(&text);
    }
}
