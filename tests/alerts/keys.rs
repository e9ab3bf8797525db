//! Keys that were laid out, found, used far too often, or used as they never were.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

const KEYS: &str = "/api/v1/keys";
const PRICES: &str = "/api/v1/prices";
const HOME: &str = "203.0.113.7";
const AWAY: &str = "192.0.2.66";
const DAY: Duration = Duration::from_secs(86_400);

/// A key in somebody's hand, and its identifier.
struct Made {
    key: String,
    id: String,
}

async fn made(shop: &Shop, token: &str, path: &str, wish: Value) -> Made {
    let reply = shop.caller().token(token).post(path, &wish).await;
    assert_eq!(reply.status(), 201, "{}", reply.text());
    let text = |name: &str| reply.json()[name].as_str().unwrap().to_owned();
    Made { key: text("key"), id: text("id") }
}

async fn reads(shop: &Shop, token: &str) -> Made {
    made(shop, token, KEYS, json!({"name": "the nightly job", "scopes": ["read:prices"]})).await
}

async fn sends(shop: &Shop, key: &str, from: &str) -> Reply {
    shop.at(from).with("x-api-key", key).get(PRICES).await
}

#[tokio::test]
async fn a_honey_key_that_is_used_is_critical_and_one_that_lies_there_is_nothing() {
    let shop = Shop::endless(&["block.auto=false"]).await;
    let operator = shop.another_operator("op@example.org").await;
    let honey = made(&shop, &operator, "/api/v1/admin/keys/honey", json!({"name": "the old wiki"})).await;
    let other = reads(&shop, &shop.member("ada@example.org").await).await;
    assert_eq!(sends(&shop, &other.key, AWAY).await.status(), 200);
    assert_eq!(sends(&shop, "aspis_live_none", AWAY).await.status(), 401);
    assert!(shop.alarm("key.honey_used").await.is_empty());
    assert_eq!(sends(&shop, &honey.key, AWAY).await.status(), 401);
    assert_eq!(shop.alarm("key.honey_used").await, [("critical".to_owned(), 1, AWAY.to_owned())]);
}

/// Who finds one and says so is honest: nobody is shut out for that, and the operators know where it lay.
#[tokio::test]
async fn a_honey_key_that_is_given_up_is_a_warning_and_no_use() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator("op@example.org").await;
    let honey = made(&shop, &operator, "/api/v1/admin/keys/honey", json!({"name": "the old wiki"})).await;
    let end = json!({"key": honey.key});
    for _ in 0..2 {
        assert_eq!(shop.at(AWAY).post("/api/v1/keys/revoke", &end).await.status(), 200);
    }
    assert_eq!(shop.alarm("key.honey_found").await, [("warning".to_owned(), 2, honey.id.clone())]);
    assert!(shop.alarm("key.honey_used").await.is_empty());
    shop.keep().await;
    assert_eq!(shop.at(AWAY).get(PRICES).await.status(), 200, "nobody is shut out");
    assert_eq!(sends(&shop, &honey.key, AWAY).await.status(), 401);
    assert_eq!(shop.alarm("key.honey_used").await.len(), 1, "it is honey all the same");
    shop.keep().await;
    assert_eq!(shop.at(AWAY).get(PRICES).await.refusal(), (403, "blocked".to_owned()));
}

/// By whoever finds it and signs that, and by whoever presents it after it has ended so.
#[tokio::test]
async fn a_key_that_was_found_is_critical_and_one_that_its_holder_ends_is_not() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use hmac::{Hmac, KeyInit, Mac};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let shop = Shop::endless(&[&format!("keys.leak_secret={SECRET}")]).await;
    let token = shop.member("ada@example.org").await;
    let (leaked, given_up) = (reads(&shop, &token).await, reads(&shop, &token).await);
    let end = json!({"key": given_up.key});
    assert_eq!(shop.at(AWAY).post("/api/v1/keys/revoke", &end).await.status(), 200);
    assert!(shop.alarm("key.leaked").await.is_empty(), "its holder gave it up");
    let report = json!([{"token": leaked.key, "type": "aspis_api_key", "url": "https://example.com/"}]);
    let body = report.to_string();
    let wrong = shop.at(AWAY).with("webhook-id", "m1").with("webhook-timestamp", "1");
    assert_eq!(wrong.post_raw("/api/v1/keys/leaks", body.clone()).await.status(), 401);
    assert!(shop.alarm("key.leaked").await.is_empty(), "nobody signed that");
    let stamp = shop.seconds().to_string();
    let secret = STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
    mac.update(format!("m2.{stamp}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    let finder = shop.at(AWAY).with("webhook-id", "m2").with("webhook-timestamp", &stamp);
    let told = finder.with("webhook-signature", &signature).post_raw("/api/v1/keys/leaks", body).await;
    assert_eq!(told.status(), 200, "{}", told.text());
    assert_eq!(shop.alarm("key.leaked").await, [("critical".to_owned(), 1, leaked.id.clone())]);
    assert!(shop.alarm("key.leaked_used").await.is_empty(), "nobody uses it yet");
    for count in 1..=2 {
        assert_eq!(sends(&shop, &leaked.key, AWAY).await.status(), 401);
        assert_eq!(shop.alarm("key.leaked_used").await, [("critical".to_owned(), count, leaked.id.clone())]);
    }
}

#[tokio::test]
async fn a_key_above_its_calls_of_a_day_is_a_warning() {
    let shop = Shop::endless(&["keys.busy=5"]).await;
    let token = shop.member("ada@example.org").await;
    let (busy, calm) = (reads(&shop, &token).await, reads(&shop, &token).await);
    for _ in 0..5 {
        assert_eq!(sends(&shop, &busy.key, HOME).await.status(), 200);
        assert_eq!(sends(&shop, &calm.key, HOME).await.status(), 200);
    }
    assert!(shop.alarm("key.calls").await.is_empty(), "five are no more than five");
    assert_eq!(sends(&shop, &busy.key, HOME).await.status(), 200);
    assert_eq!(shop.alarm("key.calls").await, [("warning".to_owned(), 1, busy.id)]);
}

#[tokio::test]
async fn a_key_that_is_suspended_is_a_warning() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let (odd, usual) = (reads(&shop, &token).await, reads(&shop, &token).await);
    for key in [&odd, &usual] {
        assert_eq!(sends(&shop, &key.key, HOME).await.status(), 200);
    }
    shop.wait(7 * DAY);
    assert_eq!(sends(&shop, &usual.key, "203.0.113.250").await.status(), 200, "the same network");
    assert!(shop.alarm("key.suspended").await.is_empty());
    assert_eq!(sends(&shop, &odd.key, AWAY).await.refusal(), (403, "key_suspended".into()));
    assert_eq!(shop.alarm("key.suspended").await, [("warning".to_owned(), 1, odd.id)]);
}
