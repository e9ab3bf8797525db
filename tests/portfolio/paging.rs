//! The trades of an account, page by page, and of nobody else.

use std::{collections::HashSet, time::Duration};

use aspis_core::clock::Timestamp;
use serde_json::Value;

use super::{Shop, Trader};

const TRADES: &str = "/api/v1/portfolio/transactions";

fn ids(page: &Value) -> Vec<String> {
    page["transactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|trade| trade["transaction_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_walk_by_cursor_sees_every_trade_once() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let mut made = Vec::new();
    for at in 0..25 {
        let reply = ada.trade("buy", &format!("k{at}"), "ETH", "0.01").await.json();
        made.push(reply["transaction_id"].as_str().unwrap().to_owned());
        // Some trades of one moment, some of later ones.
        shop.wait(Duration::from_millis(at % 3));
    }
    let (mut seen, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = ada.0.get(&format!("{TRADES}?limit=10{cursor}")).await.json();
        sizes.push(ids(&page).len());
        seen.extend(ids(&page));
        // A trade that comes in the middle of the walk shifts nothing.
        ada.trade("buy", &format!("late{}", sizes.len()), "ETH", "0.01").await;
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(seen.iter().collect::<HashSet<_>>(), made.iter().collect());
    let moments: Vec<_> = ada
        .trades()
        .await
        .iter()
        .map(|trade| Timestamp::parse(trade["at"].as_str().unwrap()).unwrap())
        .collect();
    assert!(moments.is_sorted_by(|newer, older| newer >= older), "{moments:?}");
}

#[tokio::test]
async fn a_page_is_as_long_as_it_is_asked_for() {
    let shop = Shop::endless(&["market.page_default=3", "market.page_max=7"]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    for at in 0..7 {
        ada.trade("buy", &format!("k{at}"), "ETH", "0.01").await;
    }
    for (query, length, more) in
        [("", 3, true), ("?limit=1", 1, true), ("?limit=6", 6, true), ("?limit=7", 7, false)]
    {
        let page = ada.0.get(&format!("{TRADES}{query}")).await.json();
        assert_eq!((ids(&page).len(), page["next_cursor"].is_string()), (length, more), "{query}");
    }
    assert_eq!(ada.0.get(&format!("{TRADES}?limit=8")).await.fields(), ["limit"]);
}

#[tokio::test]
async fn nobody_sees_what_is_not_theirs() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) =
        (Trader::new(&shop, "ada@example.org").await, Trader::new(&shop, "eve@example.org").await);
    for at in 0..3 {
        ada.trade("buy", &format!("k{at}"), "BTC", "0.1").await;
    }
    assert!(eve.trades().await.is_empty());
    assert_eq!(eve.portfolio().await["cash"], "100000");
    // Not by a cursor of somebody else either.
    let page = ada.0.get(&format!("{TRADES}?limit=1")).await.json();
    let stolen = format!("{TRADES}?cursor={}", page["next_cursor"].as_str().unwrap());
    let refused = eve.0.get(&stolen).await;
    assert_eq!((refused.status(), refused.fields()), (400, vec!["cursor".to_owned()]));
    assert_eq!(ids(&ada.0.get(&stolen).await.json()).len(), 2);
    for path in ["/api/v1/portfolio", TRADES] {
        assert_eq!(shop.caller().get(path).await.refusal(), (401, "credentials_required".into()));
    }
}

/// A cursor of history is none of trades, and the other way round.
#[tokio::test]
async fn a_cursor_is_good_where_it_was_made() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    ada.trade("buy", "a", "BTC", "0.1").await;
    ada.trade("buy", "b", "BTC", "0.1").await;
    let trades = ada.0.get(&format!("{TRADES}?limit=1")).await.json();
    let bars = ada.0.get("/api/v1/history/BTC?limit=1").await.json();
    let (of_trades, of_bars) =
        (trades["next_cursor"].as_str().unwrap(), bars["next_cursor"].as_str().unwrap());
    assert_eq!(ada.0.get(&format!("{TRADES}?cursor={of_bars}")).await.fields(), ["cursor"]);
    assert_eq!(ada.0.get(&format!("/api/v1/history/BTC?cursor={of_trades}")).await.fields(), ["cursor"]);
    assert_eq!(ada.0.get(&format!("/api/v1/history/ETH?cursor={of_bars}")).await.fields(), ["cursor"]);
}
