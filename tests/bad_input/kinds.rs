//! Media types, encodings, sizes and methods: one reading of the bytes, or none.

use serde_json::json;

use super::{Accept, Buy, Login, Predict, ROUTES, Register, RotateKey, Site, Undo};

/// Types under which a body could be read in another way than it was inspected.
const TYPES: [&[&str]; 22] = [
    &[],
    &[""],
    &["text/plain"],
    &["text/json"],
    &["application/jsonx"],
    &["application/json, text/plain"],
    &["application/json;"],
    &["application/json; charset=utf-7"],
    &["application/json; charset=utf-16"],
    &["application/json; charset=utf-16le"],
    &["application/json; charset=ibm037"],
    &["application/json; charset=iso-8859-1"],
    &["application/json; charset=utf-8; charset=utf-16"],
    &["application/json; profile=x"],
    &["application/problem+json"],
    &["application/merge-patch+json"],
    &["application/x-www-form-urlencoded"],
    &["multipart/form-data; boundary=x"],
    &["application/xml"],
    &["application/json", "application/json"],
    &["application/json", "application/json; charset=utf-7"],
    &["\u{ff}"],
];

#[tokio::test]
async fn only_json_in_utf8_is_taken() {
    let site = Site::open().await;
    let before = site.state().await;
    for route in ROUTES {
        for types in TYPES {
            let reply = site.as_type(route, types, site.good(route).to_string()).await;
            site.judge(&reply, &format!("{route:?} {types:?}"));
            assert_eq!(reply.refusal(), (415, "unsupported_media_type".into()), "{route:?} {types:?}");
        }
    }
    assert_eq!(site.state().await, before);
    for good in [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"",
    ] {
        assert_eq!(site.as_type(Login, &[good], site.good(Login).to_string()).await.status(), 200, "{good}");
    }
}

#[tokio::test]
async fn an_encoded_body_is_not_taken() {
    let site = Site::open().await;
    for coding in ["gzip", "deflate", "br", "zstd", "identity, gzip", "gzip, identity", "x", ""] {
        let caller = site.keeper().with("idempotency-key", "k").with("content-encoding", coding);
        let reply = caller.post("/api/v1/portfolio/buy", &site.good(Buy)).await;
        assert_eq!(reply.refusal(), (415, "unsupported_media_type".into()), "{coding:?}");
    }
    let twice = site
        .keeper()
        .with("idempotency-key", "k")
        .with("content-encoding", "identity")
        .with("content-encoding", "gzip");
    assert_eq!(twice.post("/api/v1/portfolio/buy", &site.good(Buy)).await.status(), 415);
    let plain = site.keeper().with("idempotency-key", "k").with("content-encoding", "identity");
    assert_eq!(plain.post("/api/v1/portfolio/buy", &site.good(Buy)).await.status(), 201);
}

/// Who may not come in does not learn which types are taken.
#[tokio::test]
async fn a_stranger_is_told_to_sign_in_first() {
    let site = Site::open().await;
    for body in ["", "{", "asset_id=BTC"] {
        let reply = site
            .shop
            .caller()
            .with("content-type", "text/plain")
            .call("POST", "/api/v1/portfolio/buy", body)
            .await;
        assert_eq!(reply.refusal(), (401, "credentials_required".into()), "{body}");
    }
}

#[tokio::test]
async fn a_missing_body_is_missed_where_there_must_be_one() {
    let site = Site::open().await;
    for route in ROUTES {
        for types in [&["application/json"][..], &[]] {
            let reply = site.as_type(route, types, "").await;
            if route == Predict {
                assert_eq!(reply.status(), 200, "{}", reply.text());
            } else if route == RotateKey {
                assert!(matches!(reply.status(), 201 | 409), "once: {}", reply.text());
            } else if route == Undo {
                assert_eq!(reply.refusal(), (404, "not_found".into()), "it may be missing: {}", reply.text());
            } else {
                site.judge(&reply, &format!("{route:?} without a body"));
                assert_eq!(reply.refusal(), (400, "invalid_json".into()), "{route:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_large_body_is_too_large_and_a_long_name_too_long() {
    let site = Site::open().await;
    let before = site.state().await;
    for route in ROUTES {
        let huge = format!("{{\"full_name\":\"{}\"}}", "n".repeat(1 << 20));
        let reply = site.send(route, huge).await;
        site.judge(&reply, &format!("{route:?}: 1 MB"));
        assert_eq!(reply.refusal(), (413, "body_too_large".into()), "{route:?}");
    }
    for route in [Register, Accept] {
        let long = site.but(route, "full_name", &json!("n".repeat(60_000)).to_string());
        site.names(&site.send(route, long).await, "full_name", "60,000 letters");
    }
    // A body that is announced too large is refused before a byte of it is read.
    let announced =
        site.shop.caller().with("content-type", "application/json").with("content-length", "65537");
    assert_eq!(
        announced.call("POST", "/api/v1/auth/login", "{}").await.refusal(),
        (413, "body_too_large".into())
    );
    assert_eq!(site.state().await, before);
}

#[tokio::test]
async fn a_body_is_taken_to_its_last_byte() {
    let site = Site::open().await;
    let good = site.good(Login).to_string();
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    assert_eq!(site.send(Login, padded(65_536)).await.status(), 200);
    assert_eq!(site.send(Login, padded(65_537)).await.status(), 413);
}

#[tokio::test]
async fn a_route_without_a_body_takes_none() {
    let site = Site::open().await;
    for row in aspis::surface::rows().iter().filter(|row| row.body == aspis_guard::surface::BodyKind::None) {
        let path = row.path.replace("{asset}", "BTC").replace("{code}", "not_found");
        let caller = site.keeper().with("content-type", "application/json").with("content-length", "2");
        let reply = caller.call(row.method.as_str(), &path, "{}").await;
        assert_eq!(reply.refusal(), (413, "body_too_large".into()), "{row}");
        let caller = site.keeper().with("transfer-encoding", "chunked");
        assert_eq!(caller.call(row.method.as_str(), &path, "{}").await.status(), 413, "{row}");
    }
}

#[tokio::test]
async fn an_unknown_method_is_told_which_are_known() {
    let site = Site::open().await;
    let rows = aspis::surface::rows();
    for row in &rows {
        let path = row.path.replace("{asset}", "BTC").replace("{code}", "not_found").replace("{token}", "x");
        let known: Vec<_> =
            rows.iter().filter(|other| other.path == row.path).map(|other| other.method.as_str()).collect();
        let methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get", "X"];
        for method in methods.into_iter().filter(|method| !known.contains(method)) {
            let reply = site.keeper().call(method, &path, "").await;
            site.judge(&reply, &format!("{method} {path}"));
            assert_eq!(reply.refusal(), (405, "method_not_allowed".into()), "{method} {path}");
            let allow = reply.header("allow").unwrap();
            assert!(
                known.iter().all(|known| allow.contains(known)) && !allow.contains(method),
                "{method} {path}: {allow}"
            );
        }
    }
}

#[tokio::test]
async fn a_method_in_a_header_is_not_a_method() {
    let site = Site::open().await;
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let reply = site.keeper().with(name, "POST").get("/api/v1/portfolio/buy").await;
        assert_eq!(reply.status(), 405, "{name}");
    }
}
