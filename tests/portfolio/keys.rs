//! The Idempotency-Key: one order for each key, however often it is sent.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{Shop, Trader, books_are_in_order, text};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn an_order_needs_a_key() {
    let shop = Shop::open().await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    for side in ["buy", "sell"] {
        let reply = ada
            .0
            .post(&format!("/api/v1/portfolio/{side}"), &json!({"asset_id": "BTC", "quantity": "0.1"}))
            .await;
        assert_eq!(reply.refusal(), (400, "idempotency_key_missing".into()));
    }
    assert!(ada.trades().await.is_empty());
}

#[tokio::test]
async fn a_malformed_key_is_named() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let long = "k".repeat(129);
    for key in
        ["", " ", "\"\"", "\"", "a b", "ü", "\"abc", "abc\"", "a,b", "a;b", "a\"b", "'a'", "{a}", &long]
    {
        let reply = ada.trade("buy", key, "BTC", "0.1").await;
        assert_eq!(
            (reply.status(), reply.fields()),
            (400, vec!["Idempotency-Key".to_owned()]),
            "{key:?}: {}",
            reply.text()
        );
    }
    let twice = ada
        .0
        .clone()
        .with("idempotency-key", "a")
        .order("buy", "b", &json!({"asset_id": "BTC", "quantity": "0.1"}))
        .await;
    assert_eq!(twice.fields(), ["Idempotency-Key"]);
    assert!(ada.trades().await.is_empty());
    for key in ["k".repeat(128), "\"quoted-1\"".into(), "a-._:~+/=9".into()] {
        assert_eq!(ada.trade("buy", &key, "BTC", "0.1").await.status(), 201, "{key}");
    }
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_says_so() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let first = ada.trade("buy", "k-1", "BTC", "0.5").await;
    assert_eq!(ada.trade("buy", "k-2", "ETH", "1").await.status(), 201);
    shop.wait(Duration::from_secs(60));
    // Bare or quoted, and however the same amount is written, it is the same order.
    for (key, asset, quantity) in [
        ("k-1", "BTC", "0.5"),
        ("\"k-1\"", "BTC", "0.5"),
        ("k-1", "btc", "0.50"),
        ("\"k-1\"", "BtC", "00.5000"),
    ] {
        let again = ada.trade("buy", key, asset, quantity).await;
        assert_eq!(
            (again.status(), again.header("idempotent-replayed")),
            (201, Some("true")),
            "{key} {quantity}"
        );
        assert_eq!(again.text(), first.text(), "{key} {quantity}");
    }
    assert_eq!((ada.trades().await.len(), ada.holds("BTC").await), (2, text("0.5")));
}

#[tokio::test]
async fn another_order_under_the_same_key_is_refused() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let first = ada.trade("buy", "k", "BTC", "0.5").await;
    let order = async |body: serde_json::Value| ada.0.order("buy", "k", &body).await.refusal();
    let reused = (422, "idempotency_key_reused".to_owned());
    assert_eq!(order(json!({"asset_id": "BTC", "quantity": "0.50000001"})).await, reused);
    assert_eq!(order(json!({"asset_id": "ETH", "quantity": "0.5"})).await, reused);
    assert_eq!(order(json!({"asset_id": "BTC", "quantity": "0.5", "max_price": "1000000"})).await, reused);
    assert_eq!(order(json!({"asset_id": "BTC", "quantity": "0.5", "note": ""})).await, reused);
    assert_eq!(ada.trade("sell", "k", "BTC", "0.5").await.refusal(), reused);
    assert_eq!(ada.trades().await.len(), 1);
    assert_eq!(ada.trade("buy", "k", "BTC", "0.5").await.text(), first.text());
}

/// What the books refused stays refused under its key: trying again takes a new one.
#[tokio::test]
async fn a_refusal_of_the_books_is_an_answer_too() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let first = ada.trade("sell", "k", "BTC", "0.5").await;
    assert_eq!(
        (first.refusal(), first.header("idempotent-replayed")),
        ((422, "insufficient_holdings".into()), None)
    );
    assert_eq!(ada.trade("buy", "b", "BTC", "0.5").await.status(), 201);
    let again = ada.trade("sell", "k", "BTC", "0.5").await;
    assert_eq!(
        (again.refusal(), again.header("idempotent-replayed")),
        ((422, "insufficient_holdings".into()), Some("true"))
    );
    assert_eq!(again.header("content-type"), Some("application/problem+json"));
    assert_eq!(ada.trade("sell", "k-new", "BTC", "0.5").await.status(), 201);
}

