//! Rotation: a refresh token is good once, and its second use ends the whole sign-in.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

const ADA: &str = "ada@example.org";

async fn refresh(shop: &Shop, address: &str, token: &Value) -> Reply {
    shop.at(address).post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await
}

async fn works(shop: &Shop, access: &Value) -> bool {
    shop.caller().token(access.as_str().unwrap()).get("/api/v1/auth/me").await.status() == 200
}

#[tokio::test]
async fn a_replay_by_another_client_kills_everything_at_once() {
    let shop = Shop::open().await;
    let first = shop.tokens(ADA).await;
    let second = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.json();
    assert!(works(&shop, &first["access_token"]).await && works(&shop, &second["access_token"]).await);
    let thief = refresh(&shop, "192.0.2.2", &first["refresh_token"]).await;
    assert_eq!(thief.refusal(), (401, "invalid_refresh_token".into()));
    assert!(!works(&shop, &first["access_token"]).await && !works(&shop, &second["access_token"]).await);
    assert_eq!(refresh(&shop, "192.0.2.1", &second["refresh_token"]).await.status(), 401);
    assert_eq!(shop.events().iter().filter(|word| **word == "refresh_token_replayed").count(), 1);
    let event =
        shop.event_log().into_iter().find(|event| event.kind.word() == "refresh_token_replayed").unwrap();
    assert!(event.account.is_some());
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out() {
    let shop = Shop::open().await;
    let first = shop.tokens(ADA).await;
    let second = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.json();
    shop.wait(Duration::from_secs(60));
    let again = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.json()["refresh_token"], second["refresh_token"], "the same successor");
    assert!(works(&shop, &second["access_token"]).await);
}

#[tokio::test]
async fn the_grace_ends_after_a_minute_or_with_the_successor() {
    let shop = Shop::open().await;
    let first = shop.tokens(ADA).await;
    refresh(&shop, "192.0.2.1", &first["refresh_token"]).await;
    shop.wait(Duration::from_micros(60_000_001));
    assert_eq!(refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.status(), 401);

    let first = shop.tokens("eve@example.org").await;
    let second = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.json();
    let third = refresh(&shop, "192.0.2.1", &second["refresh_token"]).await.json();
    assert_eq!(refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.status(), 401);
    assert!(!works(&shop, &third["access_token"]).await);
}

#[tokio::test]
async fn a_sign_in_ends_after_seven_days_however_often_it_is_renewed() {
    let shop = Shop::open().await;
    let mut tokens = shop.tokens(ADA).await;
    for day in 1..7_u64 {
        shop.wait(Duration::from_secs(86_400));
        tokens = refresh(&shop, "192.0.2.1", &tokens["refresh_token"]).await.json();
        assert_eq!(tokens["refresh_expires_in"], (7 - day) * 86_400);
    }
    shop.wait(Duration::from_secs(86_400));
    let over = refresh(&shop, "192.0.2.1", &tokens["refresh_token"]).await;
    assert_eq!(over.refusal(), (401, "invalid_refresh_token".into()));
    assert!(!shop.events().contains(&"refresh_token_replayed"), "expiry is no theft");
}

#[tokio::test]
async fn one_sign_in_renews_ten_times_a_minute_wherever_from() {
    let shop = Shop::open().await;
    let mut tokens = shop.tokens(ADA).await;
    for host in 1..=10 {
        let renewed = refresh(&shop, &format!("192.0.2.{host}"), &tokens["refresh_token"]).await;
        assert_eq!(renewed.status(), 200, "{host}");
        tokens = renewed.json();
    }
    let refused = refresh(&shop, "192.0.2.11", &tokens["refresh_token"]).await;
    assert_eq!(refused.refusal(), (429, "rate_limited".into()));
    assert_eq!(
        refresh(&shop, "192.0.2.12", &shop.tokens("eve@example.org").await["refresh_token"]).await.status(),
        200
    );
    // What was refused was not spent.
    shop.wait(Duration::from_secs(refused.header("retry-after").unwrap().parse().unwrap()));
    assert_eq!(refresh(&shop, "192.0.2.11", &tokens["refresh_token"]).await.status(), 200);
}

#[tokio::test]
async fn a_family_revoked_by_a_replay_stays_dead_over_a_restart() {
    let shop = Shop::open().await;
    let first = shop.tokens(ADA).await;
    let second = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.json();
    refresh(&shop, "192.0.2.2", &first["refresh_token"]).await;
    let shop = shop.restart().await;
    assert!(!works(&shop, &second["access_token"]).await);
    assert_eq!(refresh(&shop, "192.0.2.1", &second["refresh_token"]).await.status(), 401);
}

#[tokio::test]
async fn a_sign_in_outlives_a_restart() {
    let shop = Shop::open().await;
    let first = shop.tokens(ADA).await;
    let shop = shop.restart().await;
    assert!(works(&shop, &first["access_token"]).await);
    let second = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await.json();
    let shop = shop.restart().await;
    let again = refresh(&shop, "192.0.2.1", &first["refresh_token"]).await;
    assert_eq!(again.json()["refresh_token"], second["refresh_token"], "the grace is in the books too");
}

#[tokio::test]
async fn signing_out_ends_this_sign_in_and_no_other() {
    let shop = Shop::open().await;
    let (here, other) = (shop.tokens(ADA).await, shop.tokens("eve@example.org").await);
    let out = shop
        .caller()
        .token(here["access_token"].as_str().unwrap())
        .call("POST", "/api/v1/auth/logout", "")
        .await;
    assert_eq!(out.status(), 204);
    assert!(!works(&shop, &here["access_token"]).await && works(&shop, &other["access_token"]).await);
    let again = shop
        .caller()
        .token(here["access_token"].as_str().unwrap())
        .call("POST", "/api/v1/auth/logout", "")
        .await;
    assert_eq!(again.refusal(), (401, "invalid_token".into()));
}
