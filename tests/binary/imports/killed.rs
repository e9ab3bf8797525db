//! Killed in the middle, again and again: nothing is lost, nothing is there twice.

use std::{process::Stdio, sync::Arc};

use aspis_core::clock::Timestamp;
use aspis_store::{
    Durable,
    prices::{Bar, Interval, Series, SeriesRole, Span},
};
use aspis_store_sql::Sql;

use super::*;

/// Hours of the file: 23 years.
const ROWS: i64 = 200_000;
/// How often it is killed.
const KILLS: i64 = 10;
/// Rows between two kills, at least.
const STEP: i64 = ROWS / (KILLS + 2);

/// The beginning of an hour.
fn hour(n: i64) -> Timestamp {
    Timestamp::from_seconds(946_684_800 + n * 3600)
}

/// Its price, never the same twice in a row.
fn close(n: i64) -> String {
    format!("{}.{:02}", 1000 + n % 97, n % 89)
}

fn series() -> Series {
    let (asset, source) = ("NEW".to_owned(), "my_broker".into());
    Series { asset, interval: Interval::Hour, source, role: SeriesRole::History }
}

async fn bars(store: &Durable, limit: u64) -> Vec<Bar> {
    let span = Span { from: None, before: None, offset: 0, limit };
    store.prices.bars(&series(), span).await.unwrap()
}

/// How many rows are in, by the newest.
async fn there(store: &Durable) -> i64 {
    bars(store, 1).await.first().map_or(0, |bar| (bar.start.seconds() - hour(0).seconds()) / 3600 + 1)
}

/// Starts an import and kills it once it has come so far.
async fn killed(home: &Home, store: &Durable, rows: i64) {
    let (data, file) = (home.data().display().to_string(), home.beside("new.csv").display().to_string());
    let args = [
        "--data",
        &data,
        "assets",
        "import",
        &file,
        "--asset",
        "NEW",
        "--source",
        "my_broker",
        "--interval",
        "1h",
    ];
    let mut child = aspis(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while there(store).await < rows {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "killed");
}

#[test]
fn an_import_that_is_killed_ten_times_ends_with_the_rows_of_its_file() {
    let home = Home::furnished();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(story(home));
}

async fn story(home: Home) {
    let rows = (0..ROWS).map(|n| format!("{},{}\n", hour(n), close(n)));
    fs::write(home.beside("new.csv"), format!("timestamp,close\n{}", rows.collect::<String>())).unwrap();
    let store = Durable::of(Arc::new(Sql::open(&home.data().join("aspis.db")).await.unwrap()));
    for kill in 1..=KILLS {
        killed(&home, &store, kill * STEP).await;
    }
    let before = there(&store).await;
    let last = report(&import(&home, "new.csv", &["--interval", "1h", "--json"]));
    assert!(before < ROWS && last["resumed_at"].as_i64() == Some(before + 1), "{before}: {last}");
    assert_eq!(
        (&last["rows"], &last["added"], &last["changed"]),
        (&ROWS.into(), &ROWS.into(), &0.into()),
        "{last}"
    );
    let all = bars(&store, u64::MAX >> 1).await;
    assert_eq!(i64::try_from(all.len()).unwrap(), ROWS);
    for (n, bar) in (0..ROWS).zip(all.iter().rev()) {
        assert_eq!((bar.start, bar.close), (hour(n), close(n).parse().unwrap()));
    }
    let again = report(&import(&home, "new.csv", &["--interval", "1h", "--json"]));
    assert_eq!((&again["unchanged"], &again["resumed_at"]), (&ROWS.into(), &Value::Null), "{again}");
}