/// What never reached the books leaves the key free.
#[tokio::test]
async fn wrong_input_spends_no_key() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    assert_eq!(ada.trade("buy", "k", "BTC", "-1").await.status(), 400);
    assert_eq!(ada.trade("buy", "k", "ZZZZ", "1").await.status(), 404);
    assert_eq!(ada.trade("buy", "k", "B-C", "1").await.status(), 400);
    let good = ada.trade("buy", "k", "BTC", "1").await;
    assert_eq!((good.status(), good.header("idempotent-replayed")), (201, None));
}

#[tokio::test]
async fn keys_of_two_accounts_are_two_keys() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) =
        (Trader::new(&shop, "ada@example.org").await, Trader::new(&shop, "eve@example.org").await);
    let of_ada = ada.trade("buy", "same", "BTC", "0.5").await;
    let of_eve = eve.trade("buy", "same", "ETH", "1").await;
    assert_eq!((of_ada.status(), of_eve.status()), (201, 201));
    assert_eq!(of_eve.header("idempotent-replayed"), None);
    assert_eq!((ada.holds("ETH").await, eve.holds("BTC").await), (text("0"), text("0")));
}

#[tokio::test]
async fn fifty_at_once_with_one_key_are_one_order() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let replies = join_all((0..50).map(|_| ada.trade("buy", "once", "BTC", "0.1"))).await;
    let first = replies.iter().filter(|reply| reply.header("idempotent-replayed").is_none()).count();
    assert_eq!(first, 1);
    for reply in &replies {
        assert_eq!((reply.status(), reply.text()), (201, replies[0].text()));
    }
    assert_eq!((ada.trades().await.len(), ada.holds("BTC").await), (1, text("0.1")));
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let first = ada.trade("buy", "k", "BTC", "0.1").await;
    shop.wait(DAY);
    let ada = Trader::again(&shop, "ada@example.org").await;
    assert_eq!(ada.trade("buy", "k", "BTC", "0.1").await.text(), first.text());
    shop.wait(Duration::from_micros(1));
    let anew = ada.trade("buy", "k", "BTC", "0.1").await;
    assert_eq!((anew.status(), anew.header("idempotent-replayed")), (201, None));
    assert_ne!(anew.json()["transaction_id"], first.json()["transaction_id"]);
    assert_eq!(ada.trades().await.len(), 2);
}

/// Sweeping forgets what no longer counts, and nothing else.
#[tokio::test]
async fn a_sweep_forgets_no_key_that_counts() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    ada.trade("buy", "old", "BTC", "0.1").await;
    shop.wait(DAY / 2);
    let ada = Trader::again(&shop, "ada@example.org").await;
    let young = ada.trade("buy", "young", "BTC", "0.1").await;
    shop.wait(DAY / 2 + Duration::from_secs(1));
    shop.app.sweep().await;
    let ada = Trader::again(&shop, "ada@example.org").await;
    assert_eq!(ada.trade("buy", "young", "BTC", "0.1").await.text(), young.text());
    assert_eq!(ada.trade("buy", "old", "BTC", "0.1").await.header("idempotent-replayed"), None);
}

#[tokio::test]
async fn a_key_outlives_a_restart() {
    let shop = Shop::endless(&[]).await;
    let first = Trader::new(&shop, "ada@example.org").await.trade("buy", "k", "BTC", "0.1").await.text();
    let shop = shop.restart().await;
    let ada = Trader::again(&shop, "ada@example.org").await;
    let again = ada.trade("buy", "k", "BTC", "0.1").await;
    assert_eq!((again.header("idempotent-replayed"), again.text()), (Some("true"), first));
    assert_eq!(ada.trades().await.len(), 1);
    books_are_in_order(&shop).await;
}
