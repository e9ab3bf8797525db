//! `[body]` and `[admission]`: how large, how deep, how many at once.

use super::{PASSWORD, Shop, json};
use crate::server::Server;

async fn login(shop: &Shop, body: String) -> (u16, String) {
    shop.caller().post_raw("/api/v1/auth/login", body).await.refusal()
}

#[tokio::test]
async fn body_max_bytes() {
    let padded = |length: usize| {
        let login = json!({"email": "a@b.cd", "password": "x"}).to_string();
        format!("{login}{}", " ".repeat(length - login.len()))
    };
    let shop = Shop::with(&["body.max_bytes=64"]).await;
    assert_eq!(login(&shop, padded(64)).await, (401, "invalid_credentials".into()));
    assert_eq!(login(&shop, padded(65)).await, (413, "body_too_large".into()));
    let shop = Shop::with(&["body.max_bytes=131072"]).await;
    assert_eq!(login(&shop, padded(131_072)).await, (401, "invalid_credentials".into()));
}

#[tokio::test]
async fn body_max_depth() {
    let shop = Shop::with(&["body.max_depth=2"]).await;
    assert_eq!(login(&shop, "{\"email\":[]}".into()).await, (400, "invalid_input".into()));
    assert_eq!(login(&shop, "{\"email\":[[]]}".into()).await, (400, "invalid_json".into()));
}

/// While one sign-in is worked on, another finds its places taken; prices have places of their own.
#[tokio::test]
async fn admission_in_progress() {
    let slow = ["password.argon2_memory_kib=32768", "password.argon2_passes=2"];
    let credentials = |name: &str| json!({"email": format!("{name}@example.org"), "password": PASSWORD});
    let (ada, bob) = (credentials("ada"), credentials("bob"));
    for (most, status) in [(1, 503), (2, 401)] {
        let shop = Shop::with(&[&slow[..], &[&format!("admission.in_progress={most}")]].concat()).await;
        let (caller, other) = (shop.caller(), shop.at("192.0.2.1"));
        let (login, second, price) = tokio::join!(biased;
            caller.post("/api/v1/auth/login", &ada),
            other.post("/api/v1/auth/login", &bob),
            other.get("/api/v1/price/BTC"),
        );
        assert_eq!((login.status(), second.status(), price.status()), (401, status, 200), "{most}");
        if status == 503 {
            assert_eq!((second.code().as_str(), second.header("retry-after")), ("server_busy", Some("1")));
        }
        assert_eq!(other.get("/api/v1/price/BTC").await.status(), 200);
    }
}

/// What one body has sent is not there for another, until it is whole or given up.
#[test]
fn body_held_bytes() {
    let server = Server::start(&["body.max_bytes=100", "body.held_bytes=100"]);
    let mut half = server.wire();
    half.send("POST /api/v1/auth/register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n");
    half.send(format!("content-length: 100\r\n\r\n{}", " ".repeat(80)));
    let ask = || server.post("/api/v1/auth/refresh", "{\"refresh_token\":\"none\"}").refusal();
    // The server reads it when it comes to it.
    let full = (0..20).map(|_| ask()).find(|(status, _)| *status != 401);
    assert_eq!(full, Some((503, "server_busy".into())));
    drop(half);
    let free = (0..9).map(|_| ask()).find(|(status, _)| *status != 503);
    assert_eq!(free, Some((401, "invalid_refresh_token".into())));
}

const BULK: &str = "/api/v1/bulk/prices";

/// Downloads that nobody reads: how many of the same account and of others begin.
async fn unread(settings: &[&str], accounts: &[&str]) -> Vec<u16> {
    let shop = Shop::with(settings).await;
    let mut held = Vec::new();
    let mut seen = Vec::new();
    for email in accounts {
        let token = shop.member(email).await;
        for _ in 0..3 {
            let (status, body) = shop.unread("203.0.113.7:1".parse().unwrap(), &token, BULK).await;
            held.push(body);
            seen.push(status);
        }
    }
    drop(held);
    let token = shop.member("last@example.org").await;
    assert_eq!(shop.caller().token(&token).get(BULK).await.status(), 200, "the places are given back");
    seen
}

#[tokio::test]
async fn admission_exports_per_account() {
    assert_eq!(unread(&[], &["ada@example.org"]).await, [200, 200, 503]);
    assert_eq!(unread(&["admission.exports_per_account=3"], &["ada@example.org"]).await, [200, 200, 200]);
}

#[tokio::test]
async fn admission_exports() {
    let both = ["ada@example.org", "eve@example.com"];
    assert_eq!(unread(&["admission.exports=3"], &both).await, [200, 200, 503, 200, 503, 503]);
}

/// Who is answered first: the one who is over the limit and asked first, or the neighbour.
async fn first_answer(delay: &str) -> u16 {
    let shop = Shop::with(&["rate.prices=1/minute", delay]).await;
    let (caller, other) = (shop.caller(), shop.at("192.0.2.1"));
    assert_eq!(caller.get("/api/v1/assets").await.status(), 200);
    tokio::select! {
        biased;
        refused = caller.get("/api/v1/assets") => refused.status(),
        served = other.get("/api/v1/assets") => served.status(),
    }
}

#[tokio::test]
async fn admission_refusal_delay() {
    assert_eq!(first_answer("admission.refusal_delay=0s").await, 429);
    assert_eq!(first_answer("admission.refusal_delay=1s").await, 200);
}
