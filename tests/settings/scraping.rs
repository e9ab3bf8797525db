//! `[scraping]`: which signs make a stranger look like one who copies everything.

use std::time::Duration;

use super::{Home, Reply, Shop};

const SCORE: &str = "scraping.score=1";

async fn price(shop: &Shop, name: &str) -> Reply {
    shop.caller().get(&format!("/api/v1/price/{name}")).await
}

/// Asks for one price after the other; how many were answered before a challenge was asked for.
async fn answered(shop: &Shop, names: &[&str], gap: u64) -> usize {
    for (at, name) in names.iter().enumerate() {
        if price(shop, name).await.status() == 401 {
            return at;
        }
        shop.wait(Duration::from_secs(gap));
    }
    names.len()
}

const SERVED: [&str; 8] = ["AAPL", "BTC", "ETH", "EURUSD", "GOOG", "IBM", "LTC", "MSFT"];
const HONEY: [&str; 3] = ["XRQD", "MTXQ", "OLVT"];

#[tokio::test]
async fn scraping_assets() {
    for count in [3, 5] {
        let shop = Shop::with(&[SCORE, &format!("scraping.assets={count}")]).await;
        assert_eq!(answered(&shop, &SERVED, 0).await, count - 1);
    }
}

#[tokio::test]
async fn scraping_pages() {
    for count in [2, 4] {
        let shop = Shop::with(&[SCORE, &format!("scraping.pages={count}")]).await;
        for page in 0..=count {
            let reply = shop.caller().get(&format!("/api/v1/history/BTC?offset={}", page * 10)).await;
            assert_eq!(reply.status(), if page == count { 401 } else { 200 }, "{count}: {page}");
        }
    }
}

#[tokio::test]
async fn scraping_clockwork() {
    for count in [4, 6] {
        let shop = Shop::with(&[SCORE, &format!("scraping.clockwork={count}")]).await;
        assert_eq!(answered(&shop, &SERVED, 5).await, count - 1);
    }
}

#[tokio::test]
async fn scraping_unknown() {
    for count in [1, 3] {
        let shop = Shop::with(&[SCORE, &format!("scraping.unknown={count}")]).await;
        assert_eq!(answered(&shop, &["AA", "BB", "CC", "DD"], 0).await, count - 1);
    }
}

#[tokio::test]
async fn scraping_score() {
    for score in 1..=3 {
        let shop = Shop::with(&[&format!("scraping.score={score}")]).await;
        assert_eq!(answered(&shop, &HONEY, 0).await, score - 1);
    }
}

#[tokio::test]
async fn scraping_honey_assets() {
    let shop = Shop::with(&[SCORE, "scraping.honey_assets=[\"ZZQ1\"]"]).await;
    assert_eq!(price(&shop, "XRQD").await.status(), 404);
    assert_eq!(price(&shop, "ZZQ1").await.status(), 401);
}

/// Whoever asks for a served one has it from our own list.
#[test]
fn a_served_asset_among_them_stops_the_start() {
    let home = Home::furnished();
    let (_, said) = home.fails(&["scraping.honey_assets=[\"ZZQ1\", \"BTC\"]"]);
    assert!(said.contains("scraping.honey_assets") && said.contains("\"BTC\" is served"), "{said}");
}

#[tokio::test]
async fn scraping_window() {
    for (window, answered_all) in [("1m", true), ("2m", false)] {
        let shop = Shop::with(&[&format!("scraping.window={window}")]).await;
        assert_eq!(answered(&shop, &HONEY[..2], 61).await == 2, answered_all, "{window}");
    }
}

/// Strangers of one network who show one sign each, after so many suspects elsewhere: how many are asked.
async fn asked_together(table: &str) -> usize {
    let shop = Shop::with(&[table]).await;
    let ask = async |address: &str, name: &str| {
        shop.at(address).get(&format!("/api/v1/price/{name}")).await.status() == 401
    };
    for n in 0..1500 {
        for name in &HONEY[..2] {
            ask(&format!("10.1.{}.{}", n / 250, n % 250), name).await;
        }
    }
    let mut asked = 0;
    for n in 0..60 {
        asked += usize::from(ask(&format!("192.0.2.{n}"), HONEY[n % 2]).await);
    }
    asked
}

/// When every place is taken by a suspect, newcomers are counted by network.
#[tokio::test]
async fn scraping_table() {
    assert_eq!(asked_together("scraping.table=65536").await, 0);
    let asked = asked_together("scraping.table=1024").await;
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn safeguards_scraping() {
    for (stance, status, event) in
        [("enforce", 401, Some(true)), ("observe", 404, Some(false)), ("off", 404, None)]
    {
        let shop = Shop::with(&[SCORE, &format!("safeguards.scraping={stance}")]).await;
        assert_eq!(price(&shop, "XRQD").await.status(), status, "{stance}");
        let events = shop.event_log();
        for word in ["honey_asset_asked", "enumeration_seen"] {
            let seen = events.iter().find(|event| event.kind.word() == word);
            assert_eq!(seen.map(|event| event.enforced), event, "{stance}: {word}");
        }
    }
    let route = "safeguards.routes.\"GET /api/v1/price/{asset}\".scraping=off";
    let shop = Shop::with(&[SCORE, route]).await;
    assert_eq!(price(&shop, "XRQD").await.status(), 404);
    assert_eq!(shop.caller().get("/api/v1/history/XRQD").await.status(), 401);
}
