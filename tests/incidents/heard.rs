//! What operators did at one node, at another that hears of it.

use serde_json::json;

use super::{OPERATOR, does, undo};
use crate::shop::{Beside, Shop};

const EVE: &str = "203.0.113.50";
const PRICES: &str = "/api/v1/prices";

async fn prices(node: &Beside, address: &str) -> u16 {
    node.get(address, PRICES, None).await
}

#[tokio::test]
async fn who_is_shut_out_at_one_node_is_shut_out_at_every_other() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let other = shop.beside().await;
    let done = does(&shop, &op, &json!({"action": "block", "network": EVE})).await;
    assert_eq!(prices(&other, EVE).await, 200, "nobody has told");
    for _ in 0..2 {
        other.app.hear_blocks().await.unwrap();
        assert_eq!(prices(&other, EVE).await, 403);
    }
    assert_eq!(undo(&shop, &op, &done).await.status(), 200);
    other.app.hear_blocks().await.unwrap();
    assert_eq!(prices(&other, EVE).await, 200);
}

#[tokio::test]
async fn limits_and_who_is_excused_from_them_are_the_same_everywhere() {
    let shop = Shop::with(&["rate.prices=10/minute", "rate.default=60000/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let other = shop.beside().await;
    does(&shop, &op, &json!({"action": "tighten", "classes": ["prices"]})).await;
    assert_eq!((prices(&other, EVE).await, prices(&other, EVE).await), (200, 200), "nobody has told");
    other.app.hear_posture().await.unwrap();
    assert_eq!(prices(&other, EVE).await, 429);
    let wish = json!({"client": EVE, "rule": "rate.prices", "for_s": 3600, "why": "a load test"});
    let granted = shop.at("198.51.100.77").token(&op).post("/api/v1/admin/exemptions", &wish).await;
    assert_eq!(granted.status(), 201, "{}", granted.text());
    assert_eq!(prices(&other, EVE).await, 429, "nobody has told");
    other.app.hear_exemptions().await.unwrap();
    assert_eq!((prices(&other, EVE).await, prices(&other, EVE).await), (200, 200));
}

#[tokio::test]
async fn whoever_slept_too_long_reads_everything() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    let key = shop.at("198.51.100.77").token(&ada);
    let made =
        key.post("/api/v1/keys", &json!({"name": "reader", "scopes": ["read:portfolio"]})).await.json();
    let other = shop.beside().await;
    let me = async |token: &str| other.get("203.0.113.7", "/api/v1/auth/me", Some(token)).await;
    assert_eq!((me(&ada).await, prices(&other, EVE).await), (200, 200));
    does(&shop, &op, &json!({"action": "block", "network": EVE})).await;
    does(&shop, &op, &json!({"action": "tighten", "classes": ["prices"]})).await;
    let eve = shop.member("eve@example.org").await;
    does(&shop, &op, &json!({"action": "disable", "account": "ada@example.org"})).await;
    for _ in 0..2 {
        other.app.hear_all().await.unwrap();
        other.app.follow_prices().await;
    }
    assert_eq!((me(&ada).await, me(&eve).await), (401, 200));
    assert_eq!(prices(&other, EVE).await, 403);
    assert_eq!((prices(&other, "203.0.113.8").await, prices(&other, "203.0.113.8").await), (200, 429));
    let known = other.app.keys.find(made["key"].as_str().unwrap()).await.unwrap();
    assert!(matches!(known, aspis_identity::keys::Found::Alive(_)), "it has not ended");
    let listed = other.app.board.all().len();
    assert_eq!(listed, shop.app.board.all().len());
}
