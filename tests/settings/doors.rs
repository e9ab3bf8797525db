//! `[safeguards]`: enforced, watched, or not looked at.

use super::{Home, Shop, browsers::sign_in};

const ATTACK: &str = "/api/v1/price/BTC';DROP%20TABLE%20users;--";

/// It asks only in production, and must be enforced there: anything else stops the start.
#[test]
fn safeguards_https() {
    let home = Home::furnished();
    for stance in ["observe", "off"] {
        let production = [
            "mode=production",
            "server.trusted_proxies=[\"10.0.0.0/8\"]",
            "password.argon2_memory_kib=19456",
            "password.argon2_passes=2",
            &format!("safeguards.https={stance}"),
        ];
        let (_, said) = home.fails(&production);
        assert!(said.contains("safeguards.https"), "{said}");
    }
}

#[tokio::test]
async fn safeguards_inspect() {
    for (stance, code, event) in [
        ("enforce", "sqli_attempt", Some(true)),
        ("observe", "invalid_asset", Some(false)),
        ("off", "invalid_asset", None),
    ] {
        let shop = Shop::with(&[&format!("safeguards.inspect={stance}")]).await;
        assert_eq!(shop.caller().get(ATTACK).await.refusal(), (400, code.into()), "{stance}");
        let seen = shop
            .event_log()
            .iter()
            .find(|event| event.kind.word() == "sqli_attempt")
            .map(|event| event.enforced);
        assert_eq!(seen, event, "{stance}");
    }
}

#[tokio::test]
async fn safeguards_rate() {
    for (stance, status, event) in
        [("enforce", 429, Some(true)), ("observe", 200, Some(false)), ("off", 200, None)]
    {
        let shop = Shop::with(&["rate.prices=1/minute", &format!("safeguards.rate={stance}")]).await;
        assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), 200);
        assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), status, "{stance}");
        let seen = shop
            .event_log()
            .iter()
            .find(|event| event.kind.word() == "rate_limited")
            .map(|event| event.enforced);
        assert_eq!(seen, event, "{stance}");
    }
}

/// A browser that signs out without a word of where the request comes from.
#[tokio::test]
async fn safeguards_forgery() {
    for (stance, status, event) in
        [("enforce", 403, Some(true)), ("observe", 204, Some(false)), ("off", 204, None)]
    {
        let shop = Shop::with(&[&format!("safeguards.forgery={stance}")]).await;
        let browser = sign_in(&shop).await;
        let reply = browser.looks(&shop).call("POST", "/api/v1/auth/logout", "").await;
        assert_eq!(reply.status(), status, "{stance}");
        assert!(status == 204 || reply.code() == "forged_request", "{}", reply.text());
        let events = shop.event_log();
        let seen = events.iter().find(|event| event.kind.word() == "forged_request");
        assert_eq!(seen.map(|event| event.enforced), event, "{stance}");
    }
}

/// One route has a mode of its own; the others keep theirs.
#[tokio::test]
async fn safeguards_routes() {
    let routes = [
        "rate.prices=1/minute",
        "safeguards.routes.\"GET /api/v1/price/{asset}\".rate=off",
        "safeguards.routes.\"GET /api/v1/price/{asset}\".inspect=off",
    ];
    let shop = Shop::with(&routes).await;
    for _ in 0..5 {
        assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), 200);
    }
    assert_eq!(shop.caller().get(ATTACK).await.code(), "invalid_asset");
    assert_eq!(
        shop.caller().get("/api/v1/history/BTC';DROP%20TABLE%20users;--").await.code(),
        "sqli_attempt"
    );
    assert_eq!(shop.caller().get("/api/v1/assets").await.status(), 200);
    assert_eq!(shop.caller().get("/api/v1/assets").await.status(), 429);
}
