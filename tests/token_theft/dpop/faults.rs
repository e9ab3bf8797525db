//! Proofs with one fault each, at the route that gives tokens and at one that takes them.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinSet;

use super::{ADA, LOGIN, ME, shop, text};
use crate::shop::{Holder, PASSWORD, Proof, Shop};

/// Everything that can be wrong with a proof wherever it is sent, by name.
fn faults(shop: &Shop, good: &Proof<'_>) -> Vec<(&'static str, String)> {
    let (now, proof) = (shop.seconds(), || good.clone());
    let other = Holder::ed25519(99);
    let mut other_key = proof();
    other_key.holder = &other;
    let cut = good.text().rsplit_once('.').unwrap().0.to_owned();
    let mut all = vec![
        ("empty", String::new()),
        ("no JWS", "proof".into()),
        ("three parts of nothing", "..".into()),
        ("no signature", format!("{cut}.")),
        ("a signature of zeros", format!("{cut}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("two signatures", format!("{},{}", good.text(), good.text())),
        ("HS256 with the public key", mac(&proof().header("alg", json!("HS256")))),
        ("signed by another key", other_key.text()),
        ("the key of somebody else", proof().header("jwk", other.jwk.clone()).text()),
    ];
    let of_header = [
        ("typ of any JWT", "typ", json!("JWT")),
        ("typ of an access token", "typ", json!("at+jwt")),
        ("alg none", "alg", json!("none")),
        ("alg HS256", "alg", json!("HS256")),
        ("alg RS256", "alg", json!("RS256")),
        ("alg in other letters", "alg", json!(good.holder.word.to_lowercase())),
        ("no key", "jwk", Value::Null),
        ("a critical extension", "crit", json!(["exp"])),
    ];
    all.extend(of_header.map(|(name, member, value)| (name, proof().header(member, value).text())));
    let of_claims = [
        ("another method", "htm", json!("PUT")),
        ("the method in other letters", "htm", json!(method_of(good).to_lowercase())),
        ("another host", "htu", json!("http://127.0.0.2:8001/api/v1/auth/me")),
        ("another port", "htu", json!("http://127.0.0.1:8002/api/v1/auth/me")),
        ("another scheme", "htu", json!("https://127.0.0.1:8001/api/v1/auth/me")),
        ("another path", "htu", json!("http://127.0.0.1:8001/api/v1/auth/sessions")),
        ("a path alone", "htu", json!("/api/v1/auth/me")),
        ("too old", "iat", json!(now - 61)),
        ("far too old", "iat", json!(0)),
        ("from the future", "iat", json!(now + 6)),
        ("a time that is no number", "iat", json!(now.to_string())),
        ("no name", "jti", json!("")),
        ("a number for a name", "jti", json!(7)),
        ("a name too long", "jti", json!("x".repeat(129))),
    ];
    all.extend(of_claims.map(|(name, claim, value)| (name, proof().claim(claim, value).text())));
    all.extend(["jti", "htm", "htu", "iat"].map(|claim| (claim, proof().without(claim).text())));
    all.extend(["d", "k", "p"].map(|member| (member, proof().jwk(member, json!("AAAA")).text())));
    all
}

/// What a thief makes who has only the public key.
fn mac(proof: &Proof<'_>) -> String {
    let message = proof.message();
    let key = URL_SAFE_NO_PAD.decode(proof.holder.jwk["x"].as_str().unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn method_of(proof: &Proof<'_>) -> String {
    let claims = proof.message();
    let part = URL_SAFE_NO_PAD.decode(claims.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&part).unwrap()["htm"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_fault_passes_at_a_route_that_takes_tokens() {
    let shop = shop().await;
    for holder in [Holder::p256(), Holder::ed25519(1)] {
        let caller = shop.caller();
        let tokens = holder.sign_in(&shop, &caller, ADA).await;
        let access = text(&tokens, "access_token");
        let good = holder.proof_for(&shop, "GET", ME, access);
        let mut all = faults(&shop, &good);
        let other = holder.sign_in(&shop, &caller, ADA).await;
        all.push(("for no token", good.clone().without("ath").text()));
        all.push(("for another token", good.clone().token(text(&other, "access_token")).text()));
        for (name, proof) in all {
            let reply = caller.clone().dpop(access, &proof).get(ME).await;
            assert_eq!(reply.refusal(), (401, "dpop_proof_required".into()), "{} {name}", holder.word);
            assert_eq!(reply.header("www-authenticate"), Some("DPoP error=\"invalid_dpop_proof\""), "{name}");
            assert!(reply.header("dpop-nonce").is_some(), "{name}");
        }
        let untouched = caller.clone().dpop(access, &good.text()).get(ME).await;
        assert_eq!(untouched.status(), 200, "no fault spent the good proof: {}", untouched.text());
    }
    assert!(shop.events().contains(&"dpop_proof_required"));
}

#[tokio::test]
async fn no_fault_passes_at_a_route_that_gives_tokens() {
    let shop = shop().await;
    let body = json!({"email": ADA, "password": PASSWORD});
    for holder in [Holder::p256(), Holder::ed25519(1)] {
        let caller = shop.caller();
        let good = holder.proof(&shop, "POST", LOGIN).nonce(&shop.nonce());
        for (name, proof) in faults(&shop, &good) {
            let reply = caller.clone().with("dpop", &proof).post(LOGIN, &body).await;
            assert_eq!(reply.refusal(), (400, "invalid_dpop_proof".into()), "{} {name}", holder.word);
            assert_eq!(reply.json()["error"], "invalid_dpop_proof", "{name}");
        }
        let untouched = caller.clone().with("dpop", &good.text()).post(LOGIN, &body).await;
        assert_eq!(untouched.status(), 200, "{}", untouched.text());
    }
}

#[tokio::test]
async fn one_proof_comes_with_a_call_neither_none_nor_two() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    let proof = || ada.proof_for(&shop, "GET", ME, access).text();
    let bare = caller.clone().with("authorization", &format!("DPoP {access}")).get(ME).await;
    assert_eq!(bare.refusal(), (401, "dpop_proof_required".into()));
    let two = caller.clone().dpop(access, &proof()).with("dpop", &proof()).get(ME).await;
    assert_eq!(two.refusal(), (401, "dpop_proof_required".into()));
    let body = json!({"email": ADA, "password": PASSWORD});
    let proof = || ada.proof(&shop, "POST", LOGIN).nonce(&shop.nonce()).text();
    let two = caller.clone().with("dpop", &proof()).with("dpop", &proof()).post(LOGIN, &body).await;
    assert_eq!(two.refusal(), (400, "invalid_dpop_proof".into()));
}

#[tokio::test]
async fn a_proof_is_good_once() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let login = ada.proof(&shop, "POST", LOGIN).nonce(&shop.nonce()).text();
    let body = json!({"email": ADA, "password": PASSWORD});
    let sign_in = || async { caller.clone().with("dpop", &login).post(LOGIN, &body).await };
    let tokens = sign_in().await.json();
    assert_eq!(sign_in().await.refusal(), (400, "invalid_dpop_proof".into()));
    let access = text(&tokens, "access_token");
    let proof = ada.proof_for(&shop, "GET", ME, access).text();
    assert_eq!(caller.clone().dpop(access, &proof).get(ME).await.status(), 200);
    for thief in [caller.clone(), shop.at("192.0.2.66")] {
        let again = thief.dpop(access, &proof).get(ME).await;
        assert_eq!(again.refusal(), (401, "dpop_proof_required".into()));
    }
}

/// A thief who copies it from the line and is as quick as its owner gets nothing either.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_is_good_once_however_many_send_it_at_once() {
    let shop = Arc::new(shop().await);
    let ada = Holder::ed25519(1);
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let access = text(&tokens, "access_token").to_owned();
    let proof = ada.proof_for(&shop, "GET", ME, &access).text();
    let mut racers = JoinSet::new();
    for _ in 0..20 {
        let (shop, access, proof) = (Arc::clone(&shop), access.clone(), proof.clone());
        racers.spawn(async move { shop.caller().dpop(&access, &proof).get(ME).await.status() });
    }
    let good = racers.join_all().await.into_iter().filter(|status| *status == 200).count();
    assert_eq!(good, 1);
}

/// What is only written otherwise is no fault: addresses are compared in their normal form, without what comes after.
#[tokio::test]
async fn an_address_may_be_written_otherwise() {
    let shop = shop().await;
    let (ada, caller) = (Holder::ed25519(1), shop.caller());
    let tokens = ada.sign_in(&shop, &caller, ADA).await;
    let access = text(&tokens, "access_token");
    for url in ["HTTP://127.0.0.1:8001/api/v1/auth/me", "http://127.0.0.1:8001/api/v1/./auth/%6De?a=b#c"] {
        let proof = ada.proof_for(&shop, "GET", ME, access).claim("htu", json!(url)).text();
        let reply = caller.clone().dpop(access, &proof).get(ME).await;
        assert_eq!(reply.status(), 200, "{url}: {}", reply.text());
    }
    for (name, age) in [("just old enough", 60), ("by a clock that runs ahead", -5)] {
        let proof = ada.proof_for(&shop, "GET", ME, access).claim("iat", json!(shop.seconds() - age)).text();
        assert_eq!(caller.clone().dpop(access, &proof).get(ME).await.status(), 200, "{name}");
    }
}
