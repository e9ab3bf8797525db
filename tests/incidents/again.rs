//! Blocks that follow each other, and what is said to whoever is shut out.

use std::time::Duration;

use serde_json::json;

use super::{INCIDENT, OPERATOR, at, blocked, does, me, ok, undo};
use crate::shop::Shop;

const EVE: &str = "203.0.113.50";
/// Where the operator of these tests is.
const DESK: &str = "198.51.100.77";

/// Twenty hostile inputs, and what the server makes of them.
async fn attacks(shop: &Shop, address: &str) {
    for _ in 0..20 {
        shop.at(address).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    }
    shop.hear_alerts();
    shop.keep().await;
}

/// The network where the operator now is was free when they came.
#[tokio::test]
async fn taking_back_an_unblock_locks_nobody_out_who_does_it() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let elsewhere = shop.at("192.0.2.200").token(&op);
    let block = json!({"action": "block", "network": "198.51.100.0/24"});
    assert_eq!(elsewhere.post(INCIDENT, &block).await.status(), 200);
    let lift = json!({"action": "unblock", "network": "198.51.100.0/24"});
    let lifted = elsewhere.post(INCIDENT, &lift).await.json();
    let path = format!("{INCIDENT}/{}/undo", lifted["actions"][0]["id"].as_str().unwrap());
    for ask in [json!({"dry_run": true}), json!({})] {
        let refused = shop.at(DESK).token(&op).post(&path, &ask).await;
        assert_eq!(refused.refusal(), (409, "locks_you_out".into()), "{}", refused.text());
    }
    assert_eq!(at(&shop, DESK).await, ok());
    let record = elsewhere.get(INCIDENT).await.json();
    assert_eq!(record["actions"][0]["undone"], json!(null), "nothing of it happened");
    assert_eq!(elsewhere.post(&path, &json!({})).await.status(), 200, "from elsewhere it may be");
    assert_eq!((at(&shop, DESK).await, at(&shop, "192.0.2.200").await), (blocked(), ok()));
}

#[tokio::test]
async fn taking_back_an_older_block_leaves_a_newer_one() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let block = async |hours: u64| {
        does(&shop, &op, &json!({"action": "block", "network": EVE, "for_s": hours * 3600})).await
    };
    let (first, second, third) = (block(1).await, block(2).await, block(3).await);
    let left = async || {
        let reply = shop.at(EVE).get("/api/v1/prices").await;
        reply.header("retry-after").map(|wait| wait.parse::<u64>().unwrap() / 3600)
    };
    assert_eq!(undo(&shop, &op, &second).await.status(), 200);
    assert_eq!(left().await, Some(3), "the newest stands");
    assert_eq!(undo(&shop, &op, &third).await.status(), 200);
    assert_eq!(left().await, Some(1), "what was taken back does not come back");
    assert_eq!(undo(&shop, &op, &first).await.status(), 200);
    assert_eq!(at(&shop, EVE).await, ok());
    // One that was lifted and made anew is another one.
    let old = block(1).await;
    does(&shop, &op, &json!({"action": "unblock", "network": EVE})).await;
    block(5).await;
    assert_eq!(undo(&shop, &op, &old).await.status(), 200);
    assert_eq!(left().await, Some(5));
}

/// Whoever is shut out learns nothing but that; whoever is spared hears what was wrong.
#[tokio::test]
async fn who_is_shut_out_by_the_server_hears_nothing_else() {
    let shop = Shop::endless(&["cors.origins=[\"https://app.example.com\"]"]).await;
    let tokens = shop.tokens("ada@example.org").await;
    let ada = tokens["access_token"].as_str().unwrap();
    shop.wait(Duration::from_secs(1));
    attacks(&shop, EVE).await;
    assert_eq!(me(&shop, ada, EVE).await, 200, "who was signed in before is known from now on");
    let hostile = "/api/v1/price/BTC';DROP%20TABLE%20users;--";
    let long = format!("/api/v1/prices?x={}", "a".repeat(10_000));
    for path in [hostile, "/api/v1/price/../../etc/passwd", "/api//v1/prices", "/nothing", long.as_str()] {
        assert_eq!(shop.at(EVE).get(path).await.refusal(), blocked(), "{path}");
        let method = shop.at(EVE).call("PUT", path, "").await;
        assert_eq!(method.refusal(), blocked(), "{path}");
        let two = shop.at(EVE).with("x-api-key", "a").with("authorization", "Bearer b").get(path).await;
        assert_eq!(two.refusal(), blocked(), "{path}");
    }
    // What has to be let through for those who are spared says no more.
    let renew = json!({"refresh_token": "x", "note": "<script>alert(1)</script>"});
    assert_eq!(shop.at(EVE).post("/api/v1/auth/refresh", &renew).await.refusal(), blocked());
    assert_eq!(shop.at(EVE).post_raw("/api/v1/auth/refresh", "{").await.refusal(), blocked());
    let page = shop.at(EVE).with("origin", "https://app.example.com");
    let page = page.with("access-control-request-method", "GET");
    assert_eq!(page.call("OPTIONS", hostile, "").await.refusal(), blocked());
    let spared = shop.at(EVE).token(ada).get(hostile).await;
    assert_eq!(spared.refusal(), (400, "sqli_attempt".into()));
    assert_eq!(shop.at(EVE).token(ada).get("/nothing").await.status(), 404);
    // Whose token is over has to know that it is.
    assert_eq!(shop.at(EVE).token("nonsense").get("/api/v1/prices").await.status(), 401);
    shop.wait(Duration::from_secs(901));
    assert_eq!(me(&shop, ada, EVE).await, 401, "it was good before, and renews now");
    let renew = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(shop.at(EVE).post("/api/v1/auth/refresh", &renew).await.status(), 200);
}

