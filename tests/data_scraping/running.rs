//! Exports on their way: who may have a place for them, and for how long.

use std::time::Duration;

use http_body_util::BodyExt;
use serde_json::json;

use crate::shop::Shop;

const PATH: &str = "/api/v1/bulk/prices";

/// A download that is hardly read keeps its place for half a minute, and no longer where others want it.
#[tokio::test]
async fn who_hardly_reads_makes_room() {
    let shop = Shop::endless(&["admission.exports=1", "rate.prices=60000/minute"]).await;
    let (slow, other) = (shop.member("slow@example.org").await, shop.member("other@example.org").await);
    let (status, held) = shop.unread("203.0.113.7:1".parse().unwrap(), &slow, PATH).await;
    assert_eq!(status, 200);
    let other = shop.at("203.0.113.8").token(&other);
    assert_eq!(other.get(PATH).await.refusal(), (503, "server_busy".into()));
    shop.wait(Duration::from_secs(31));
    assert_eq!(other.get(PATH).await.status(), 200);
    let cut = axum::body::to_bytes(held, usize::MAX).await;
    assert!(cut.is_err(), "half a file is never taken for a whole one");
    assert_eq!(other.get(PATH).await.status(), 200, "the place was given back once");
}

/// Whoever stole a token or a key gets no more of an export, once its owner has ended it.
#[tokio::test]
async fn an_export_ends_with_what_it_was_asked_for_with() {
    let shop = Shop::endless(&[]).await;
    let (token, other) = (shop.member("ada@example.org").await, shop.member("eve@example.org").await);
    let ada = shop.caller().token(&token);
    let made = ada.post("/api/v1/keys", &json!({"name": "a job", "scopes": ["read:prices"]})).await.json();
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let from = "203.0.113.7:1".parse().unwrap();
    let mut bodies = Vec::new();
    for credential in [key, &token, &other] {
        let (status, mut body) = shop.unread(from, credential, PATH).await;
        assert_eq!(status, 200);
        for _ in 0..2 {
            body.frame().await.unwrap().unwrap();
        }
        bodies.push(body);
    }
    assert_eq!(ada.call("DELETE", &format!("/api/v1/keys/{id}"), "").await.status(), 204);
    assert_eq!(ada.call("POST", "/api/v1/auth/logout", "").await.status(), 204);
    let mut whole = Vec::new();
    for body in bodies {
        whole.push(body.collect().await.is_ok());
    }
    assert_eq!(whole, [false, false, true], "half a file is never taken for a whole one");
}
