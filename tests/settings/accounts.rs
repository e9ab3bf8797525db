//! `[auth]`: how long tokens live, and what stands in them.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{PASSWORD, Reply, Shop, json};

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

/// A token from where it was issued and from elsewhere: how the second is answered, and whether it was an event.
async fn from_elsewhere(setting: &str) -> (u16, String, Option<bool>) {
    let shop = Shop::with(&[setting]).await;
    shop.member("ada@example.org").await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let tokens = shop.caller().post("/api/v1/auth/login", &login).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(shop.caller().token(token).get("/api/v1/auth/me").await.status(), 200, "{setting}");
    let reply = shop.at("192.0.2.9").token(token).get("/api/v1/auth/me").await;
    let events = shop.event_log();
    let event = events.iter().find(|event| event.kind.word() == "token_fingerprint_mismatch");
    (reply.status(), reply.code(), event.map(|event| event.enforced))
}

#[tokio::test]
async fn auth_fingerprint() {
    let strict = (401, "token_fingerprint_mismatch".to_owned(), Some(true));
    assert_eq!(from_elsewhere("auth.fingerprint=strict").await, strict);
    assert_eq!(from_elsewhere("auth.fingerprint=signal").await, (200, String::new(), Some(false)));
    assert_eq!(from_elsewhere("auth.fingerprint=off").await, (200, String::new(), None));
}

/// Sets where the account may act from, so many seconds after the sign-in.
async fn delicate_after(setting: &str, seconds: u64) -> (u16, String) {
    let shop = Shop::with(&[setting]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    shop.wait(Duration::from_secs(seconds));
    let ada = ada.with("content-type", "application/json");
    let reply = ada.call("PUT", "/api/v1/auth/allowed-ips", "{\"allowed_ips\":[]}").await;
    (reply.status(), reply.code())
}

#[tokio::test]
async fn auth_step_up() {
    let refused = (401, "step_up_required".to_owned());
    assert_eq!(delicate_after("auth.step_up=5m", 299).await.0, 200);
    assert_eq!(delicate_after("auth.step_up=5m", 300).await, refused);
    assert_eq!(delicate_after("auth.step_up=10m", 300).await.0, 200);
}

/// A link to set a new password, used so many seconds after it was asked for.
async fn link_after(setting: &str, seconds: u64) -> (u16, String) {
    let shop = Shop::with(&[setting]).await;
    shop.member("ada@example.org").await;
    let asked =
        shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": "ada@example.org"})).await;
    assert_eq!(asked.status(), 202);
    let letters = shop.letters().await;
    let text = letters.last().unwrap().text.expose().to_owned();
    let token = text.split_once("#token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
    shop.wait(Duration::from_secs(seconds));
    let new = json!({"token": token, "password": "other unrelated words 43"});
    let reply = shop.caller().post("/api/v1/auth/password/reset", &new).await;
    (reply.status(), reply.code())
}

#[tokio::test]
async fn auth_reset_link() {
    assert_eq!(link_after("auth.reset_link=10m", 599).await.0, 200);
    assert_eq!(link_after("auth.reset_link=10m", 600).await, (400, "invalid_link".to_owned()));
    assert_eq!(link_after("auth.reset_link=1h", 600).await.0, 200);
}
