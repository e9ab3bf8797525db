//! How fast it is: run by hand, in release, on a disk that matters.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::{Clock, SystemClock, Timestamp};
use aspis_store::{
    Ledger, Prices, Sessions,
    prices::{Bar, Interval, Series, SeriesRole},
    sessions::{Presented, Rotation},
};

use super::{Home, fixed, purchase, sign_in};
use crate::Sql;

const TASKS: u128 = 64;
const EACH: u128 = 100;
const SIGN_INS: u128 = 10_000;
const BARS: i64 = 44_000;

fn bar(hour: i64) -> Bar {
    let price = fixed("12345.678");
    Bar {
        open: Some(price),
        high: Some(price),
        low: Some(price),
        volume: "12345.678".parse().ok(),
        ..Bar::closing(Timestamp::from_seconds(hour * 3600), price)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn orders_a_second() {
    let home = Home::new().await;
    let ada = home.account(1, "1000000").await;
    let (sql, clock) = (Arc::new(home.sql), SystemClock::start());
    let mut set = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let sql = sql.clone();
        set.spawn(async move {
            for n in 0..EACH {
                sql.place(purchase(1 + task * EACH + n, ada, "1")).await.unwrap().unwrap().answer.unwrap();
            }
        });
    }
    set.join_all().await;
    let placed = f64::from(u32::try_from(TASKS * EACH).unwrap());
    println!("{:.0} orders a second from {TASKS} tasks", placed / clock.uptime().as_secs_f64());
    let before = clock.uptime();
    assert!(sql.audit().await.unwrap().is_clean());
    println!("audit of {placed} trades: {:?}", clock.uptime().saturating_sub(before));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn uses_and_renewals() {
    let home = Home::new().await;
    let ada = home.account(1, "1").await;
    let (sql, clock) = (home.sql, SystemClock::start());
    for n in 0..SIGN_INS {
        Sessions::open(&sql, sign_in(n, ada)).await.unwrap();
    }
    println!("{SIGN_INS} sign-ins in {:?}", clock.uptime());
    let before = clock.uptime();
    let used: Vec<_> = (0..SIGN_INS).map(|n| (sign_in(n, ada).family.id, Timestamp(5))).collect();
    sql.touch(&used).await.unwrap();
    println!("their uses noted in {:?}", clock.uptime().saturating_sub(before));
    let before = clock.uptime();
    for n in 0..SIGN_INS {
        let ask = Presented {
            token_hash: format!("t{n}"),
            successor_hash: format!("n{n}"),
            client: "c".to_owned(),
            key: None,
            now: Timestamp(6),
            grace: Duration::from_secs(60),
        };
        assert!(matches!(sql.present(ask).await.unwrap(), Rotation::Judged { .. }));
    }
    println!("renewed in {:?}", clock.uptime().saturating_sub(before));
    let before = clock.uptime();
    assert_eq!(sql.revoke_all(ada, None, Timestamp(7)).await.unwrap().len(), used.len());
    println!("ended in {:?}", clock.uptime().saturating_sub(before));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn a_history_of_bars() {
    let home = Home::new().await;
    let series = Series {
        asset: "BTC".to_owned(),
        interval: Interval::Hour,
        source: "a-source".into(),
        role: SeriesRole::History,
    };
    let batch = [(series, (0..BARS).map(bar).collect::<Vec<_>>())];
    let clock = SystemClock::start();
    assert!(home.sql.load_once("v1", &[], &batch, &|_| ()).await.unwrap());
    println!("{BARS} bars loaded in {:?}", clock.uptime());
    home.sql.close().await.unwrap();
    let before = clock.uptime();
    let sql = Sql::open(&home.file()).await.unwrap();
    println!("opened and checked in {:?}", clock.uptime().saturating_sub(before));
    sql.close().await.unwrap();
    println!("{} bytes", std::fs::metadata(home.file()).unwrap().len());
}
