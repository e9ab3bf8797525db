//! `[block]`: who is shut out, who never is, and for how long.

use std::time::Duration;

use super::{Shop, json};

const EVE: &str = "203.0.113.66";

async fn attacks(shop: &Shop) {
    for _ in 0..20 {
        shop.at(EVE).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    }
    shop.hear_alerts();
    shop.keep().await;
}

/// The status at the address, and for how long it is shut out.
async fn stands(shop: &Shop) -> (u16, Option<String>) {
    let reply = shop.at(EVE).get("/api/v1/prices").await;
    (reply.status(), reply.header("retry-after").map(str::to_owned))
}

#[tokio::test]
async fn block_auto() {
    for (settings, status) in [(&[][..], 403), (&["block.auto=false"], 200)] {
        let shop = Shop::endless(settings).await;
        attacks(&shop).await;
        assert_eq!(stands(&shop).await.0, status, "{settings:?}");
    }
}

#[tokio::test]
async fn who_goes_on_is_shut_out_again_though_it_is_one_alert() {
    let shop = Shop::endless(&["block.for=1m"]).await;
    attacks(&shop).await;
    assert_eq!(stands(&shop).await, (403, Some("60".to_owned())));
    shop.wait(Duration::from_secs(61));
    shop.keep().await;
    assert_eq!(stands(&shop).await.0, 200, "it is over");
    attacks(&shop).await;
    assert_eq!(stands(&shop).await, (403, Some("120".to_owned())), "and longer than before");
}

#[tokio::test]
async fn block_allow() {
    let shop = Shop::endless(&["block.allow=[\"203.0.113.64/29\"]"]).await;
    attacks(&shop).await;
    assert_eq!(stands(&shop).await.0, 200);
}

#[tokio::test]
async fn block_for() {
    let shop = Shop::endless(&["block.for=10m"]).await;
    attacks(&shop).await;
    assert_eq!(stands(&shop).await, (403, Some("600".to_owned())));
}

#[tokio::test]
async fn block_longest() {
    let shop = Shop::endless(&["block.for=2h", "block.longest=5m"]).await;
    attacks(&shop).await;
    assert_eq!(stands(&shop).await, (403, Some("300".to_owned())));
}

#[tokio::test]
async fn block_most() {
    let shop = Shop::endless(&["block.most=1"]).await;
    let op = shop.another_operator("op@example.org").await;
    let block = async |network: &str| {
        let ask = json!({"action": "block", "network": network});
        shop.at("198.51.100.77").token(&op).post("/api/v1/admin/incident", &ask).await
    };
    attacks(&shop).await;
    // The one by hand comes before the one that the server made by itself.
    assert_eq!(block("192.0.2.5").await.status(), 200);
    assert_eq!(stands(&shop).await.0, 200);
    assert_eq!(block("192.0.2.6").await.refusal(), (409, "too_many_blocks".into()));
}
