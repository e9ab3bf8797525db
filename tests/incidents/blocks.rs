//! Networks that are shut out by hand.

use std::time::Duration;

use aspis_core::block::{self, Block, Hand};
use aspis_store::actions::{Action, ActionKind, Change, Order};
use serde_json::json;

use super::{OPERATOR, asks, at, blocked, does, me, ok, undo};
use crate::shop::Shop;

const EVE: &str = "203.0.113.50";

#[tokio::test]
async fn a_block_by_hand_is_total_and_ends() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    assert_eq!((at(&shop, EVE).await, me(&shop, &ada, EVE).await), (ok(), 200));
    let dry = does(&shop, &op, &json!({"action": "block", "network": EVE, "dry_run": true})).await;
    assert_eq!((&dry["dry_run"], &dry["actions"][0]["touched"]), (&true.into(), &1.into()));
    assert_eq!(at(&shop, EVE).await, ok());
    let ask = json!({"action": "block", "network": EVE, "for_s": 3600, "why": "it's \"him\""});
    does(&shop, &op, &ask).await;
    let refused = shop.at(EVE).get("/api/v1/prices").await;
    assert_eq!(refused.refusal(), blocked());
    assert_eq!(refused.header("retry-after"), Some("3600"));
    assert!(!refused.text().contains("him") && !refused.text().contains("account"), "{}", refused.text());
    // Whoever is signed in, whatever the path, even where there is nothing.
    assert_eq!(me(&shop, &ada, EVE).await, 403);
    for path in ["/nothing", "/docs", "/api/v1/price/BTC';DROP%20TABLE"] {
        assert_eq!(shop.at(EVE).get(path).await.refusal(), blocked(), "{path}");
    }
    assert_eq!(at(&shop, "203.0.113.51").await, ok());
    let list = shop.at("198.51.100.77").token(&op).get("/api/v1/admin/blocks").await.json();
    assert_eq!(
        (&list["blocks"][0]["network"], &list["blocks"][0]["by"]),
        (&"203.0.113.50/32".into(), &"operator".into())
    );
    let shop = shop.restart().await;
    assert_eq!(at(&shop, EVE).await, blocked());
    shop.wait(Duration::from_secs(3600));
    assert_eq!(at(&shop, EVE).await, ok());
    shop.keep().await;
    assert_eq!(shop.events().iter().filter(|word| **word == "block_ended").count(), 1);
    assert!(shop.store().blocks.blocks(aspis_core::clock::Timestamp(0)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_address_has_one_way_to_be_written() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    for (network, inside, outside) in [
        ("2001:db8:7::1", "2001:db8:7::ffff:1", "2001:db8:7:1::1"),
        ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.10"),
        ("192.0.2.128/25", "::ffff:192.0.2.200", "192.0.2.1"),
    ] {
        let done = does(&shop, &op, &json!({"action": "block", "network": network})).await;
        assert_eq!((at(&shop, inside).await, at(&shop, outside).await), (blocked(), ok()), "{network}");
        assert_eq!(shop.at(inside).get("/api/v1/prices").await.header("retry-after"), None);
        does(&shop, &op, &json!({"action": "unblock", "network": done["actions"][0]["scope"]})).await;
        assert_eq!(at(&shop, inside).await, ok(), "{network}");
    }
    let gone = asks(&shop, &op, &json!({"action": "unblock", "network": "192.0.2.128/25"})).await;
    assert_eq!(gone.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn nobody_locks_the_operators_out() {
    let shop =
        Shop::endless(&["server.trusted_proxies=[\"192.0.2.1\"]", "block.allow=[\"203.0.113.0/28\"]"]).await;
    let op = shop.another_operator(OPERATOR).await;
    for network in [
        "127.0.0.1",
        "127.0.0.0/8",
        "::1",
        "192.0.2.1",
        "192.0.2.0/24",
        "203.0.113.3",
        "203.0.0.0/16",
        "198.51.100.77",
        "198.51.100.0/24",
    ] {
        let reply = asks(&shop, &op, &json!({"action": "block", "network": network})).await;
        assert_eq!(reply.refusal(), (409, "locks_you_out".into()), "{network}");
    }
    for wide in ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/8"] {
        let reply = asks(&shop, &op, &json!({"action": "block", "network": wide})).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((400, "invalid_input".into()), vec!["network".into()])
        );
    }
    does(&shop, &op, &json!({"action": "block", "network": "203.0.113.16/28"})).await;
}

/// What is in the database past all of that shuts nobody out who is on the list.
#[tokio::test]
async fn the_allow_list_always_wins() {
    let shop = Shop::endless(&["block.allow=[\"203.0.113.0/28\"]"]).await;
    let network = block::parse("203.0.113.0/24").unwrap();
    let block = Block {
        network,
        hand: Hand::Operator,
        since: aspis_core::clock::Timestamp(0),
        until: None,
        why: String::new(),
        who: "somebody".to_owned(),
    };
    let action = Action {
        id: aspis_core::ids::ActionId(uuid::Uuid::from_u128(7)),
        kind: ActionKind::Block,
        scope: network.to_string(),
        who: "somebody".to_owned(),
        at: aspis_core::clock::Timestamp(0),
        until: None,
        why: String::new(),
        touched: 0,
        easing: None,
        undone: None,
        part_of: None,
        before: None,
    };
    let order = Order { action, change: Change::Block { block, most: 10 }, notice: None, text: None };
    shop.store().actions.carry_out(&[order], false).await.unwrap().unwrap();
    let shop = shop.restart().await;
    assert_eq!((at(&shop, "203.0.113.7").await, at(&shop, "203.0.113.77").await), (ok(), blocked()));
}

#[tokio::test]
async fn who_is_shut_out_gets_no_preflight() {
    let shop = Shop::endless(&["cors.origins=[\"https://app.example.com\"]"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let preflight = async |shop: &Shop| {
        let page = shop.at(EVE).with("origin", "https://app.example.com");
        page.with("access-control-request-method", "GET").call("OPTIONS", "/api/v1/prices", "").await
    };
    assert_eq!(preflight(&shop).await.status(), 204);
    does(&shop, &op, &json!({"action": "block", "network": EVE})).await;
    let refused = preflight(&shop).await;
    assert_eq!((refused.refusal(), refused.header("access-control-allow-methods")), (blocked(), None));
}

#[tokio::test]
async fn a_block_is_taken_back_to_what_was_before() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    does(&shop, &op, &json!({"action": "block", "network": EVE, "for_s": 600})).await;
    let longer = does(&shop, &op, &json!({"action": "block", "network": EVE, "for_s": 86_400})).await;
    let wait = async || shop.at(EVE).get("/api/v1/prices").await.header("retry-after").map(str::to_owned);
    assert_eq!(wait().await.as_deref(), Some("86400"));
    assert_eq!(undo(&shop, &op, &longer).await.status(), 200);
    assert_eq!(wait().await.as_deref(), Some("600"));
    assert_eq!(undo(&shop, &op, &longer).await.refusal(), (409, "cannot_be_undone".into()));
    let lifted = does(&shop, &op, &json!({"action": "unblock", "network": EVE})).await;
    assert_eq!(at(&shop, EVE).await, ok());
    assert_eq!(undo(&shop, &op, &lifted).await.status(), 200);
    assert_eq!(wait().await.as_deref(), Some("600"));
    assert!(shop.events().contains(&"action_undone"));
}

/// Whatever runs at once, what is in force is what the list says.
#[tokio::test]
async fn many_at_once_agree_in_the_end() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let (shop, op) = (&shop, op.as_str());
    for round in 0..5 {
        let one = |n: u32| async move {
            let action = if (n + round).is_multiple_of(2) { "block" } else { "unblock" };
            asks(shop, op, &json!({"action": action, "network": EVE})).await.status()
        };
        let all = futures_util::future::join_all((0..12).map(one)).await;
        assert!(all.iter().all(|status| matches!(status, 200 | 404)), "{all:?}");
        let listed = shop.store().blocks.blocks(aspis_core::clock::Timestamp(0)).await.unwrap().len();
        assert_eq!(at(shop, EVE).await, if listed == 1 { blocked() } else { ok() }, "{round}");
    }
}
