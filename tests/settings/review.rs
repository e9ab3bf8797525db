//! `[review]`, and the keys of holds and of the running backtest.

use std::time::Duration;

use serde_json::json;

use crate::shop::{Shop, feed::Market};

const HOUR: Duration = Duration::from_secs(3600);

async fn ask(shop: &Shop) -> u16 {
    shop.caller().post("/api/v1/predict/BTC", &json!({})).await.status()
}

#[tokio::test]
async fn predict_hold_over() {
    for (over, status) in [("0.05", 202), ("0.1", 200)] {
        let shop = Shop::bold(1.08, &[&format!("predict.hold_over={over}")]).await;
        assert_eq!(ask(&shop).await, status, "{over}");
    }
}

#[tokio::test]
async fn predict_backtest() {
    for (every, again) in [("1h", true), ("2h", false)] {
        let shop = Shop::endless(&["predict.backtest_origins=1", &format!("predict.backtest={every}")]).await;
        let computed = async || {
            shop.app.quality.keep().await;
            shop.caller().get("/api/v1/predict/BTC/quality").await.json()["computed_at"].clone()
        };
        let first = computed().await;
        shop.wait(HOUR);
        assert_eq!(computed().await != first, again, "{every}");
    }
}

#[tokio::test]
async fn predict_backtest_origins() {
    for origins in [1, 3] {
        let shop = Shop::endless(&[&format!("predict.backtest_origins={origins}")]).await;
        shop.app.quality.keep().await;
        let shown = shop.caller().get("/api/v1/predict/BTC/quality").await.json();
        assert_eq!(shown["horizons"][0]["origins"], origins);
    }
}

#[tokio::test]
async fn review_deadline() {
    let shop = Shop::bold(2.0, &["review.deadline=2h"]).await;
    assert_eq!(ask(&shop).await, 202);
    let reviews = shop.store().reviews.list(Some(true), None, 10).await.unwrap();
    assert_eq!(reviews[0].due.since(reviews[0].opened), 2 * HOUR);
    let market = Market::open(&["review.deadline=2h"]).await;
    for (hour, times) in [(0, 1.0), (1, 1.3)] {
        market.sends_one("binance_official", hour, market.price(hour, times)).await;
    }
    let reviews = market.shop.store().reviews.list(Some(true), None, 10).await.unwrap();
    assert_eq!(reviews[0].due.since(reviews[0].opened), 2 * HOUR);
}

#[tokio::test]
async fn review_remind() {
    for (every, reminders) in [("1h", 3), ("3h", 1)] {
        let shop = Shop::bold(2.0, &["review.deadline=1h", &format!("review.remind={every}")]).await;
        assert_eq!(ask(&shop).await, 202);
        shop.wait(Duration::from_secs(1));
        for _ in 0..3 {
            shop.wait(HOUR);
            shop.keep().await;
        }
        let told = shop.events().into_iter().filter(|word| *word == "review_overdue").count();
        assert_eq!(told, reminders, "{every}");
    }
}
