//! Exports on their way: who may have a place for them, and for how long.

use std::time::Duration;

use aspis_core::event::Kind;
use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::json;

use crate::shop::Shop;

const PATH: &str = "/api/v1/bulk/prices";

/// A body that nobody has read yet, and its status.
async fn unread(shop: &Shop, credential: &str) -> (u16, Body) {
    shop.unread("203.0.113.7:1".parse().unwrap(), credential, PATH).await
}

/// Reads the head, and makes sure that it is one.
async fn begun(shop: &Shop, credential: &str) -> Body {
    let (status, mut body) = unread(shop, credential).await;
    assert_eq!(status, 200);
    body.frame().await.unwrap().unwrap();
    body
}

/// True for a file that came whole.
async fn whole(body: Body) -> bool {
    body.collect().await.is_ok()
}

/// A download that is hardly read keeps its place for half a minute, and no longer where others want it.
#[tokio::test]
async fn who_hardly_reads_makes_room() {
    let shop = Shop::endless(&["admission.exports=1"]).await;
    let [slow, next, third] = ["slow", "next", "third"].map(|name| format!("{name}@example.org"));
    let [slow, next, third] = [shop.member(&slow).await, shop.member(&next).await, shop.member(&third).await];
    let held = begun(&shop, &slow).await;
    let third = shop.at("203.0.113.8").token(&third);
    assert_eq!(third.get(PATH).await.refusal(), (503, "server_busy".into()));
    shop.wait(Duration::from_secs(31));
    let taken = begun(&shop, &next).await;
    assert!(!whole(held).await, "half a file is never taken for a whole one");
    assert_eq!(third.get(PATH).await.refusal(), (503, "server_busy".into()), "given back to one");
    let cut: Vec<_> = shop.event_log().into_iter().filter(|event| event.kind == Kind::ExportCut).collect();
    assert_eq!((cut.len(), &*cut[0].rule.clone().unwrap().name), (1, "admission.exports"));
    assert!(cut[0].account.is_some() && cut[0].request.is_some());
    assert!(whole(taken).await);
    assert_eq!(third.get(PATH).await.status(), 200);
}

/// Who asks for no bytes, or gets none, has nobody cut off.
#[tokio::test]
async fn who_gets_nothing_takes_nobodys_place() {
    let shop = Shop::endless(&["admission.exports=1", "scraping.quota=20000000"]).await;
    let (slow, other) = (shop.member("slow@example.org").await, shop.member("other@example.org").await);
    let other = shop.at("203.0.113.8").token(&other);
    let mut asked = 0;
    while other.get(PATH).await.status() == 200 {
        asked += 1;
    }
    assert!((1..10).contains(&asked), "{asked}");
    let held = begun(&shop, &slow).await;
    shop.wait(Duration::from_secs(31));
    assert_eq!(other.call("HEAD", PATH, "").await.status(), 200);
    assert_eq!(other.get(PATH).await.refusal(), (429, "quota_exceeded".into()));
    assert!(whole(held).await);
}

/// Whoever stole a token or a key gets no more of an export, once its owner has ended it.
#[tokio::test]
async fn an_export_ends_with_what_it_was_asked_for_with() {
    let shop = Shop::endless(&[]).await;
    let (token, other) = (shop.member("ada@example.org").await, shop.member("eve@example.org").await);
    let ada = shop.caller().token(&token);
    let made = ada.post("/api/v1/keys", &json!({"name": "a job", "scopes": ["read:prices"]})).await.json();
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let mut bodies = Vec::new();
    for credential in [key, &token, &other] {
        bodies.push(begun(&shop, credential).await);
    }
    assert_eq!(ada.call("DELETE", &format!("/api/v1/keys/{id}"), "").await.status(), 204);
    assert_eq!(ada.call("POST", "/api/v1/auth/logout", "").await.status(), 204);
    let mut came = Vec::new();
    for body in bodies {
        came.push(whole(body).await);
    }
    assert_eq!(came, [false, false, true], "half a file is never taken for a whole one");
    let cut: Vec<_> = shop.event_log().into_iter().filter(|event| event.kind == Kind::ExportCut).collect();
    assert_eq!(cut.iter().map(|event| event.key.is_some()).collect::<Vec<_>>(), [true, false]);
}
