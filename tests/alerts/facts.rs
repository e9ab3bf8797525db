//! Facts that are alerts by themselves.

use serde_json::json;

use crate::shop::{PASSWORD, Shop};

async fn words(shop: &Shop) -> Vec<(String, String)> {
    shop.alerts().await.into_iter().map(|(rule, severity, _)| (rule, severity)).collect()
}

#[tokio::test]
async fn a_registration_a_key_and_a_new_password_are_told_as_information() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    assert_eq!(words(&shop).await, [("account.registered".to_owned(), "info".to_owned())]);
    let key = json!({"name": "reader", "scopes": ["read:prices"]});
    assert_eq!(shop.caller().token(&token).post("/api/v1/keys", &key).await.status(), 201);
    shop.wait(std::time::Duration::from_secs(1));
    let new = json!({"current_password": PASSWORD, "password": "quite other words 43 there"});
    let changed = shop.caller().token(&token).post("/api/v1/auth/password", &new).await;
    assert!(changed.status() < 300, "{}", changed.text());
    let words = words(&shop).await;
    for rule in ["key.created", "account.password_changed"] {
        assert!(words.contains(&(rule.to_owned(), "info".to_owned())), "{rule}: {words:?}");
    }
}

#[tokio::test]
async fn a_replayed_refresh_token_is_critical() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens("ada@example.org").await;
    let spent = json!({"refresh_token": tokens["refresh_token"]});
    let next = shop.caller().post("/api/v1/auth/refresh", &spent).await;
    assert_eq!(next.status(), 200);
    assert!(shop.alarm("token.replayed").await.is_empty());
    shop.wait(std::time::Duration::from_secs(61));
    assert_eq!(shop.at("192.0.2.66").post("/api/v1/auth/refresh", &spent).await.status(), 401);
    let account = shop.store().accounts.by_email("ada@example.org").await.unwrap().unwrap();
    assert_eq!(shop.alarm("token.replayed").await, [("critical".to_owned(), 1, account.id.to_string())]);
}

#[tokio::test]
async fn a_prediction_that_goes_far_is_a_warning() {
    let shop = Shop::bold(1.5, &[]).await;
    let token = shop.member("ada@example.org").await;
    assert!(shop.alarm("prediction.large_change").await.is_empty());
    assert_eq!(shop.caller().token(&token).post_raw("/api/v1/predict/BTC", "").await.status(), 202);
    assert_eq!(shop.alarm("prediction.large_change").await[0].0, "warning");
    let shop = Shop::bold(1.05, &[]).await;
    assert_eq!(shop.caller().post_raw("/api/v1/predict/BTC", "").await.status(), 200);
    assert!(shop.alarm("prediction.large_change").await.is_empty());
}

#[tokio::test]
async fn who_signs_in_is_told_nowhere() {
    let off = "alerts.off=[\"account.registered\"]";
    let shop = Shop::endless(&[off]).await;
    let token = shop.member("ada@example.org").await;
    shop.signs_in("ada@example.org").await;
    shop.caller().token(&token).get("/api/v1/keys").await;
    let wrong =
        json!({"current_password": "not the right words 7", "password": "quite other words 43 there"});
    assert!(shop.caller().token(&token).post("/api/v1/auth/password", &wrong).await.status() >= 400);
    let wish = json!({"name": "", "scopes": ["read:prices"]});
    assert_eq!(shop.caller().token(&token).post("/api/v1/keys", &wish).await.status(), 400);
    for rule in ["account.registered", "key.created", "account.password_changed"] {
        assert!(shop.alarm(rule).await.is_empty(), "{rule}");
    }
}
