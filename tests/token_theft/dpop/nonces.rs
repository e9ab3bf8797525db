//! The server's nonce: how long before its use a proof may have been made.

use std::time::Duration;

use serde_json::json;

use super::{ADA, LOGIN, ME, shop, text};
use crate::shop::{Holder, PASSWORD, Reply, Shop};

/// A call whose proof is fresh, and whose nonce is as old as it is.
async fn call(shop: &Shop, ada: &Holder, access: &str, nonce: &str) -> Reply {
    let proof = ada.proof(shop, "GET", ME).token(access).nonce(nonce).text();
    shop.caller().dpop(access, &proof).get(ME).await
}

#[tokio::test]
async fn a_call_without_a_nonce_is_told_one() {
    let shop = shop().await;
    let ada = Holder::ed25519(1);
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let access = text(&tokens, "access_token");
    let proof = ada.proof(&shop, "GET", ME).token(access).text();
    let asked = shop.caller().dpop(access, &proof).get(ME).await;
    assert_eq!(asked.refusal(), (401, "dpop_nonce_required".into()));
    assert_eq!(asked.header("www-authenticate"), Some("DPoP error=\"use_dpop_nonce\""));
    let nonce = asked.header("dpop-nonce").unwrap().to_owned();
    assert_eq!(call(&shop, &ada, access, &nonce).await.status(), 200);
    for other in ["", "AAAAAAAAAAAAAAAAAAAAAA", &nonce[1..]] {
        let made_up = call(&shop, &ada, access, other).await;
        assert_eq!(made_up.refusal(), (401, "dpop_nonce_required".into()), "{other}");
    }
}

#[tokio::test]
async fn a_nonce_ages_and_the_next_one_comes_with_the_answer() {
    let shop = shop().await;
    let ada = Holder::ed25519(1);
    let tokens = ada.sign_in(&shop, &shop.caller(), ADA).await;
    let access = text(&tokens, "access_token");
    let first = shop.nonce();
    shop.wait(Duration::from_secs(120));
    let still = call(&shop, &ada, access, &first).await;
    assert_eq!(still.status(), 200, "the one before the newest is good");
    let second = still.header("dpop-nonce").unwrap().to_owned();
    assert_ne!(first, second);
    shop.wait(Duration::from_secs(120));
    assert_eq!(call(&shop, &ada, access, &first).await.refusal(), (401, "dpop_nonce_required".into()));
    assert_eq!(call(&shop, &ada, access, &second).await.status(), 200);
}

#[tokio::test]
async fn an_old_nonce_opens_no_sign_in_and_a_restart_changes_none() {
    let shop = shop().await;
    let (ada, old) = (Holder::ed25519(1), shop.nonce());
    let shop = shop.restart().await;
    assert_eq!(shop.nonce(), old, "nodes and restarts share them");
    shop.wait(Duration::from_secs(240));
    let proof = ada.proof(&shop, "POST", LOGIN).nonce(&old).text();
    let body = json!({"email": ADA, "password": PASSWORD});
    let late = shop.caller().with("dpop", &proof).post(LOGIN, &body).await;
    assert_eq!(late.refusal(), (400, "use_dpop_nonce".into()));
    assert_eq!(late.header("dpop-nonce"), Some(&*shop.nonce()));
    ada.sign_in(&shop, &shop.caller(), ADA).await;
}

#[tokio::test]
async fn nonces_can_be_left_out_by_the_settings() {
    let shop = Shop::with(&["dpop.nonce=false"]).await;
    shop.tokens(ADA).await;
    let ada = Holder::ed25519(1);
    let proof = ada.proof(&shop, "POST", LOGIN).text();
    let body = json!({"email": ADA, "password": PASSWORD});
    let signed = shop.caller().with("dpop", &proof).post(LOGIN, &body).await;
    assert_eq!(signed.status(), 200, "{}", signed.text());
}
