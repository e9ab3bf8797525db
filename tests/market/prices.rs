//! What there is, and what it costs now.

use std::{collections::BTreeMap, time::Duration};

use aspis_core::clock::Timestamp;
use serde_json::{Value, json};

use super::{Shop, moment, shipped, shipped_series};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn every_shipped_asset_is_listed_with_what_is_known_of_it() {
    let shop = Shop::open().await;
    let listed = shop.caller().get("/api/v1/assets").await.json();
    let mut expected: Vec<Value> = shipped::assets()
        .into_iter()
        .map(|asset| {
            let hours = ["BTC", "EURUSD"].contains(&asset.id.as_str());
            let intervals = if hours { json!(["1d", "1h"]) } else { json!(["1d"]) };
            json!({"asset_id": asset.id, "name": asset.name, "currency": "USD", "description": null, "intervals": intervals})
        })
        .collect();
    expected.sort_by_key(|asset| asset["asset_id"].as_str().map(str::to_owned));
    assert_eq!(listed, json!({ "assets": expected }));
}

/// The newest close of any interval, with the end of its bar: held against the files.
#[tokio::test]
async fn a_price_is_the_newest_close() {
    let shop = Shop::endless(&[]).await;
    let mut newest: BTreeMap<String, (Timestamp, String, &str)> = BTreeMap::new();
    for (asset, interval, rows) in shipped_series() {
        let end = moment(&rows[0].0).plus(interval.length());
        if newest.get(&asset).is_none_or(|(known, ..)| end > *known) {
            newest.insert(asset, (end, rows[0].1.clone(), interval.word()));
        }
    }
    assert_eq!(newest.len(), 8);
    let all = shop.caller().get("/api/v1/prices").await.json();
    for (at, (asset, (end, close, interval))) in newest.iter().enumerate() {
        let price = shop.caller().get(&format!("/api/v1/price/{asset}")).await.json();
        let said = (
            price["asset_id"].as_str(),
            price["price"].as_str(),
            price["as_of"].as_str(),
            price["interval"].as_str(),
        );
        assert_eq!(
            said,
            (Some(asset.as_str()), Some(close.as_str()), Some(end.to_string().as_str()), Some(*interval))
        );
        assert_eq!(price["currency"], "USD");
        assert_eq!(all["prices"][at], price, "the list and the single price say the same");
    }
}

#[tokio::test]
async fn a_name_is_read_in_any_case() {
    let shop = Shop::open().await;
    let upper = shop.caller().get("/api/v1/price/BTC").await.text();
    for name in ["btc", "Btc", "bTC"] {
        assert_eq!(shop.caller().get(&format!("/api/v1/price/{name}")).await.text(), upper, "{name}");
    }
    let history = shop.caller().get("/api/v1/history/btc?limit=1").await.json();
    assert_eq!(history["asset_id"], "BTC");
}

#[tokio::test]
async fn a_daily_price_is_stale_after_five_days_and_still_served() {
    let shop = Shop::open().await;
    let as_of = moment("2020-01-18T00:00:00Z");
    for (late, stale) in [
        (Duration::ZERO, false),
        (24 * HOUR, false),
        (120 * HOUR, false),
        (120 * HOUR + Duration::from_micros(1), true),
    ] {
        shop.clock.set_wall(as_of.plus(late));
        let price = shop.caller().get("/api/v1/price/BTC").await;
        assert_eq!((price.status(), &price.json()["stale"]), (200, &json!(stale)), "{late:?}");
    }
    // A clock before the data, as a bad time server would set it.
    shop.clock.set_wall(moment("2019-01-01"));
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.json()["stale"], false);
}

/// A day made of hours does not make the newest hour any later than it was.
#[tokio::test]
async fn an_hourly_price_is_stale_after_three_hours() {
    let shop = Shop::open().await;
    let end = "2017-12-29T22:00:00Z";
    for (late, stale) in
        [(Duration::ZERO, false), (3 * HOUR, false), (3 * HOUR + Duration::from_micros(1), true)]
    {
        shop.clock.set_wall(moment(end).plus(late));
        let price = shop.caller().get("/api/v1/price/EURUSD").await.json();
        assert_eq!(
            (&price["as_of"], &price["interval"], &price["stale"]),
            (&json!(end), &json!("1h"), &json!(stale)),
            "{late:?}"
        );
    }
}

#[tokio::test]
async fn an_asset_that_is_not_known_is_not_there() {
    let shop = Shop::open().await;
    let unknown = shop.caller().get("/api/v1/price/ZZZZ").await;
    assert_eq!(unknown.refusal(), (404, "unknown_asset".into()));
    let malformed = shop.caller().get("/api/v1/price/BTC-USD").await;
    assert_eq!(
        (malformed.refusal(), malformed.fields()),
        ((400, "invalid_asset".into()), vec!["asset_id".to_owned()])
    );
}
