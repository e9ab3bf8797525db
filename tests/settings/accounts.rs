//! `[auth]`: how long tokens live, and what stands in them.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Reply, Shop, json};

async fn refresh(shop: &Shop, token: &serde_json::Value) -> Reply {
    shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await
}

#[tokio::test]
async fn auth_access_token() {
    let shop = Shop::with(&["auth.access_token=1m"]).await;
    let tokens = shop.tokens("ada@example.org").await;
    assert_eq!(tokens["expires_in"], 60);
    let ada = shop.caller().token(tokens["access_token"].as_str().unwrap());
    shop.wait(Duration::from_secs(59));
    assert_eq!(ada.get("/api/v1/auth/me").await.status(), 200);
    shop.wait(Duration::from_secs(1));
    assert_eq!(ada.get("/api/v1/auth/me").await.refusal(), (401, "invalid_token".into()));
}

#[tokio::test]
async fn auth_refresh_token() {
    let shop = Shop::with(&["auth.refresh_token=1h"]).await;
    let tokens = shop.tokens("ada@example.org").await;
    assert_eq!(tokens["refresh_expires_in"], 3600);
    shop.wait(Duration::from_secs(1800));
    let renewed = refresh(&shop, &tokens["refresh_token"]).await.json();
    assert_eq!(renewed["refresh_expires_in"], 1800, "a renewal extends nothing");
    shop.wait(Duration::from_secs(1800));
    assert_eq!(
        refresh(&shop, &renewed["refresh_token"]).await.refusal(),
        (401, "invalid_refresh_token".into())
    );
}

/// A spent token again, so many seconds later: the same successor, or the end of the sign-in.
async fn again_after(grace: &str, seconds: u64) -> u16 {
    let shop = Shop::with(&[grace]).await;
    let tokens = shop.tokens("ada@example.org").await;
    let first = refresh(&shop, &tokens["refresh_token"]).await.json();
    shop.wait(Duration::from_secs(seconds));
    let again = refresh(&shop, &tokens["refresh_token"]).await;
    if again.status() == 200 {
        assert_eq!(again.json()["refresh_token"], first["refresh_token"]);
    }
    again.status()
}

#[tokio::test]
async fn auth_refresh_grace() {
    assert_eq!(again_after("auth.refresh_grace=10s", 9).await, 200);
    assert_eq!(again_after("auth.refresh_grace=10s", 11).await, 401);
    assert_eq!(again_after("auth.refresh_grace=0s", 1).await, 401);
}

/// The claims of a token, which anybody can read.
async fn claims(setting: &str) -> serde_json::Value {
    let shop = Shop::with(&[setting]).await;
    let token = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().token(&token).get("/api/v1/auth/me").await.status(), 200);
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn auth_issuer() {
    assert_eq!(claims("auth.issuer=https://id.example.org").await["iss"], "https://id.example.org");
}

#[tokio::test]
async fn auth_audience() {
    assert_eq!(claims("auth.audience=another-api").await["aud"], "another-api");
}

/// A token that was made for another issuer or audience is none here, although the key is the same.
#[tokio::test]
async fn a_token_for_somebody_else_is_no_token() {
    for setting in ["auth.issuer=other", "auth.audience=other"] {
        let shop = Shop::open().await;
        let token = shop.member("ada@example.org").await;
        let shop = shop.restart_with(&[setting]).await;
        assert_eq!(
            shop.caller().token(&token).get("/api/v1/auth/me").await.refusal(),
            (401, "invalid_token".into()),
            "{setting}"
        );
    }
}
