use http::Request;

use super::*;

fn cors(origins: &[&str]) -> Option<Cors> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Cors::new(Rules {
        origins: words(origins),
        methods: words(&["GET", "POST"]),
        headers: words(&["Content-Type", "Authorization"]),
    })
}

fn open() -> Cors {
    cors(&["https://app.example.com", "https://other.example.com:8443"]).expect("an open list")
}

fn head(method: &str, fields: &[(&str, &str)]) -> request::Parts {
    let mut request = Request::builder().method(method).uri("/api/v1/prices");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a request").into_parts().0
}

fn guest(cors: &Cors, origin: &str) -> Guest {
    cors.guest(&head("GET", &[("origin", origin)]).headers)
}

#[test]
fn nothing_is_open_unless_it_is_written() {
    assert!(cors(&[]).is_none());
    assert_eq!(open().guest(&HeaderMap::new()), Guest::Unasked);
}

#[test]
fn an_origin_is_allowed_exactly_or_not_at_all() {
    let cors = open();
    assert_eq!(guest(&cors, "https://app.example.com"), Guest::Listed(0));
    assert_eq!(guest(&cors, "https://other.example.com:8443"), Guest::Listed(1));
    for other in [
        "http://app.example.com",
        "https://app.example.com.evil.test",
        "https://evil-app.example.com",
        "https://app.example.com:443",
        "https://app.example.com/",
        "https://APP.example.com",
        "https://other.example.com",
        "null",
        "*",
        "",
    ] {
        assert_eq!(guest(&cors, other), Guest::Unasked, "{other}");
    }
    let twice = head("GET", &[("origin", "https://app.example.com"), ("origin", "https://evil.test")]);
    assert_eq!(cors.guest(&twice.headers), Guest::Unasked);
}

#[test]
fn an_allowed_page_may_read_the_answer() {
    let mut fields = HeaderMap::new();
    fields.insert(VARY, HeaderValue::from_static("Accept"));
    open().mark(&mut fields, Guest::Listed(0));
    assert_eq!(fields[ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example.com");
    assert_eq!(fields[ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
    assert_eq!(fields[headers::CORP], "cross-origin");
    assert!(fields[ACCESS_CONTROL_EXPOSE_HEADERS].to_str().is_ok_and(|names| names.contains("DPoP-Nonce")));
    assert_eq!(fields.get_all(VARY).iter().collect::<Vec<_>>(), ["Accept", "Origin"]);
}

#[test]
fn everybody_never_reads_with_credentials() {
    let cors = cors(&["*"]).expect("an open list");
    assert_eq!(guest(&cors, "https://any.test"), Guest::Anybody);
    let mut fields = HeaderMap::new();
    cors.mark(&mut fields, Guest::Anybody);
    assert_eq!(fields[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(!fields.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS));
}

#[test]
fn a_stranger_learns_only_that_origins_matter() {
    let mut fields = HeaderMap::new();
    open().mark(&mut fields, Guest::Unasked);
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[VARY], "Origin");
}

#[test]
fn a_preflight_asks_for_a_method_and_fields_that_are_allowed() {
    let (cors, ask) = (open(), "access-control-request-method");
    let wants = "access-control-request-headers";
    let asked = |head: &request::Parts| cors.preflight(cors.guest(&head.headers), head);
    let head = |method: &str, fields: &[(&str, &str)]| {
        head(method, &[&[("origin", "https://app.example.com")], fields].concat())
    };
    assert_eq!(asked(&head("OPTIONS", &[(ask, "POST")])), Some(Method::POST));
    let both = [(ask, "GET"), (wants, "authorization, content-type")];
    assert_eq!(asked(&head("OPTIONS", &both)), Some(Method::GET));
    for wrong in [
        head("OPTIONS", &[]),
        head("OPTIONS", &[(ask, "DELETE")]),
        head("OPTIONS", &[(ask, "post")]),
        head("OPTIONS", &[(ask, "GET"), (ask, "POST")]),
        head("OPTIONS", &[(ask, "GET"), (wants, "authorization, x-evil")]),
        head("POST", &[(ask, "POST")]),
    ] {
        assert_eq!(asked(&wrong), None, "{wrong:?}");
    }
    let stranger = [("origin", "https://evil.test"), (ask, "POST")];
    assert_eq!(asked(&self::head("OPTIONS", &stranger)), None);
}

#[test]
fn a_preflight_is_answered_without_a_body() {
    let answer: Response<bytes::Bytes> = open().answer();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_METHODS], "GET, POST");
    assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "Content-Type, Authorization");
    assert_eq!(answer.headers()[ACCESS_CONTROL_MAX_AGE], "600");
}
