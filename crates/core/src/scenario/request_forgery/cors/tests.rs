use super::*;

const APP: &str = "https://app.example";

fn cors(origins: &[&str]) -> Cors {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Cors {
        origins: words(origins),
        methods: words(&["GET", "POST"]),
        headers: words(&["Content-Type", "X-CSRF-Token"]),
    }
}

#[test]
fn it_is_closed_by_default() {
    assert!(Cors::default().is_closed());
    assert_eq!(Cors::default().admits(APP), None);
    assert_eq!(cors(&[]).preflight(APP, "GET", ""), Err(Refused::Origin));
}

#[test]
fn an_origin_is_allowed_as_it_is_written_or_not_at_all() {
    let cors = cors(&[APP]);
    assert_eq!(cors.admits(APP), Some(Admission::Named));
    for other in [
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://sub.app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example/",
        "HTTPS://APP.EXAMPLE",
        "null",
        "*",
        "",
    ] {
        assert_eq!(cors.admits(other), None, "{other}");
    }
}

#[test]
fn everybody_may_call_without_cookies() {
    let cors = cors(&["*"]);
    for origin in [APP, "null", "*"] {
        assert_eq!(cors.admits(origin), Some(Admission::Anybody), "{origin}");
    }
}

#[test]
fn nobody_is_called_null() {
    assert_eq!(cors(&["null"]).admits("null"), None);
}

#[test]
fn a_preflight_asks_for_a_method_and_for_fields() {
    let cors = cors(&[APP]);
    let judged = |method, headers| cors.preflight(APP, method, headers);
    assert_eq!(judged("POST", ""), Ok(Admission::Named));
    assert_eq!(judged("POST", "content-type, x-csrf-token"), Ok(Admission::Named));
    assert_eq!(judged("POST", ",content-type ,,"), Ok(Admission::Named));
    assert_eq!(judged("post", ""), Err(Refused::Method), "methods have a case");
    assert_eq!(judged("DELETE", ""), Err(Refused::Method));
    assert_eq!(judged("POST", "content-type, x-other"), Err(Refused::Header));
    assert_eq!(judged("POST", "*"), Err(Refused::Header));
}
