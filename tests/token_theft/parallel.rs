//! Everything at once: renewals that race each other, and a sign-out that races them.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::shop::Shop;

const WIDE: [&str; 2] = ["rate.refresh=1000/minute", "rate.refresh_family=1000/minute"];

/// The same refresh token twenty times at once; what each got.
async fn race(shop: &Arc<Shop>, token: &Value, address: fn(u8) -> String) -> Vec<(u16, Value)> {
    let mut racers = JoinSet::new();
    for number in 0..20 {
        let (shop, body) = (Arc::clone(shop), json!({"refresh_token": token}));
        racers.spawn(async move {
            let reply = shop.at(&address(number)).post("/api/v1/auth/refresh", &body).await;
            (reply.status(), reply.json())
        });
    }
    racers.join_all().await
}

async fn is_alive(shop: &Shop, tokens: &Value) -> (bool, bool) {
    let access = tokens["access_token"].as_str().unwrap();
    let me = shop.caller().token(access).get("/api/v1/auth/me").await.status() == 200;
    let renewed = shop
        .at("192.0.2.77")
        .post("/api/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]}))
        .await;
    (me, renewed.status() == 200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_tabs_get_one_successor_and_stay_signed_in() {
    let shop = Arc::new(Shop::with(&WIDE).await);
    let tokens = shop.tokens("ada@example.org").await;
    let answers = race(&shop, &tokens["refresh_token"], |_| "192.0.2.1".to_owned()).await;
    assert!(answers.iter().all(|(status, _)| *status == 200));
    let successors: BTreeSet<_> =
        answers.iter().map(|(_, tokens)| tokens["refresh_token"].as_str()).collect();
    assert_eq!(successors.len(), 1);
    assert_eq!(is_alive(&shop, &answers[0].1).await, (true, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_clients_with_one_token_end_the_sign_in() {
    let shop = Arc::new(Shop::with(&WIDE).await);
    let tokens = shop.tokens("ada@example.org").await;
    let answers = race(&shop, &tokens["refresh_token"], |number| format!("192.0.2.{number}")).await;
    let won: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(won.len(), 1, "exactly one rotates");
    assert_eq!(is_alive(&shop, &won[0].1).await, (false, false), "and even that is dead");
    assert_eq!(shop.events().iter().filter(|word| **word == "refresh_token_replayed").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_during_renewals_leaves_nothing_alive() {
    let shop = Arc::new(Shop::with(&WIDE).await);
    for round in 0..10 {
        let tokens = shop.tokens(&format!("ada{round}@example.org")).await;
        let access = tokens["access_token"].as_str().unwrap().to_owned();
        let there = Arc::clone(&shop);
        let mut out = JoinSet::new();
        out.spawn(async move {
            there.caller().token(&access).call("POST", "/api/v1/auth/logout", "").await.status()
        });
        let answers = race(&shop, &tokens["refresh_token"], |_| "192.0.2.1".to_owned()).await;
        assert_eq!(out.join_all().await, [204]);
        for (_, renewed) in answers.iter().filter(|(status, _)| *status == 200) {
            assert_eq!(is_alive(&shop, renewed).await, (false, false));
        }
    }
}

/// A thief who spends the family's whole budget must not keep the owner's token from being judged.
#[tokio::test]
async fn a_spent_token_is_judged_however_little_budget_is_left() {
    let shop = Shop::with(&["rate.refresh=1000/minute"]).await;
    let stolen = shop.tokens("ada@example.org").await["refresh_token"].as_str().unwrap().to_owned();
    let (thief, owner) = (shop.at("192.0.2.66"), shop.at("192.0.2.1"));
    let mut token = stolen.clone();
    let mut access = String::new();
    for _ in 0..10 {
        let pair = thief.post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
        assert_eq!(pair.status(), 200);
        token = pair.json()["refresh_token"].as_str().unwrap().to_owned();
        access = pair.json()["access_token"].as_str().unwrap().to_owned();
    }
    let full = thief.post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
    assert_eq!(full.refusal(), (429, "rate_limited".into()));
    let replay = owner.post("/api/v1/auth/refresh", &json!({"refresh_token": stolen})).await;
    assert_eq!(replay.refusal(), (401, "invalid_refresh_token".into()));
    assert_eq!(thief.token(&access).get("/api/v1/auth/me").await.status(), 401, "the family is dead");
}
