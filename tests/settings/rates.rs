//! `[rate]`: each budget, and the table that they are counted in.

use super::{PASSWORD, Reply, Shop, json};
use crate::shop::Caller;

/// Three calls pass at "3/minute", and the fourth is told so.
async fn three_pass(key: &str, class: &str, call: impl AsyncFn(&Caller<'_>) -> Reply) {
    let shop = Shop::with(&[&format!("{key}=3/minute")]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for _ in 0..3 {
        let reply = call(&ada).await;
        assert_ne!(reply.status(), 429, "{key}");
        assert_eq!(reply.header("ratelimit-policy"), Some(format!("\"{class}\";q=3;w=60").as_str()), "{key}");
    }
    let refused = call(&ada).await;
    assert_eq!(refused.refusal(), (429, "rate_limited".into()), "{key}");
    let wait = refused.header("retry-after").and_then(|wait| wait.parse::<u64>().ok());
    assert!(wait.is_some_and(|wait| wait > 0), "{key}: {wait:?}");
}

#[tokio::test]
async fn rate_login() {
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    three_pass("rate.login", "login", async |ada| ada.post("/api/v1/auth/login", &login).await).await;
}

#[tokio::test]
async fn rate_register() {
    three_pass("rate.register", "register", async |ada| ada.post("/api/v1/auth/register", &json!({})).await)
        .await;
}

#[tokio::test]
async fn rate_refresh() {
    let spent = json!({"refresh_token": "x"});
    three_pass("rate.refresh", "refresh", async |ada| ada.post("/api/v1/auth/refresh", &spent).await).await;
}

#[tokio::test]
async fn rate_refresh_family() {
    let shop = Shop::with(&["rate.refresh_family=3/minute"]).await;
    let mut token = shop.tokens("ada@example.org").await["refresh_token"].clone();
    // Whoever sends it: each renewal comes from another client.
    for at in 1..=3 {
        let renewed = shop
            .at(&format!("192.0.2.{at}"))
            .post("/api/v1/auth/refresh", &json!({"refresh_token": token}))
            .await;
        assert_eq!(renewed.status(), 200, "{}", renewed.text());
        token = renewed.json()["refresh_token"].clone();
    }
    let refused = shop.at("192.0.2.9").post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
    assert_eq!(refused.refusal(), (429, "rate_limited".into()));
    assert_eq!(refused.header("ratelimit-policy"), Some("\"refresh\";q=3;w=60"), "the window that refuses");
    let other = shop.tokens("eve@example.org").await["refresh_token"].clone();
    assert_eq!(
        shop.at("192.0.2.9").post("/api/v1/auth/refresh", &json!({"refresh_token": other})).await.status(),
        200
    );
}

#[tokio::test]
async fn rate_legacy_fields() {
    let older = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    for (on, left) in [(false, [None, None]), (true, [Some("2"), Some("1")])] {
        let shop = Shop::with(&["rate.prices=3/minute", &format!("rate.legacy_fields={on}")]).await;
        for left in left {
            let reply = shop.caller().get("/api/v1/prices").await;
            let [limit, remaining, reset] = older.map(|name| reply.header(name));
            assert_eq!((limit, remaining), (left.map(|_| "3"), left));
            assert_eq!(reply.header("ratelimit-policy"), Some("\"prices\";q=3;w=60"), "the newer ones stay");
            let reset = reset.map(|reset| reset.parse::<i64>().unwrap() - shop.seconds());
            assert_eq!(reset.is_some(), on);
            assert!(reset.is_none_or(|wait| (60..=64).contains(&wait)), "{reset:?}");
        }
        assert_eq!(shop.caller().get("/health").await.header("x-ratelimit-limit").is_some(), on);
    }
}

#[tokio::test]
async fn rate_predict() {
    three_pass("rate.predict", "predict", async |ada| ada.call("POST", "/api/v1/predict/BTC", "").await)
        .await;
}

#[tokio::test]
async fn rate_portfolio() {
    three_pass("rate.portfolio", "portfolio", async |ada| ada.get("/api/v1/portfolio").await).await;
}

#[tokio::test]
async fn rate_prices() {
    three_pass("rate.prices", "prices", async |ada| ada.get("/api/v1/price/BTC").await).await;
}

#[tokio::test]
async fn rate_static() {
    three_pass("rate.static", "static", async |ada| ada.get("/openapi.json").await).await;
}

#[tokio::test]
async fn rate_default() {
    three_pass("rate.default", "default", async |ada| ada.get("/api/v1/auth/me").await).await;
}

/// Callers who were told to wait, of as many new ones as there are, each asking once.
async fn told_to_wait(slots: &str) -> usize {
    let shop = Shop::with(&["rate.prices=5/minute", slots]).await;
    let mut waiting = 0;
    for at in 0..1000 {
        let reply = shop.at(&format!("10.1.{}.{}", at / 250, 1 + at % 250)).get("/api/v1/assets").await;
        waiting += usize::from(reply.status() == 429);
    }
    waiting
}

/// When all windows are taken, newcomers share one by network.
#[tokio::test]
async fn rate_table_slots() {
    assert_eq!(told_to_wait("rate.table_slots=65536").await, 0);
    let waiting = told_to_wait("rate.table_slots=64").await;
    assert!(waiting > 800, "{waiting}");
}
