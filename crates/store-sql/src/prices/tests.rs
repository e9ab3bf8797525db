use std::sync::{Arc, Mutex};

use aspis_core::clock::Timestamp;
use aspis_store::{
    Prices,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};

use crate::tests::{Home, fixed};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 10_000 };

fn series(role: SeriesRole) -> Series {
    Series { asset: "BTC".to_owned(), interval: Interval::Hour, source: "test".into(), role }
}

fn bars(count: i64, close: &str) -> Vec<Bar> {
    let bar = |hour| Bar {
        high: Some(fixed("2")),
        ..Bar::closing(Timestamp::from_seconds(hour * 3600), fixed(close))
    };
    (0..count).map(bar).collect()
}

fn bitcoin() -> Asset {
    Asset { id: "BTC".to_owned(), currency: "USD".to_owned(), name: "Bitcoin".to_owned(), description: None }
}

#[tokio::test]
async fn every_bar_arrives_and_progress_is_told() {
    let home = Home::new().await;
    let seen = Mutex::new(Vec::new());
    let batch = [(series(SeriesRole::History), bars(1237, "1")), (series(SeriesRole::Check), bars(3, "9"))];
    assert!(home.sql.load_once("v1", &[bitcoin()], &batch, &|n| seen.lock().unwrap().push(n)).await.unwrap());
    assert_eq!(*seen.lock().unwrap(), [500, 1000, 1237, 1240]);
    for (series, mut bars) in batch {
        bars.reverse();
        assert_eq!(home.sql.bars(&series, ALL).await.unwrap(), bars);
    }
}

#[tokio::test]
async fn a_later_load_writes_over_the_same_bars() {
    let home = Home::new().await;
    let load = async |marker, count, close| {
        let batch = [(series(SeriesRole::History), bars(count, close))];
        home.sql.load_once(marker, &[bitcoin()], &batch, &|_| ()).await.unwrap()
    };
    assert!(load("v1", 120, "1").await && load("v2", 60, "3").await);
    let stored = home.sql.bars(&series(SeriesRole::History), ALL).await.unwrap();
    assert_eq!(stored.len(), 120);
    assert_eq!((stored[119].close, stored[60].close, stored[59].close), (fixed("3"), fixed("3"), fixed("1")));
    assert_eq!(home.sql.series().await.unwrap(), [series(SeriesRole::History)]);
}

#[tokio::test]
async fn a_load_that_dies_in_the_middle_leaves_nothing() {
    let home = Home::new().await;
    let sql = Arc::new(home.sql);
    let loading = sql.clone();
    let mut set = tokio::task::JoinSet::new();
    set.spawn(async move {
        let batch = [(series(SeriesRole::History), bars(2000, "1"))];
        let dies = |written| assert!(written < 1500, "the caller dies");
        loading.load_once("v1", &[bitcoin()], &batch, &dies).await
    });
    assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
    assert!(!sql.is_loaded("v1").await.unwrap());
    assert!(sql.assets().await.unwrap().is_empty() && sql.series().await.unwrap().is_empty());
    let batch = [(series(SeriesRole::History), bars(2000, "1"))];
    assert!(sql.load_once("v1", &[bitcoin()], &batch, &|_| ()).await.unwrap(), "and can be done again");
    assert_eq!(sql.bars(&series(SeriesRole::History), ALL).await.unwrap().len(), 2000);
}
