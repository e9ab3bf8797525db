//! The refresh token of a bound sign-in is bound as well.

use serde_json::json;

use super::{ADA, ME, shop, text};
use crate::shop::{Holder, Shop};

const REFRESH: &str = "/api/v1/auth/refresh";

async fn is_alive(shop: &Shop, ada: &Holder, access: &str) -> bool {
    ada.call(shop, &shop.caller(), "GET", ME, access).await.status() == 200
}

#[tokio::test]
async fn without_its_key_a_refresh_token_is_neither_good_nor_spent() {
    let shop = shop().await;
    let (ada, thief) = (Holder::p256(), Holder::p256());
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let renewal = &tokens["refresh_token"];
    let there = shop.at("192.0.2.66");
    let bare = there.post(REFRESH, &json!({"refresh_token": renewal})).await;
    assert_eq!(bare.refusal(), (401, "invalid_refresh_token".into()));
    assert_eq!(thief.renew(&shop, &there, renewal).await.refusal(), (401, "invalid_refresh_token".into()));
    assert!(is_alive(&shop, &ada, text(&tokens, "access_token")).await);
    let renewed = ada.renew(&shop, &shop.caller(), renewal).await;
    assert_eq!((renewed.status(), renewed.json()["token_type"].as_str()), (200, Some("DPoP")));
    assert!(!shop.events().contains(&"refresh_token_replayed"));
}

/// A thief who has a spent token and not the key cannot sign its owner out with it.
#[tokio::test]
async fn without_its_key_a_spent_token_ends_nothing() {
    let shop = shop().await;
    let (ada, thief, there) = (Holder::p256(), Holder::p256(), shop.at("192.0.2.66"));
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let renewed = ada.renew(&shop, &shop.caller(), &tokens["refresh_token"]).await.json();
    let bare = there.post(REFRESH, &json!({"refresh_token": tokens["refresh_token"]})).await;
    assert_eq!(bare.status(), 401);
    assert_eq!(thief.renew(&shop, &there, &tokens["refresh_token"]).await.status(), 401);
    assert!(is_alive(&shop, &ada, text(&renewed, "access_token")).await);
    assert_eq!(ada.renew(&shop, &shop.caller(), &renewed["refresh_token"]).await.status(), 200);
}

/// Whoever has both the key and a spent token is two parties, as without a key.
#[tokio::test]
async fn with_its_key_a_spent_token_ends_the_sign_in() {
    let shop = shop().await;
    let ada = Holder::p256();
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let renewed = ada.renew(&shop, &shop.caller(), &tokens["refresh_token"]).await.json();
    let copied = ada.renew(&shop, &shop.at("192.0.2.66"), &tokens["refresh_token"]).await;
    assert_eq!(copied.refusal(), (401, "invalid_refresh_token".into()));
    assert!(!is_alive(&shop, &ada, text(&renewed, "access_token")).await);
    assert!(shop.events().contains(&"refresh_token_replayed"));
}

#[tokio::test]
async fn a_lost_answer_is_given_again_to_the_same_key() {
    let shop = shop().await;
    let ada = Holder::p256();
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let first = ada.renew(&shop, &shop.caller(), &tokens["refresh_token"]).await.json();
    let again = ada.renew(&shop, &shop.caller(), &tokens["refresh_token"]).await.json();
    assert_eq!(first["refresh_token"], again["refresh_token"]);
    assert!(is_alive(&shop, &ada, text(&again, "access_token")).await);
}

#[tokio::test]
async fn a_renewal_is_asked_for_a_nonce_and_a_good_proof_first() {
    let shop = shop().await;
    let (ada, caller) = (Holder::p256(), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let bare = ada.proof(&shop, "POST", REFRESH).text();
    let asked = caller.clone().with("dpop", &bare).post(REFRESH, &body).await;
    assert_eq!(asked.refusal(), (400, "use_dpop_nonce".into()));
    let other = ada.proof(&shop, "POST", "/api/v1/auth/login").nonce(&shop.nonce()).text();
    let misplaced = caller.clone().with("dpop", &other).post(REFRESH, &body).await;
    assert_eq!(misplaced.refusal(), (400, "invalid_dpop_proof".into()));
    assert_eq!(ada.renew(&shop, &caller, &tokens["refresh_token"]).await.status(), 200, "nothing was spent");
}

#[tokio::test]
async fn a_binding_survives_a_restart() {
    let shop = shop().await;
    let ada = Holder::ed25519(1);
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let shop = shop.restart().await;
    let bare = shop.caller().post(REFRESH, &json!({"refresh_token": tokens["refresh_token"]})).await;
    assert_eq!(bare.status(), 401);
    assert!(is_alive(&shop, &ada, text(&tokens, "access_token")).await);
    assert_eq!(ada.renew(&shop, &shop.caller(), &tokens["refresh_token"]).await.status(), 200);
}
