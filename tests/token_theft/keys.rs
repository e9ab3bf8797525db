//! The keys that sign access tokens follow each other by the clock, and nobody is signed out by that.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const DAY: i64 = 86_400;
/// How long one key signs, and how long the next one is published before.
const PERIOD: i64 = 30 * DAY;
const OVERLAP: i64 = DAY;

/// A shop with Ada in it, whose clock stands so many seconds before the next key signs.
async fn shop_before_the_turn(seconds: i64) -> Shop {
    let shop = Shop::endless(&[]).await;
    let turn = (shop.seconds() / PERIOD + 1) * PERIOD;
    wait(&shop, turn - seconds - shop.seconds()).await;
    shop.tokens(ADA).await;
    shop
}

/// Lets time pass, and what time asks for be done.
async fn wait(shop: &Shop, seconds: i64) {
    wait_asleep(shop, seconds);
    shop.keep().await;
}

/// Lets time pass, and nothing be done.
fn wait_asleep(shop: &Shop, seconds: i64) {
    shop.wait(Duration::from_secs(seconds.try_into().unwrap()));
}

async fn access(shop: &Shop) -> String {
    let body = json!({"email": ADA, "password": PASSWORD});
    let reply = shop.caller().post("/api/v1/auth/login", &body).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// The names of the published keys.
async fn published(shop: &Shop) -> Vec<String> {
    let jwks = shop.caller().get("/.well-known/jwks.json").await.json();
    let keys = jwks["keys"].as_array().unwrap();
    assert!(keys.iter().all(|key| key.get("d").is_none()), "never a private one");
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// The name of the key that signed a token.
fn signer(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn works(shop: &Shop, token: &str) -> bool {
    shop.caller().token(token).get("/api/v1/auth/me").await.status() == 200
}

fn rotations(shop: &Shop) -> usize {
    shop.events().iter().filter(|word| **word == "signing_key_rotated").count()
}

#[tokio::test]
async fn the_next_key_is_published_before_it_signs() {
    let shop = shop_before_the_turn(OVERLAP + 1).await;
    let before = published(&shop).await;
    assert_eq!(before.len(), 1);
    wait(&shop, 1).await;
    let both = published(&shop).await;
    assert_eq!((both.len(), both.contains(&before[0])), (2, true));
    assert_eq!(signer(&access(&shop).await), before[0], "the old one still signs");
    let counted = rotations(&shop);
    wait(&shop, OVERLAP - 1).await;
    assert_eq!(signer(&access(&shop).await), before[0], "to the last second");
    wait(&shop, 1).await;
    let now = signer(&access(&shop).await);
    assert!(now != before[0] && both.contains(&now), "the one that was announced");
    assert_eq!(rotations(&shop), counted + 1, "told once");
    wait(&shop, 60).await;
    assert_eq!(rotations(&shop), counted + 1);
}

#[tokio::test]
async fn a_token_of_the_old_key_is_good_to_its_end_and_then_the_key_goes() {
    let shop = shop_before_the_turn(1).await;
    let token = access(&shop).await;
    let old = signer(&token);
    wait(&shop, 1).await;
    assert_ne!(signer(&access(&shop).await), old);
    assert!(works(&shop, &token).await);
    wait(&shop, 898).await;
    assert!(works(&shop, &token).await, "to its last second");
    assert!(published(&shop).await.contains(&old));
    wait(&shop, 1).await;
    assert!(!works(&shop, &token).await, "its last second is over");
    wait(&shop, 3600).await;
    assert!(published(&shop).await.contains(&old), "another hour, for clocks that are wrong");
    wait(&shop, 1).await;
    let left = published(&shop).await;
    assert!(!left.contains(&old), "no token of it can be good any more");
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn a_restart_keeps_the_keys() {
    let shop = shop_before_the_turn(10).await;
    let (token, keys) = (access(&shop).await, published(&shop).await);
    assert_eq!(keys.len(), 2);
    let shop = shop.restart().await;
    assert_eq!(published(&shop).await, keys);
    assert!(works(&shop, &token).await);
    wait_asleep(&shop, 10);
    let shop = shop.restart().await;
    assert!(works(&shop, &token).await, "also over the turn");
    assert_ne!(signer(&access(&shop).await), signer(&token));
    assert_eq!(published(&shop).await, keys, "the announced one took over");
}

/// A server that slept through everything has the right keys when it is asked, without anybody tending it.
#[tokio::test]
async fn a_sign_in_never_meets_an_old_key() {
    let shop = shop_before_the_turn(1).await;
    let old = published(&shop).await;
    wait_asleep(&shop, 3 * PERIOD + DAY / 2);
    let token = access(&shop).await;
    assert!(!old.contains(&signer(&token)));
    assert!(works(&shop, &token).await);
    assert_eq!(published(&shop).await.len(), 1);
}
