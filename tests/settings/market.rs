//! `[market]`, `[predict]`, `[portfolio]`: what is served, what is believed, what an account begins with.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::Timestamp;
use aspis_store::prices::Interval;

use super::{Reply, Shop, json};

async fn predict(shop: &Shop, question: &serde_json::Value) -> Reply {
    shop.caller().post("/api/v1/predict/BTC", question).await
}

#[tokio::test]
async fn market_trusted_sources() {
    let shop = Shop::with(&["market.trusted_sources=[\"my_desk\"]"]).await;
    assert_eq!(predict(&shop, &json!({"source": "my_desk"})).await.status(), 200);
    let refused = predict(&shop, &json!({"source": "yfinance"})).await;
    assert_eq!((refused.status(), refused.fields()), (400, vec!["source".to_owned()]));
    assert!(refused.text().contains("my_desk"), "{}", refused.text());
}

/// Memory is no promise to a caller: the answer is the same, and only so much of it is kept.
#[tokio::test]
async fn market_memory_rows() {
    for rows in [10, 700] {
        let shop = Shop::with(&[&format!("market.memory_rows={rows}")]).await;
        let listed = shop.app.board.find("BTC").unwrap();
        assert_eq!(listed.of(Interval::Day).unwrap().bars.len(), rows);
        let page = shop.caller().get("/api/v1/history/BTC?limit=1000").await.json();
        assert_eq!(page["rows"].as_array().unwrap().len(), 1000);
    }
}

async fn length(shop: &Shop, query: &str) -> usize {
    shop.caller().get(&format!("/api/v1/history/BTC{query}")).await.json()["rows"].as_array().unwrap().len()
}

#[tokio::test]
async fn market_page_default() {
    assert_eq!(length(&Shop::with(&["market.page_default=7"]).await, "").await, 7);
}

#[tokio::test]
async fn market_page_max() {
    let shop = Shop::with(&["market.page_max=200"]).await;
    assert_eq!(length(&shop, "?limit=200").await, 200);
    let refused = shop.caller().get("/api/v1/history/BTC?limit=201").await;
    assert_eq!((refused.status(), refused.fields()), (400, vec!["limit".to_owned()]));
    assert!(refused.text().contains("200"), "{}", refused.text());
}

#[tokio::test]
async fn market_anonymous_rows() {
    let shop = Shop::with(&["market.anonymous_rows=30"]).await;
    assert_eq!(length(&shop, "?limit=100").await, 30);
    let deeper = shop.caller().get("/api/v1/history/BTC?offset=30").await;
    assert_eq!((deeper.status(), deeper.fields()), (400, vec!["offset".to_owned()]));
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!(ada.get("/api/v1/history/BTC?offset=30").await.status(), 200);
    let nothing = Shop::with(&["market.anonymous_rows=0"]).await;
    assert_eq!(nothing.caller().get("/api/v1/history/BTC").await.status(), 400);
}

#[tokio::test]
async fn predict_model() {
    let shop = Shop::with(&["predict.model=fhs"]).await;
    assert_eq!(predict(&shop, &json!({})).await.json()["model"], "fhs");
    let asked = tokio::task::spawn_blocking(|| {
        let server = crate::server::Server::start(&["predict.model=ets", "predict.backtest_origins=1"]);
        server.post("/api/v1/predict/BTC", "{}").json()
    });
    let other = asked.await.unwrap();
    assert_eq!(other["model"], "ets");
    assert!(other["confidence"].as_f64().is_some_and(|chance| (0.0..=1.0).contains(&chance)), "{other}");
    let sources = aspis::settings::Sources::default().set("predict.model=oracle");
    let problems = aspis::settings::Settings::load(&sources).unwrap_err().to_string();
    assert!(problems.contains("predict.model") && problems.contains("fhs"), "{problems}");
}

