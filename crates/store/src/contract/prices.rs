//! Assets and bars.

use std::sync::Mutex;

use super::{at, fixed};
use crate::{
    Durable,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1000 };

fn bar(day: i64) -> Bar {
    Bar {
        volume: "900719925474099312345.00000001".parse().ok(),
        flags: 0x8000_0001,
        source: (day % 2 == 0).then(|| "another".into()),
        ..Bar::closing(at(day * 86_400), fixed(&format!("{}.5", day + 1)))
    }
}

fn bitcoin() -> Asset {
    Asset { id: "BTC".to_owned(), currency: "USD".to_owned(), name: "Bitcoin".to_owned(), description: None }
}

fn series(asset: &str) -> Series {
    Series {
        asset: asset.to_owned(),
        interval: Interval::Day,
        source: "test".into(),
        role: SeriesRole::History,
    }
}

async fn starts(home: &Durable, span: Span) -> Vec<i64> {
    let bars = home.prices.bars(&series("BTC"), span).await.expect("read");
    bars.iter().map(|bar| bar.start.seconds() / 86_400).collect()
}

pub(super) async fn bars_load_once_and_page(home: Durable) {
    let asset = bitcoin();
    let batch = [(series("BTC"), (0..10).map(bar).collect::<Vec<_>>())];
    let seen = Mutex::new(0);
    let progress = |written| *seen.lock().expect("lock") = written;
    assert!(!home.prices.is_loaded("v1").await.expect("read"));
    assert!(
        home.prices.load_once("v1", std::slice::from_ref(&asset), &batch, &progress).await.expect("stored")
    );
    assert_eq!(*seen.lock().expect("lock"), 10);
    assert!(
        !home.prices.load_once("v1", std::slice::from_ref(&asset), &batch, &progress).await.expect("stored")
    );
    assert!(home.prices.is_loaded("v1").await.expect("read"));
    assert_eq!(home.prices.assets().await.expect("read"), vec![asset]);
    assert_eq!(home.prices.series().await.expect("read"), vec![series("BTC")]);
    assert_eq!(home.prices.bars(&series("BTC"), ALL).await.expect("read")[0], bar(9));
    assert_eq!(starts(&home, Span { offset: 1, limit: 3, ..ALL }).await, vec![8, 7, 6]);
    assert_eq!(
        starts(&home, Span { from: Some(at(2 * 86_400)), before: Some(at(4 * 86_400)), ..ALL }).await,
        vec![3, 2]
    );
    assert!(home.prices.bars(&series("ETH"), ALL).await.expect("read").is_empty());
}

pub(super) async fn an_asset_is_described_apart(home: Durable) {
    let said = |text: &str| Asset { description: Some(text.to_owned()), ..bitcoin() };
    let read = async || home.prices.assets().await.expect("read");
    assert!(!home.prices.describe("BTC", Some("nobody's")).await.expect("stored"));
    assert!(read().await.is_empty());
    // Who adds an asset does not describe it.
    assert_eq!(home.imports.add_asset(&said("by the way")).await.expect("stored"), bitcoin());
    let text = "<b>O'Brien's</b> coin; DROP TABLE asset";
    assert!(home.prices.describe("BTC", Some("gold")).await.expect("stored"));
    assert!(home.prices.describe("BTC", Some(text)).await.expect("stored"));
    assert!(!home.prices.describe("btc", Some("another")).await.expect("stored"));
    assert_eq!(read().await, [said(text)]);
    // Nor does who writes it anew.
    assert_eq!(home.imports.add_asset(&bitcoin()).await.expect("stored"), said(text));
    let again = [Asset { name: "Coin".to_owned(), ..said("by the way") }];
    assert!(home.prices.load_once("v1", &again, &[], &|_| ()).await.expect("stored"));
    assert_eq!(read().await, [Asset { name: "Coin".to_owned(), ..said(text) }]);
    assert!(home.prices.describe("BTC", None).await.expect("stored"));
    assert_eq!(read().await, [Asset { name: "Coin".to_owned(), ..bitcoin() }]);
}
