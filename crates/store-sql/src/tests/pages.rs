//! How fast pages of a long history come: run by hand, in release, on a machine that does nothing else.

use std::time::Duration;

use aspis_core::clock::{Clock, SystemClock, Timestamp};
use aspis_store::{
    Prices,
    prices::{Asset, Interval, Series, SeriesRole, Span},
};

use super::{Home, at, postgres::Postgres};
use crate::Sql;

/// Hours since 2000 of each series.
const HOURS: i64 = 200_000;
const SERIES: i64 = 50;
const PAGES: i64 = 5_000;
const PAGE: u64 = 100;

const FILL_A_FILE: &str = "INSERT INTO bar (series, start, open, high, low, close, volume) \
    WITH RECURSIVE hour (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM hour WHERE n < 199999) \
    SELECT s.id, (n * 3600 + 946684800) * 1000000, 1, 2, 1, 2, '12345.678' FROM series AS s, hour";
const FILL_A_SERVER: &str = "INSERT INTO bar (series, start, open, high, low, close, volume) \
    SELECT s.id, (n * 3600 + 946684800) * 1000000, 1, 2, 1, 2, '12345.678' \
    FROM series AS s, generate_series(CAST(0 AS BIGINT), 199999) AS n; ANALYZE bar";

fn series(n: i64) -> Series {
    Series {
        asset: format!("A{n}"),
        interval: Interval::Hour,
        source: "test".into(),
        role: SeriesRole::History,
    }
}

async fn with_series(sql: &Sql) {
    for n in 0..SERIES {
        let asset = Asset {
            id: format!("A{n}"),
            currency: "USD".to_owned(),
            name: "A".to_owned(),
            description: None,
        };
        assert!(sql.load_once(&format!("{n}"), &[asset], &[(series(n), Vec::new())], &|_| ()).await.unwrap());
    }
}

/// Pages at places that lie far apart, one after the other: the median, and what one in a hundred takes.
async fn pages(sql: &Sql) -> (Duration, Duration) {
    let clock = SystemClock::start();
    let mut took = Vec::new();
    for n in 0..PAGES {
        let before = Timestamp::from_seconds(946_684_800 + (n * 7_919 % HOURS + 200) * 3600);
        let span = Span { from: None, before: Some(before), offset: 0, limit: PAGE };
        let begun = clock.uptime();
        let bars = sql.bars(&series(n * 31 % SERIES), span).await.unwrap();
        took.push(clock.uptime().saturating_sub(begun));
        assert_eq!(bars.len() as u64, PAGE);
    }
    took.sort_unstable();
    (took[took.len() / 2], took[took.len() * 99 / 100])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn pages_of_ten_million_rows() {
    let home = Home::new().await;
    with_series(&home.sql).await;
    home.tamper(FILL_A_FILE).await;
    println!("file: {} rows, median and p99 of a page: {:?}", HOURS * SERIES, pages(&home.sql).await);
    let server = Postgres::start();
    let url = server.database();
    let sql = Sql::connect(&at(url.clone())).await.unwrap();
    with_series(&sql).await;
    server.ask(url.rsplit('/').next().unwrap(), FILL_A_SERVER);
    println!("server: {} rows, median and p99 of a page: {:?}", HOURS * SERIES, pages(&sql).await);
}