/// A successor is the same program, whenever it was made.
#[tokio::test]
async fn the_successor_of_a_spared_key_is_spared() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.member("ada@example.org").await;
    let make = async |path: &str, wish: serde_json::Value| {
        let made = shop.at(DESK).token(&ada).post(path, &wish).await;
        assert_eq!(made.status(), 201, "{}", made.text());
        let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
        (text("key"), text("id"))
    };
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let (old, id) = make("/api/v1/keys", wish.clone()).await;
    shop.wait(Duration::from_secs(1));
    attacks(&shop, EVE).await;
    shop.wait(Duration::from_secs(1));
    let (next, next_id) = make(&format!("/api/v1/keys/{id}/rotate"), json!({})).await;
    let (last, _) = make(&format!("/api/v1/keys/{next_id}/rotate"), json!({})).await;
    let (other, _) = make("/api/v1/keys", wish).await;
    let sends = async |shop: &Shop, key: &str| {
        shop.at(EVE).with("x-api-key", key).get("/api/v1/prices").await.status()
    };
    assert_eq!((sends(&shop, &next).await, sends(&shop, &last).await), (200, 200));
    assert_eq!(sends(&shop, &other).await, 403, "one of its own that is newer than the block");
    assert_eq!(sends(&shop, &old).await, 403, "the elder has ended, and is nobody's");
    let shop = shop.restart().await;
    assert_eq!((sends(&shop, &last).await, sends(&shop, &other).await), (200, 403));
}

/// Beside hostile input that pages of others have a visitor's browser send, the visitor goes on.
#[tokio::test]
async fn no_page_has_its_visitors_shut_out() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.member("ada@example.org").await;
    let hostile = "/api/v1/prices?q='%20OR%201=1--";
    let lured = async |site: &str| {
        shop.at(EVE)
            .with("sec-fetch-site", site)
            .with("sec-fetch-mode", "no-cors")
            .get(hostile)
            .await
            .refusal()
    };
    for n in 0..60 {
        let site = if n % 2 == 0 { "cross-site" } else { "same-site" };
        let refusal = lured(site).await;
        assert!(matches!(refusal.0, 400 | 403), "{refusal:?}");
        shop.hear_alerts();
        shop.keep().await;
    }
    // What the page sends is shut out by now, and what the visitor does is not.
    assert_eq!(lured("cross-site").await, blocked());
    assert_eq!((at(&shop, EVE).await, me(&shop, &ada, EVE).await), (ok(), 200));
    for own in ["same-origin", "none"] {
        let page = shop.at(EVE).with("sec-fetch-site", own).get("/api/v1/prices").await;
        assert_eq!(page.status(), 200, "{own}");
    }
    let signed = shop.at(EVE).with("sec-fetch-site", "cross-site").token(&ada);
    assert_eq!(signed.get("/api/v1/prices").await.status(), 200);
    assert!(shop.store().blocks.blocks(aspis_core::clock::Timestamp(0)).await.unwrap().is_empty());
    // Whoever writes the field themselves gains as many tries again, and no more.
    attacks(&shop, EVE).await;
    assert_eq!((at(&shop, EVE).await, lured("cross-site").await), (blocked(), blocked()));
    shop.wait(Duration::from_secs(3601));
    assert_eq!((at(&shop, EVE).await, lured("cross-site").await.0), (ok(), 400));
}

/// Where the table of counts is full, those who share a count with their network are shut out one by one.
#[tokio::test]
async fn a_full_table_makes_nobody_immune() {
    let shop = Shop::endless(&["alerts.table=64"]).await;
    let hostile = "/api/v1/price/BTC';DROP%20TABLE%20users;--";
    for host in 0..64 {
        for _ in 0..2 {
            assert_eq!(shop.at(&format!("10.0.0.{host}")).get(hostile).await.status(), 400);
        }
    }
    attacks(&shop, EVE).await;
    attacks(&shop, EVE).await;
    assert_eq!(at(&shop, EVE).await, blocked());
    assert_eq!(at(&shop, "203.0.113.51").await, ok(), "a neighbour who did nothing");
    assert_eq!(at(&shop, "10.0.0.1").await, ok());
}
