//! `[keys]`: how many, for how long.

use std::time::Duration;

use super::{Reply, Shop, json};

const ADA: &str = "ada@example.org";
const KEYS: &str = "/api/v1/keys";

async fn ask(shop: &Shop, token: &str, days: Option<u32>) -> Reply {
    let wish = json!({"name": "x", "scopes": ["read:prices"], "expires_in_days": days});
    shop.caller().token(token).post(KEYS, &wish).await
}

async fn rotate(shop: &Shop, token: &str, made: &Reply, minutes: Option<u32>) -> Reply {
    let path = format!("{KEYS}/{}/rotate", made.json()["id"].as_str().unwrap());
    shop.caller().token(token).post(&path, &json!({"grace_minutes": minutes})).await
}

async fn is_good(shop: &Shop, made: &Reply) -> bool {
    let key = made.json()["key"].as_str().unwrap().to_owned();
    shop.caller().with("x-api-key", &key).get("/api/v1/prices").await.status() == 200
}

#[tokio::test]
async fn keys_per_account() {
    let shop = Shop::endless(&["keys.per_account=1"]).await;
    let (ada, eve) = (shop.member(ADA).await, shop.member("eve@example.org").await);
    assert_eq!(ask(&shop, &ada, None).await.status(), 201);
    assert_eq!(ask(&shop, &ada, None).await.refusal(), (409, "too_many_keys".into()));
    assert_eq!(ask(&shop, &eve, None).await.status(), 201);
}

#[tokio::test]
async fn keys_lifetime() {
    let shop = Shop::endless(&["keys.lifetime=7d"]).await;
    let token = shop.member(ADA).await;
    assert_eq!(ask(&shop, &token, None).await.json()["expires"], "2026-11-28T12:00:00Z");
    assert_eq!(ask(&shop, &token, Some(7)).await.status(), 201);
    assert_eq!(ask(&shop, &token, Some(8)).await.fields(), ["expires_in_days"]);
}

#[tokio::test]
async fn keys_grace() {
    let shop = Shop::endless(&["keys.grace=10m"]).await;
    let token = shop.member(ADA).await;
    let made = ask(&shop, &token, None).await;
    assert_eq!(rotate(&shop, &token, &made, Some(11)).await.fields(), ["grace_minutes"]);
    assert_eq!(rotate(&shop, &token, &made, None).await.status(), 201);
    shop.wait(Duration::from_secs(599));
    assert!(is_good(&shop, &made).await);
    shop.wait(Duration::from_secs(1));
    assert!(!is_good(&shop, &made).await);
}

#[tokio::test]
async fn keys_most() {
    let shop = Shop::endless(&["keys.most=2"]).await;
    let (ada, eve) = (shop.member(ADA).await, shop.member("eve@example.org").await);
    for token in [&ada, &eve] {
        assert_eq!(ask(&shop, token, Some(1)).await.status(), 201);
    }
    assert_eq!(ask(&shop, &ada, None).await.refusal(), (409, "too_many_keys".into()));
    shop.wait(Duration::from_secs(86_400));
    let login = json!({"email": ADA, "password": super::PASSWORD});
    let again = shop.at("203.0.113.50").post("/api/v1/auth/login", &login).await.json();
    let reply = ask(&shop, again["access_token"].as_str().unwrap(), None).await;
    assert_eq!(reply.status(), 201, "what is over makes room: {}", reply.text());
}
