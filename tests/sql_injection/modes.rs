//! Enforce, observe, off: for all routes and for one.

use serde_json::json;

use crate::shop::Shop;

const ATTACK: &str = "' OR '1'='1";
const PATH: &str = "/api/v1/price/%27%20OR%20%271%27=%271";

fn order(note: &str) -> serde_json::Value {
    json!({"asset_id": "BTC", "quantity": "0.001", "note": note})
}

/// The events of hostile input: their words and whether they were carried out.
fn found(shop: &Shop) -> Vec<(&'static str, bool)> {
    let events = shop.event_log().into_iter().map(|event| (event.kind.word(), event.enforced));
    events.filter(|(word, _)| word.ends_with("_attempt")).collect()
}

#[tokio::test]
async fn in_observe_it_passes_and_is_recorded() {
    let shop = Shop::with(&["safeguards.inspect=observe"]).await;
    let token = shop.member("ada@example.org").await;
    let placed = shop.caller().token(&token).order("buy", "k", &order(ATTACK)).await;
    assert_eq!(
        (placed.status(), placed.json()["note"].as_str()),
        (201, Some(ATTACK)),
        "and nothing is rewritten"
    );
    assert_eq!(shop.caller().get(PATH).await.refusal(), (400, "invalid_asset".into()));
    assert_eq!(found(&shop), [("sqli_attempt", false); 2]);
    let metrics = shop.app.metrics.render();
    assert!(
        metrics.contains(r#"code="sqli_attempt",scenario="sql_injection",enforced="false"} 2"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn off_does_not_look() {
    let shop = Shop::with(&["safeguards.inspect=off"]).await;
    let token = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().token(&token).order("buy", "k", &order(ATTACK)).await.status(), 201);
    assert_eq!(shop.caller().get(PATH).await.refusal(), (400, "invalid_asset".into()));
    assert_eq!(found(&shop), []);
}

#[tokio::test]
async fn one_route_can_have_a_mode_of_its_own() {
    let observed = "safeguards.routes.\"POST /api/v1/portfolio/buy\".inspect=observe";
    let off = "safeguards.routes.\"GET /api/v1/price/{asset}\".inspect=off";
    let shop = Shop::with(&[observed, off]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    assert_eq!(caller.order("buy", "k1", &order(ATTACK)).await.status(), 201);
    assert_eq!(caller.order("sell", "k2", &order(ATTACK)).await.refusal(), (400, "sqli_attempt".into()));
    assert_eq!(caller.get(PATH).await.refusal(), (400, "invalid_asset".into()));
    assert_eq!(caller.get(&PATH.replace("price", "history")).await.refusal(), (400, "sqli_attempt".into()));
    assert_eq!(found(&shop), [("sqli_attempt", false), ("sqli_attempt", true), ("sqli_attempt", true)]);
}

#[tokio::test]
async fn the_shape_of_a_request_cannot_be_switched_off() {
    let shop = Shop::with(&["safeguards.inspect=off", "safeguards.rate=off"]).await;
    assert_eq!(
        shop.caller().get("/api/v1/price/../../etc/passwd").await.refusal(),
        (400, "traversal_attempt".into())
    );
    assert_eq!(shop.caller().get("/api/v1/portfolio").await.status(), 401);
    assert_eq!(
        shop.caller().post_raw("/api/v1/auth/login", "{\"a\":1,\"a\":2}").await.refusal(),
        (400, "invalid_json".into())
    );
}
