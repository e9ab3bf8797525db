//! Tokens that are bound to a key of the caller (RFC 9449): stolen, they are worth nothing.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::shop::{Holder, PASSWORD, Shop};

mod faults;
mod nonces;
mod renewals;
mod tokens;

pub(super) const ADA: &str = "ada@example.org";
pub(super) const LOGIN: &str = "/api/v1/auth/login";
pub(super) const ME: &str = "/api/v1/auth/me";

/// A shop with Ada in it.
pub(super) async fn shop() -> Shop {
    let shop = Shop::endless(&["auth.fingerprint=strict"]).await;
    shop.tokens(ADA).await;
    shop
}

/// A text of a token's answer.
pub(super) fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The whole of it as a client lives it that knows nothing but the RFC.
#[tokio::test]
async fn a_client_signs_in_with_its_key_and_works_with_it() {
    let shop = shop().await;
    let (ada, caller) = (Holder::p256(), shop.caller());
    let body = json!({"email": ADA, "password": PASSWORD});

    let bare = ada.proof(&shop, "POST", LOGIN).text();
    let asked = caller.clone().with("dpop", &bare).post(LOGIN, &body).await;
    assert_eq!(asked.refusal(), (400, "use_dpop_nonce".into()));
    assert_eq!(asked.json()["error"], "use_dpop_nonce", "the word of OAuth");
    assert_eq!(asked.headers().filter(|(name, _)| *name == "dpop-nonce").count(), 1);
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    let nonce = asked.header("dpop-nonce").unwrap();

    let proof = ada.proof(&shop, "POST", LOGIN).nonce(nonce).text();
    let signed = caller.clone().with("dpop", &proof).post(LOGIN, &body).await;
    assert_eq!(signed.status(), 200, "{}", signed.text());
    let tokens = signed.json();
    let access = text(&tokens, "access_token");
    assert_eq!((text(&tokens, "token_type"), tokens["expires_in"].as_u64()), ("DPoP", Some(900)));
    assert_eq!(claims(access)["cnf"]["jkt"], ada.thumbprint().as_str());

    for _ in 0..2 {
        let me = ada.call(&shop, &caller, "GET", ME, access).await;
        assert_eq!((me.status(), me.json()["email"].as_str()), (200, Some(ADA)));
        assert_eq!(me.header("dpop-nonce"), Some(nonce), "the next call needs no second asking");
        assert_eq!(me.header("cache-control"), Some("no-store"));
    }
    let renewed = ada.renew(&shop, &caller, &tokens["refresh_token"]).await.json();
    assert_eq!(text(&renewed, "token_type"), "DPoP");
    let access = text(&renewed, "access_token");
    let out = ada.call(&shop, &caller, "POST", "/api/v1/auth/logout", access).await;
    assert_eq!(out.status(), 204, "{}", out.text());
    let late = ada.call(&shop, &caller, "GET", ME, access).await;
    assert_eq!(late.refusal(), (401, "invalid_token".into()));
}

#[tokio::test]
async fn every_kind_of_key_that_is_announced_serves() {
    let shop = shop().await;
    let caller = shop.caller();
    let announced = caller.get(ME).await;
    assert_eq!(announced.refusal(), (401, "credentials_required".into()));
    assert_eq!(announced.header("www-authenticate"), Some("Bearer, DPoP algs=\"ES256 Ed25519\""));
    let mut old_word = Holder::ed25519(2);
    old_word.word = "EdDSA";
    for holder in [Holder::p256(), Holder::ed25519(1), old_word] {
        let tokens = holder.sign_in(&shop, &caller, ADA).await;
        let me = holder.call(&shop, &caller, "GET", ME, text(&tokens, "access_token")).await;
        assert_eq!(me.status(), 200, "{}: {}", holder.word, me.text());
    }
}

/// Nothing of a sign-in is looked at before its proof: what is asked for a nonce is no try.
#[tokio::test]
async fn being_asked_for_a_nonce_is_no_failed_sign_in() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    for _ in 0..10 {
        let proof = ada.proof(&shop, "POST", LOGIN).text();
        let wrong = json!({"email": ADA, "password": "never the right one"});
        let asked = caller.clone().with("dpop", &proof).post(LOGIN, &wrong).await;
        assert_eq!(asked.refusal(), (400, "use_dpop_nonce".into()));
    }
    ada.sign_in(&shop, &caller, ADA).await;
}

#[tokio::test]
async fn a_proof_is_for_the_address_that_callers_know_the_shop_by() {
    let shop = Shop::endless(&["server.public_url=https://api.example.org"]).await;
    shop.tokens(ADA).await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let body = json!({"email": ADA, "password": PASSWORD});
    let proof = |origin: &str| {
        let url = json!(format!("{origin}{LOGIN}"));
        ada.proof(&shop, "POST", LOGIN).nonce(&shop.nonce()).claim("htu", url).text()
    };
    let inside = caller.clone().with("dpop", &proof("http://127.0.0.1:8001")).post(LOGIN, &body).await;
    assert_eq!(inside.refusal(), (400, "invalid_dpop_proof".into()));
    let outside = caller.clone().with("dpop", &proof("https://API.example.org:443")).post(LOGIN, &body).await;
    assert_eq!(outside.status(), 200, "{}", outside.text());
}

#[tokio::test]
async fn a_bound_token_ends_like_any_other() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    shop.wait(Duration::from_secs(899));
    assert_eq!(ada.call(&shop, &caller, "GET", ME, access).await.status(), 200);
    shop.wait(Duration::from_secs(1));
    assert_eq!(ada.call(&shop, &caller, "GET", ME, access).await.refusal(), (401, "invalid_token".into()));
}
