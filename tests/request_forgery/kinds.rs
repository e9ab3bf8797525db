//! A kind of request that no form can make: a field of its own, or a body of JSON.

use serde_json::json;

use super::{changing, path, rules, shop_with_ada};

const FORMS: [&str; 5] = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
    "application/jsonx",
];

/// All that the browser writes is right, and so is the token: only the kind is that of a form.
#[tokio::test]
async fn a_form_is_refused_on_every_route() {
    let (shop, ada) = shop_with_ada().await;
    for row in changing() {
        let plain = ada.acts(&shop).without("x-requested-with");
        let (method, path) = (row.method.as_str(), path(&row));
        let bare = plain.call(method, &path, "").await;
        assert_eq!(bare.refusal(), (403, "forged_request".into()), "{row}");
        for kind in FORMS {
            let reply = plain.clone().with("content-type", kind).call(method, &path, "{\"a\":1}").await;
            assert_eq!(reply.refusal(), (403, "forged_request".into()), "{row} {kind}");
        }
        let empty = plain.with("x-requested-with", "").call(method, &path, "").await;
        assert_eq!(empty.refusal(), (403, "forged_request".into()), "{row}");
    }
    assert!(rules(&shop).iter().all(|rule| rule == "forgery.kind"));
    assert_eq!(ada.me(&shop).await.0, 200);
}

#[tokio::test]
async fn either_of_the_two_is_enough() {
    let (shop, ada) = shop_with_ada().await;
    let plain = ada.acts(&shop).without("x-requested-with");
    for (name, value) in [("content-type", "application/json"), ("x-requested-with", "XMLHttpRequest")] {
        let ended = plain.clone().with(name, value).call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(ended.status(), 200, "{name}: {}", ended.text());
    }
}

/// Under `/api` the body is JSON, whoever sends what with it.
#[tokio::test]
async fn a_body_of_a_form_is_no_body_here() {
    let (shop, ada) = shop_with_ada().await;
    for kind in FORMS {
        let page = ada.acts(&shop).with("content-type", kind).with("idempotency-key", "form");
        let body = json!({"asset_id": "BTC", "quantity": "0.1"}).to_string();
        let reply = page.call("POST", "/api/v1/portfolio/buy", body).await;
        assert_eq!(reply.refusal(), (415, "unsupported_media_type".into()), "{kind}");
    }
    let form = format!("csrf_token={}&asset_id=BTC&quantity=0.1", ada.csrf);
    let page = ada.looks(&shop).with("origin", "http://127.0.0.1:8001").with("content-type", FORMS[1]);
    let reply = page.call("POST", "/api/v1/portfolio/buy", form).await;
    assert_eq!(reply.status(), 403, "a token in a form is for the pages' own routes: {}", reply.text());
    let holdings = ada.looks(&shop).get("/api/v1/portfolio").await.json();
    assert_eq!(holdings["positions"], json!([]));
}
