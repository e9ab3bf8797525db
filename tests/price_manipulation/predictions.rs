//! What is answered, and what cannot change it.

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_market::forecast::{Fhs, Model};
use aspis_store::prices::{Interval, SeriesRole, Span};
use serde_json::{Value, json};

use crate::shop::Shop;

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1_000_000 };

async fn predict(shop: &Shop, asset: &str, question: &Value) -> Value {
    let reply = shop.caller().post(&format!("/api/v1/predict/{asset}"), question).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()
}

/// The daily closes of an asset as the books have them, oldest first.
async fn closes(shop: &Shop, asset: &str) -> Vec<f64> {
    let all = shop.app.store.prices.series().await.unwrap();
    let daily = |series: &aspis_store::prices::Series| {
        series.asset == asset && series.interval == Interval::Day && series.role == SeriesRole::History
    };
    let series = all.into_iter().find(daily).unwrap();
    let bars = shop.app.store.prices.bars(&series, ALL).await.unwrap();
    bars.iter().rev().map(|bar| bar.close.to_f64()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse::<Fixed>().unwrap().to_f64()
}

fn assert_near(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() <= 2e-8 + theirs.abs() * 1e-12, "{what}: {ours}, by the model {theirs}");
}

#[tokio::test]
async fn the_answer_is_the_models() {
    let shop = Shop::endless(&[]).await;
    for asset in ["BTC", "ETH", "LTC", "AAPL", "GOOG", "IBM", "MSFT"] {
        let closes = closes(&shop, asset).await;
        let last = *closes.last().unwrap();
        for days in [1, 7, 8, 30] {
            let answer = predict(&shop, asset, &json!({"horizon_days": days})).await;
            let model = Fhs.forecast(&closes, days).unwrap();
            let what = format!("{asset} over {days}");
            assert_eq!(answer["model"], "fhs");
            assert_near(number(&answer["current_price"]), last, &what);
            assert_near(number(&answer["predicted_price"]), model.point, &what);
            for (band, expected) in [("interval_80", model.interval_80), ("interval_95", model.interval_95)] {
                assert_near(number(&answer[band][0]), expected[0], &what);
                assert_near(number(&answer[band][1]), expected[1], &what);
            }
            assert_eq!(answer["confidence"].as_f64(), Some(model.confidence), "{what}");
            assert_eq!(answer["probability_up"].as_f64(), Some(model.probability_up), "{what}");
            assert_eq!(answer["change_pct"].as_f64(), Some((model.point / last - 1.0) * 100.0), "{what}");
        }
    }
}

#[tokio::test]
async fn a_price_of_ones_own_moves_the_whole_answer_and_no_chance() {
    let shop = Shop::endless(&[]).await;
    let plain = predict(&shop, "BTC", &json!({"horizon_days": 7})).await;
    let own = predict(&shop, "BTC", &json!({"horizon_days": 7, "price": "9000"})).await;
    let factor = 9000.0 / number(&plain["current_price"]);
    assert_eq!(own["predicted_price"], "9000");
    for band in ["interval_80", "interval_95"] {
        for end in [0, 1] {
            assert_near(number(&own[band][end]), number(&plain[band][end]) * factor, band);
        }
    }
    for same in ["confidence", "probability_up", "change_pct", "as_of", "stale", "warning"] {
        assert_eq!(own[same], plain[same], "{same}");
    }
}

#[tokio::test]
async fn what_others_send_changes_nobodys_answer() {
    let shop = Shop::endless(&[]).await;
    let mut before = Vec::new();
    for days in [1, 7, 30] {
        before.push(predict(&shop, "BTC", &json!({"horizon_days": days})).await);
    }
    let price = shop.caller().get("/api/v1/price/BTC").await.json();
    for host in 0..60 {
        let mallory = shop.at(&format!("192.0.2.{host}"));
        let question = json!({"horizon_days": 1 + host % 30, "price": format!("{}", 7840 + host * 29), "source": "internal_db"});
        assert_eq!(mallory.post("/api/v1/predict/BTC", &question).await.status(), 200);
        mallory.post("/api/v1/predict/BTC", &json!({"price": "1"})).await;
    }
    for (days, known) in [1, 7, 30].into_iter().zip(before) {
        assert_eq!(predict(&shop, "BTC", &json!({"horizon_days": days})).await, known);
    }
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.json(), price);
    let shop = shop.restart().await;
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.json(), price, "nothing of it was kept");
}

#[tokio::test]
async fn low_confidence_warns() {
    let shop = Shop::endless(&[]).await;
    shop.clock.set_wall(Timestamp::parse("2020-01-18T00:00:00Z").unwrap());
    for days in [1, 3, 7, 30] {
        let answer = predict(&shop, "BTC", &json!({"horizon_days": days})).await;
        let low = answer["confidence"].as_f64().unwrap() < 0.7;
        let warned = answer["warning"].as_str().is_some_and(|text| text.contains("within 5 %"));
        assert_eq!(warned, low, "{answer}");
        assert!(!answer["stale"].as_bool().unwrap());
    }
    let strict = Shop::endless(&["predict.warn_below=1"]).await;
    assert!(predict(&strict, "EURUSD", &json!({})).await["warning"].as_str().is_some());
    let never = Shop::endless(&["predict.warn_below=0"]).await;
    never.clock.set_wall(Timestamp::parse("2020-01-18T00:00:00Z").unwrap());
    assert_eq!(predict(&never, "BTC", &json!({"horizon_days": 30})).await["warning"], Value::Null);
}

#[tokio::test]
async fn an_old_price_is_marked_and_still_served() {
    let shop = Shop::endless(&[]).await;
    // The last daily bar of BTC ends with 2020-01-17; five days later it is stale.
    for (moment, stale) in [
        ("2020-01-23T00:00:00Z", false),
        ("2020-01-23T00:00:00.000001Z", true),
        ("2030-01-01T00:00:00Z", true),
    ] {
        shop.clock.set_wall(Timestamp::parse(moment).unwrap());
        let price = shop.caller().get("/api/v1/price/BTC").await.json();
        assert_eq!(
            (&price["stale"], &price["as_of"]),
            (&json!(stale), &json!("2020-01-18T00:00:00Z")),
            "{moment}"
        );
        let answer = predict(&shop, "BTC", &json!({})).await;
        assert_eq!(answer["stale"], stale);
        assert_eq!(answer["warning"].as_str().is_some_and(|text| text.contains("old")), stale);
    }
}