#[tokio::test]
async fn predict_warn_below() {
    for (share, warned) in [("1", true), ("0", false)] {
        let shop = Shop::with(&[&format!("predict.warn_below={share}")]).await;
        // The day after the data ends: no old price to be warned of.
        shop.clock.set_wall(Timestamp::parse("2020-01-18T12:00:00Z").unwrap());
        let prediction = predict(&shop, &json!({})).await.json();
        assert_eq!(prediction["warning"].is_string(), warned, "{share}: {prediction}");
    }
}

/// The status of a prediction from a price so many per cent away from the last.
async fn from_price(shop: &Shop, per_cent: i64) -> u16 {
    let last = shop.app.board.find("BTC").unwrap().latest.price;
    let price = aspis_core::money::Fixed::from_units(last.units() / 100 * (100 + per_cent));
    predict(shop, &json!({"price": price.to_string()})).await.status()
}

#[tokio::test]
async fn predict_implausible_over() {
    let shop = Shop::with(&["predict.implausible_over=0.5"]).await;
    assert_eq!(
        (from_price(&shop, 49).await, from_price(&shop, -49).await, from_price(&shop, 51).await),
        (200, 200, 400)
    );
    let shop = Shop::with(&["predict.implausible_over=0.01"]).await;
    assert_eq!((from_price(&shop, 0).await, from_price(&shop, 2).await), (200, 400));
}

#[tokio::test]
async fn predict_max_price() {
    let shop = Shop::with(&["predict.max_price=8000"]).await;
    let refused = predict(&shop, &json!({"price": "8001"})).await;
    assert_eq!((refused.code().as_str(), refused.fields()), ("implausible_price", vec!["price".to_owned()]));
    assert!(refused.text().contains("at most 8000"), "{}", refused.text());
    assert_eq!(predict(&shop, &json!({"price": "8000"})).await.status(), 200);
}

#[tokio::test]
async fn portfolio_starting_cash() {
    let shop = Shop::with(&["portfolio.starting_cash=12.34567891"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!(ada.get("/api/v1/portfolio").await.json()["cash"], "12.34567891");
}

#[tokio::test]
async fn portfolio_idempotency() {
    let shop = Shop::with(&["portfolio.idempotency=1m"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let order = json!({"asset_id": "BTC", "quantity": "0.1"});
    let replayed = async || ada.order("buy", "k", &order).await.header("idempotent-replayed").is_some();
    assert!(!replayed().await);
    shop.wait(Duration::from_secs(60));
    assert!(replayed().await);
    shop.wait(Duration::from_secs(1));
    assert!(!replayed().await, "a minute later it is a new order");
}

#[tokio::test]
async fn portfolio_idempotency_wait() {
    for (wait, status) in [("0s", 409), ("30s", 201)] {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let setting = format!("portfolio.idempotency_wait={wait}");
        let shop =
            Shop::with_store(&[&setting], |store| crate::portfolio::stand_in::Held::over(store, &gate)).await;
        let ada = shop.caller().token(&shop.member("ada@example.org").await);
        let order = json!({"asset_id": "BTC", "quantity": "0.1"});
        let (first, second, ()) =
            tokio::join!(ada.order("buy", "k", &order), ada.order("buy", "k", &order), async {
                gate.add_permits(2);
            });
        assert_eq!((first.status(), second.status()), (201, status), "{wait}");
    }
}

/// An order of a dollar or more, ten minutes after the sign-in.
async fn order_over(setting: &str) -> (u16, String) {
    let shop = Shop::with(&[setting]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    shop.wait(Duration::from_secs(600));
    let reply = ada.order("buy", "k", &json!({"asset_id": "BTC", "quantity": "0.01"})).await;
    (reply.status(), reply.code())
}

#[tokio::test]
async fn portfolio_step_up_over() {
    assert_eq!(order_over("portfolio.step_up_over=1").await, (401, "step_up_required".to_owned()));
    assert_eq!(order_over("portfolio.step_up_over=1000000").await.0, 201);
}
