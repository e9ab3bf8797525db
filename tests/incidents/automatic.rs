//! Blocks that the server makes by itself: they spare who was good before.

use std::time::Duration;

use serde_json::json;

use super::{OPERATOR, at, blocked, does, me, ok};
use crate::shop::{PASSWORD, Shop};

const EVE: &str = "203.0.113.66";

/// Sends so many hostile inputs, and lets the server think about them.
async fn attacks(shop: &Shop, address: &str, times: usize) {
    for _ in 0..times {
        let reply = shop.at(address).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
        assert!(matches!(reply.status(), 400 | 403), "{}", reply.text());
    }
    shop.hear_alerts();
    shop.keep().await;
}

#[tokio::test]
async fn twenty_hostile_inputs_shut_a_client_out_for_an_hour() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens("ada@example.org").await;
    let ada = tokens["access_token"].as_str().unwrap();
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let key =
        shop.caller().token(ada).post("/api/v1/keys", &wish).await.json()["key"].as_str().unwrap().to_owned();
    shop.wait(Duration::from_secs(1));
    attacks(&shop, EVE, 19).await;
    assert_eq!(at(&shop, EVE).await, ok());
    attacks(&shop, EVE, 1).await;
    assert_eq!(at(&shop, EVE).await, blocked());
    assert_eq!(shop.at(EVE).get("/api/v1/prices").await.header("retry-after"), Some("3600"));
    assert_eq!(at(&shop, "203.0.113.67").await, ok());
    assert!(shop.events().contains(&"block_began"));
    // Who was signed in before goes on behind the same address, and renews; so does a key of before.
    assert_eq!(me(&shop, ada, EVE).await, 200);
    assert_eq!(shop.at(EVE).with("x-api-key", &key).get("/api/v1/prices").await.status(), 200);
    let renew = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = shop.at(EVE).post("/api/v1/auth/refresh", &renew).await;
    assert_eq!(renewed.status(), 200, "{}", renewed.text());
    assert_eq!(me(&shop, renewed.json()["access_token"].as_str().unwrap(), EVE).await, 200);
    // Nobody signs in from there, and a sign-in of afterwards is good elsewhere alone.
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    assert_eq!(shop.at(EVE).post("/api/v1/auth/login", &login).await.refusal(), blocked());
    let later = shop.at("198.51.100.7").post("/api/v1/auth/login", &login).await.json();
    let later = later["access_token"].as_str().unwrap();
    assert_eq!((me(&shop, later, EVE).await, me(&shop, later, "198.51.100.7").await), (403, 200));
    // What only claims to be a token is looked at, and is none.
    assert_eq!(shop.at(EVE).token("nonsense").get("/api/v1/prices").await.status(), 401);
    let shop = shop.restart().await;
    assert_eq!((at(&shop, EVE).await, me(&shop, later, EVE).await), (blocked(), 403));
    shop.wait(Duration::from_secs(3600));
    assert_eq!(at(&shop, EVE).await, ok());
}

#[tokio::test]
async fn who_comes_back_is_shut_out_for_longer() {
    let shop = Shop::endless(&["block.longest=3h"]).await;
    for hours in [1_u64, 2, 3, 3] {
        attacks(&shop, EVE, 20).await;
        let wait = shop.at(EVE).get("/api/v1/prices").await.header("retry-after").map(str::to_owned);
        assert_eq!(wait, Some((hours * 3600).to_string()));
        shop.wait(Duration::from_secs(hours * 3600 + 1));
        // The alarm ends before it can begin anew.
        shop.keep().await;
        shop.look_at_alerts();
        shop.keep().await;
    }
}

/// Mistakes are none: a storm of tokens that are over, and of wrong passwords, bans nobody.
#[tokio::test]
async fn only_attacks_count() {
    let shop = Shop::lenient(&["auth.access_token=60s"]).await;
    let ada = shop.member("ada@example.org").await;
    shop.wait(Duration::from_secs(61));
    for _ in 0..60 {
        assert_eq!(me(&shop, &ada, EVE).await, 401);
        assert_eq!(shop.at(EVE).get("/nothing").await.status(), 404);
    }
    shop.hear_alerts();
    shop.keep().await;
    assert_eq!(at(&shop, EVE).await, ok());
}

/// An operator's word stands above: a block by hand is total, and one lifted is lifted.
#[tokio::test]
async fn an_operator_has_the_last_word() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    shop.wait(Duration::from_secs(1));
    attacks(&shop, EVE, 20).await;
    assert_eq!((at(&shop, EVE).await, me(&shop, &ada, EVE).await), (blocked(), 200));
    does(&shop, &op, &json!({"action": "block", "network": EVE})).await;
    assert_eq!(me(&shop, &ada, EVE).await, 403);
    does(&shop, &op, &json!({"action": "unblock", "network": EVE})).await;
    assert_eq!((at(&shop, EVE).await, me(&shop, &ada, EVE).await), (ok(), 200));
}
