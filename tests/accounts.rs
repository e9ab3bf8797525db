//! Accounts: register, sign in, renew, sign out, look in the mirror.

use std::time::Duration;

use serde_json::json;

use crate::shop::{PASSWORD, Shop};

#[tokio::test]
async fn an_account_lives_its_day() {
    let shop = Shop::open().await;
    let tokens = shop.tokens("ada@example.org").await;
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_u64()), (Some("Bearer"), Some(900)));
    assert_eq!(tokens["refresh_expires_in"], 604_800);
    let access = tokens["access_token"].as_str().unwrap();
    let me = shop.caller().token(access).get("/api/v1/auth/me").await;
    assert_eq!(
        (me.status(), me.json()["email"].as_str(), me.json()["role"].as_str()),
        (200, Some("ada@example.org"), Some("user"))
    );
    assert_eq!(me.json()["full_name"], "Ada O'Brien");
    let renewed =
        shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await;
    assert_eq!(renewed.status(), 200);
    let access = renewed.json()["access_token"].as_str().unwrap().to_owned();
    let out = shop.caller().token(&access).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!((out.status(), out.text().as_str()), (204, ""));
    assert_eq!(
        shop.caller().token(&access).get("/api/v1/auth/me").await.refusal(),
        (401, "invalid_token".into())
    );
    let again = shop
        .caller()
        .post("/api/v1/auth/refresh", &json!({"refresh_token": renewed.json()["refresh_token"]}))
        .await;
    assert_eq!(again.refusal(), (401, "invalid_refresh_token".into()));
}

#[tokio::test]
async fn a_logout_survives_a_restart() {
    let shop = Shop::open().await;
    let access = shop.member("ada@example.org").await;
    shop.caller().token(&access).call("POST", "/api/v1/auth/logout", "").await;
    let other = shop.member("eve@example.org").await;
    let shop = shop.restart().await;
    assert_eq!(shop.caller().token(&access).get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(shop.caller().token(&other).get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn an_access_token_lives_fifteen_minutes() {
    let shop = Shop::open().await;
    let access = shop.member("ada@example.org").await;
    shop.wait(Duration::from_secs(899));
    assert_eq!(shop.caller().token(&access).get("/api/v1/auth/me").await.status(), 200);
    shop.wait(Duration::from_secs(1));
    let over = shop.caller().token(&access).get("/api/v1/auth/me").await;
    assert_eq!(over.refusal(), (401, "invalid_token".into()));
    assert!(over.header("www-authenticate").unwrap().starts_with("Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn a_taken_address_is_taken_in_any_case() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let again = json!({"email": "ADA@Example.ORG", "password": PASSWORD, "full_name": "Ada"});
    assert_eq!(
        shop.caller().post("/api/v1/auth/register", &again).await.refusal(),
        (409, "email_taken".into())
    );
}
