//! What a thief can do with a bound token: nothing, and its owner everything from anywhere.

use serde_json::json;

use super::{ADA, ME, shop, text};
use crate::shop::{Holder, Shop};

#[tokio::test]
async fn a_bound_token_is_no_good_without_its_scheme() {
    let shop = shop().await;
    let (ada, caller) = (Holder::p256(), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    for path in [ME, "/api/v1/prices", "/api/v1/portfolio"] {
        let downgraded = caller.clone().token(access).get(path).await;
        assert_eq!(downgraded.refusal(), (401, "dpop_proof_required".into()), "{path}");
        assert_eq!(downgraded.header("www-authenticate"), Some("DPoP error=\"invalid_dpop_proof\""));
        let proof = ada.proof_for(&shop, "GET", path, access).text();
        let beside = caller.clone().token(access).with("dpop", &proof).get(path).await;
        assert_eq!(beside.refusal(), (401, "dpop_proof_required".into()), "Bearer with a proof, {path}");
    }
    // The same when its signature has been checked before.
    assert_eq!(ada.call(&shop, &caller, "GET", ME, access).await.status(), 200);
    assert_eq!(caller.token(access).get(ME).await.refusal(), (401, "dpop_proof_required".into()));
}

#[tokio::test]
async fn a_proof_of_another_key_opens_nothing() {
    let shop = shop().await;
    let (ada, thief, caller) = (Holder::p256(), Holder::p256(), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    let stolen = thief.call(&shop, &caller, "GET", ME, access).await;
    assert_eq!(stolen.refusal(), (401, "dpop_proof_required".into()));
    let event = shop.event_log().into_iter().find(|event| event.kind.word() == "dpop_proof_required");
    assert!(event.is_some_and(|event| event.enforced && event.client.is_some()));
    assert_eq!(ada.call(&shop, &caller, "GET", ME, access).await.status(), 200);
}

#[tokio::test]
async fn an_unbound_token_is_not_made_better_by_a_proof() {
    let shop = Shop::open().await;
    let (ada, access) = (Holder::p256(), shop.member(ADA).await);
    let dressed = ada.call(&shop, &shop.caller(), "GET", ME, &access).await;
    assert_eq!(dressed.refusal(), (401, "invalid_token".into()));
    let proof = ada.proof_for(&shop, "GET", ME, &access).text();
    let plain = shop.caller().token(&access).with("dpop", &proof).get(ME).await;
    assert_eq!(plain.status(), 200, "it is good as what it is");
}

#[tokio::test]
async fn one_credential_comes_with_a_call() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    let proof = ada.proof_for(&shop, "GET", ME, access).text();
    let both = caller.clone().dpop(access, &proof).token(access).get(ME).await;
    assert_eq!(both.refusal(), (400, "ambiguous_credentials".into()));
    let cookie = caller.clone().dpop(access, &proof).with("cookie", "aspis_session=x").get(ME).await;
    assert_eq!(cookie.refusal(), (400, "ambiguous_credentials".into()));
    assert_eq!(caller.dpop(access, &proof).get(ME).await.status(), 200, "nothing was spent");
}

/// Its key is what it is checked by: the fingerprint is not asked.
#[tokio::test]
async fn a_bound_token_travels() {
    let shop = shop().await;
    let ada = Holder::p256();
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let elsewhere = shop.at("2001:db8::1").but("user-agent", "another/2");
    let me = ada.call(&shop, &elsewhere, "GET", ME, text(&tokens, "access_token")).await;
    assert_eq!(me.status(), 200, "{}", me.text());
    assert!(!shop.events().contains(&"token_fingerprint_mismatch"));
}

/// A thief without the key cannot spend the owner's window either.
#[tokio::test]
async fn a_stolen_bound_token_spends_nothing_of_its_owner() {
    let shop = Shop::with(&["rate.portfolio=3/minute"]).await;
    shop.tokens(ADA).await;
    let ada = Holder::ed25519(1);
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let (access, path) = (text(&tokens, "access_token"), "/api/v1/portfolio");
    for host in 1..=9 {
        let thief = shop.at(&format!("192.0.2.{host}"));
        let proof = Holder::ed25519(9).proof_for(&shop, "GET", path, access).text();
        assert_eq!(thief.dpop(access, &proof).get(path).await.status(), 401);
    }
    for _ in 0..3 {
        assert_eq!(ada.call(&shop, &shop.caller(), "GET", path, access).await.status(), 200);
    }
    let spent = ada.call(&shop, &shop.at("192.0.2.50"), "GET", path, access).await;
    assert_eq!(spent.refusal(), (429, "rate_limited".into()), "the owner's own window is one");
}

#[tokio::test]
async fn an_order_is_proved_by_its_own_method_and_path() {
    let shop = shop().await;
    let (ada, caller) = (Holder::p256(), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    let order = json!({"asset_id": "BTC", "quantity": "0.001"});
    let (buy, sell) = ("/api/v1/portfolio/buy", "/api/v1/portfolio/sell");
    let elsewhere = ada.proof_for(&shop, "POST", sell, access).text();
    let refused = caller.clone().dpop(access, &elsewhere).order("buy", "one", &order).await;
    assert_eq!(refused.refusal(), (401, "dpop_proof_required".into()));
    let proof = ada.proof_for(&shop, "POST", buy, access).text();
    let bought = caller.dpop(access, &proof).order("buy", "one", &order).await;
    assert_eq!(bought.status(), 201, "{}", bought.text());
}
