//! `[cors]`: which pages of other sites may call, and how.

use super::{Reply, Shop};

const APP: &str = "https://app.example.com";

async fn read(shop: &Shop, origin: &str) -> Option<String> {
    let reply = shop.caller().with("origin", origin).get("/api/v1/price/BTC").await;
    assert_eq!(reply.status(), 200);
    reply.header("access-control-allow-origin").map(str::to_owned)
}

/// A browser that asks before it sends.
async fn preflight(setting: &str, method: &str, header: &str) -> Reply {
    let shop = Shop::with(&[&format!("cors.origins=[\"{APP}\"]"), setting]).await;
    let asks = shop.caller().with("origin", APP).with("access-control-request-method", method);
    asks.with("access-control-request-headers", header).call("OPTIONS", "/api/v1/portfolio/buy", "").await
}

fn allowed(reply: &Reply, what: &str) -> Option<String> {
    let allowed = reply.header(&format!("access-control-allow-{what}")).map(str::to_owned);
    assert_eq!(allowed.is_some(), reply.status() == 204, "{}", reply.status());
    allowed
}

#[tokio::test]
async fn cors_origins() {
    let closed = Shop::open().await;
    assert_eq!(read(&closed, APP).await, None);
    let open = Shop::with(&[&format!("cors.origins=[\"{APP}\", \"https://other.example\"]")]).await;
    assert_eq!(read(&open, APP).await.as_deref(), Some(APP));
    assert_eq!(read(&open, "https://other.example").await.as_deref(), Some("https://other.example"));
    for stranger in ["https://evil.example", "http://app.example.com", "https://app.example.com.evil.example"]
    {
        assert_eq!(read(&open, stranger).await, None, "{stranger}");
    }
    let all = Shop::with(&["cors.origins=[\"*\"]"]).await;
    assert_eq!(read(&all, "https://anybody.example").await.as_deref(), Some("*"));
}

#[tokio::test]
async fn cors_methods() {
    let usual = preflight("log.level=info", "POST", "content-type").await;
    assert_eq!(allowed(&usual, "methods").as_deref(), Some("GET, HEAD, POST, PUT, DELETE"));
    let fewer = "cors.methods=[\"GET\", \"HEAD\"]";
    assert_eq!(allowed(&preflight(fewer, "POST", "content-type").await, "methods"), None);
}

#[tokio::test]
async fn cors_headers() {
    let usual = preflight("log.level=info", "POST", "content-type,idempotency-key").await;
    assert!(allowed(&usual, "headers").unwrap().contains("Idempotency-Key"));
    let fewer = "cors.headers=[\"Content-Type\"]";
    assert_eq!(allowed(&preflight(fewer, "POST", "content-type,idempotency-key").await, "headers"), None);
    let plain = preflight(fewer, "POST", "content-type").await;
    assert_eq!(allowed(&plain, "headers").as_deref(), Some("Content-Type"));
}
