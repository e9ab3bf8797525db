//! Padding hides nothing: what is behind much else is found, or the whole is refused.

use std::time::Duration;

use aspis_core::clock::{Clock, SystemClock};
use serde_json::json;

use crate::shop::Shop;

const ATTACK: &str = "' OR '1'='1";

#[tokio::test]
async fn an_attack_at_the_end_of_a_body_is_found_or_the_body_refused() {
    for limit in [1024, 8192, 65_536] {
        let shop = Shop::endless(&[&format!("body.max_bytes={limit}")]).await;
        let token = shop.member("ada@example.org").await;
        let bare = json!({"asset_id": "BTC", "quantity": "1", "note": ATTACK}).to_string().len();
        for (length, refusal) in [
            (limit - 1, (400, "sqli_attempt")),
            (limit, (400, "sqli_attempt")),
            (limit + 1, (413, "body_too_large")),
        ] {
            let note = "a".repeat(length - bare) + ATTACK;
            let body = json!({"asset_id": "BTC", "quantity": "1", "note": note});
            assert_eq!(body.to_string().len(), length);
            let reply = shop.caller().token(&token).order("buy", "k", &body).await;
            assert_eq!(reply.refusal(), (refusal.0, refusal.1.to_owned()), "{length} of {limit}");
        }
    }
}

#[tokio::test]
async fn padding_between_values_hides_nothing() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    for (padding, refusal) in [(60_000, (400, "sqli_attempt")), (70_000, (413, "body_too_large"))] {
        let spaces = " ".repeat(padding);
        let body = format!("{{\"asset_id\":\"BTC\",{spaces}\"quantity\":\"1\",\"note\":\"{ATTACK}\"}}");
        let reply = shop
            .caller()
            .token(&token)
            .with("idempotency-key", "k")
            .post_raw("/api/v1/portfolio/buy", body)
            .await;
        assert_eq!(reply.refusal(), (refusal.0, refusal.1.to_owned()));
    }
    let many: serde_json::Map<_, _> =
        (0..2000).map(|at| (format!("k{at}"), json!(at))).chain([("z".to_owned(), json!(ATTACK))]).collect();
    assert_eq!(
        shop.caller().token(&token).order("buy", "k", &many.into()).await.refusal(),
        (400, "sqli_attempt".into())
    );
}

#[tokio::test]
async fn an_attack_at_the_end_of_a_url_is_found_or_the_url_refused() {
    let shop = Shop::endless(&["edge.url_bytes=2000"]).await;
    let tail = "%27%20OR%20%271%27=%271";
    for (length, refusal) in
        [(1999, (400, "sqli_attempt")), (2000, (400, "sqli_attempt")), (2001, (414, "url_too_long"))]
    {
        for start in ["/api/v1/history/BTC?cursor=", "/api/v1/price/"] {
            let url = format!("{start}{}{tail}", "a".repeat(length - start.len() - tail.len()));
            assert_eq!(
                shop.caller().get(&url).await.refusal(),
                (refusal.0, refusal.1.to_owned()),
                "{length} {start}"
            );
        }
    }
}

#[tokio::test]
async fn an_attack_at_the_end_of_a_header_is_found() {
    let shop = Shop::endless(&[]).await;
    for length in [1, 100, 1000, 8000, 15_000] {
        let reply =
            shop.caller().with("x-campaign", &("a".repeat(length) + ATTACK)).get("/api/v1/price/BTC").await;
        assert_eq!(reply.refusal(), (400, "sqli_attempt".into()), "{length}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_and_not_passed_unread() {
    let shop = Shop::endless(&[]).await;
    let bodies: [&[u8]; 8] = [
        b"{\"email\":\"' OR '1'='1\"",
        b"{\"email\":\"\xff' OR '1'='1\",\"password\":\"x\"}",
        b"\xef\xbb\xbf{\"email\":\"' OR '1'='1\",\"password\":\"x\"}",
        b"{\"email\":\"a\",\"email\":\"' OR '1'='1\",\"password\":\"x\"}",
        b"{\"email\":\"a\",\"\\u0065mail\":\"' OR '1'='1\",\"password\":\"x\"}",
        b"{\"email\":\"' OR '1'='1\",\"password\":\"x\"} {}",
        b"{'email':'x'}",
        b"email=%27+OR+1%3D1&password=x",
    ];
    for body in bodies {
        let reply = shop.caller().post_raw("/api/v1/auth/login", body.to_vec()).await;
        assert_eq!(reply.refusal(), (400, "invalid_json".into()), "{}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn no_text_takes_long_to_inspect() {
    let shop = Shop::endless(&[]).await;
    let watch = SystemClock::start();
    for unit in [
        "<a ",
        "'",
        "/*",
        "\"'",
        "' or ",
        "((",
        "javascript ",
        "&#",
        "..;",
        "<x on",
        "' ; ",
        "union ",
        "union(",
        "')/*",
        "\\",
        "- - ",
    ] {
        let note = unit.repeat(30_000 / unit.len());
        let began = watch.uptime();
        let reply = shop.caller().post("/api/v1/auth/login", &json!({"email": note, "password": "x"})).await;
        assert!([400, 401].contains(&reply.status()), "{unit:?}: {}", reply.text());
        let took = watch.uptime().saturating_sub(began);
        assert!(took < Duration::from_secs(2), "{unit:?} took {took:?}");
    }
}
