//! Where a token was issued to: used from elsewhere it is refused, recorded or let be, as the settings say.

use aspis_core::client::Client;
use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const ME: &str = "/api/v1/auth/me";
const REFUSED: &str = "token_fingerprint_mismatch";

/// A shop with Ada in it.
async fn shop(stance: &str) -> Shop {
    let shop = Shop::with(&[&format!("auth.fingerprint={stance}")]).await;
    shop.tokens(ADA).await;
    shop
}

async fn sign_in(caller: &Caller<'_>) -> Value {
    let reply = caller.post("/api/v1/auth/login", &json!({"email": ADA, "password": PASSWORD})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// The mismatches so far: by whom, and whether they were refused.
fn mismatches(shop: &Shop) -> Vec<(Client, bool)> {
    let log = shop.event_log().into_iter().filter(|event| event.kind.word() == REFUSED);
    log.map(|event| (event.client.unwrap(), event.enforced)).collect()
}

#[tokio::test]
async fn strict_refuses_another_address_and_another_agent() {
    let shop = shop("strict").await;
    let home = shop.caller();
    let tokens = sign_in(&home).await;
    assert_eq!(home.clone().token(access(&tokens)).get(ME).await.status(), 200);
    for thief in [
        shop.at("203.0.113.8"),
        home.clone().but("user-agent", "other/1"),
        home.clone().without("user-agent"),
    ] {
        let stolen = thief.clone().token(access(&tokens)).get(ME).await;
        assert_eq!(stolen.refusal(), (401, REFUSED.into()));
        assert_eq!(
            stolen.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\", error_description=\"issued to another device or address\"")
        );
        let open = thief.token(access(&tokens)).get("/api/v1/prices").await;
        assert_eq!(open.refusal(), (401, REFUSED.into()), "never taken for nobody");
    }
    let seen = mismatches(&shop);
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|(_, enforced)| *enforced));
    assert_eq!(seen[0].0.to_string(), "203.0.113.8", "the thief, not the owner");
    assert_eq!(home.token(access(&tokens)).get(ME).await.status(), 200, "its owner keeps it");
}

#[tokio::test]
async fn an_address_is_a_client_and_not_each_of_its_forms() {
    let shop = shop("strict").await;
    let tokens = sign_in(&shop.at("2001:db8:0:1::1")).await;
    let from = async |address| shop.at(address).token(access(&tokens)).get(ME).await.status();
    assert_eq!(from("2001:db8:0:1:ffff::9").await, 200, "the same /64");
    assert_eq!(from("2001:db8:0:2::1").await, 401);
    let tokens = sign_in(&shop.at("203.0.113.7")).await;
    let mapped = shop.at("::ffff:203.0.113.7").token(access(&tokens)).get(ME).await;
    assert_eq!(mapped.status(), 200, "the same address in IPv6's clothes");
}

#[tokio::test]
async fn signal_lets_pass_and_records() {
    let shop = shop("signal").await;
    let tokens = sign_in(&shop.caller()).await;
    assert_eq!(shop.caller().token(access(&tokens)).get(ME).await.status(), 200);
    assert_eq!(mismatches(&shop), []);
    for _ in 0..2 {
        assert_eq!(shop.at("203.0.113.8").token(access(&tokens)).get(ME).await.status(), 200);
    }
    let thief = Client::from_ip("203.0.113.8".parse().unwrap());
    assert_eq!(mismatches(&shop), [(thief, false), (thief, false)]);
}

#[tokio::test]
async fn off_asks_nothing() {
    let shop = shop("off").await;
    let tokens = sign_in(&shop.caller()).await;
    let elsewhere = shop.at("203.0.113.8").but("user-agent", "other/1").token(access(&tokens)).get(ME).await;
    assert_eq!((elsewhere.status(), mismatches(&shop)), (200, vec![]));
}

/// Somebody who moves renews, and goes on from there.
#[tokio::test]
async fn a_renewed_token_belongs_to_where_it_was_renewed() {
    let shop = shop("strict").await;
    let (home, train) = (shop.caller(), shop.at("198.51.100.9").but("user-agent", "shop/2"));
    let tokens = sign_in(&home).await;
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = train.post("/api/v1/auth/refresh", &body).await;
    assert_eq!(renewed.status(), 200, "{}", renewed.text());
    let renewed = renewed.json();
    assert_eq!(train.clone().token(access(&renewed)).get(ME).await.status(), 200);
    assert_eq!(home.clone().token(access(&renewed)).get(ME).await.refusal(), (401, REFUSED.into()));
    assert_eq!(train.token(access(&tokens)).get(ME).await.refusal(), (401, REFUSED.into()));
}

#[tokio::test]
async fn a_fingerprint_survives_a_restart() {
    let shop = shop("strict").await;
    let tokens = sign_in(&shop.caller()).await;
    let shop = shop.restart().await;
    assert_eq!(shop.at("203.0.113.8").token(access(&tokens)).get(ME).await.refusal(), (401, REFUSED.into()));
    assert_eq!(shop.caller().token(access(&tokens)).get(ME).await.status(), 200);
}
