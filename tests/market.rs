//! Assets, prices and their history, held against the shipped files themselves.

use std::collections::BTreeMap;

use aspis_core::clock::Timestamp;
use aspis_market::shipped;
use aspis_store::prices::{Bar, Interval, SeriesRole};
use serde_json::Value;

use crate::shop::Shop;

mod exports;
mod history;
mod memory;
mod prices;

/// One bar as the wire writes it: its start and its close, and where it comes from.
type Row = (String, String, String);

fn row(bar: &Bar, source: &str) -> Row {
    (bar.start.to_string(), bar.close.to_string(), source.to_owned())
}

fn rows(page: &Value) -> Vec<Row> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    page["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "timestamp"), text(one, "close"), text(one, "source")))
        .collect()
}

/// The history series of the shipped files, newest first.
fn shipped_series() -> Vec<(String, Interval, Vec<Row>)> {
    let history = shipped::history().unwrap();
    let own = history.iter().filter(|(series, _)| series.role == SeriesRole::History);
    own.map(|(series, bars)| {
        (
            series.asset.clone(),
            series.interval,
            bars.iter().rev().map(|bar| row(bar, &series.source)).collect(),
        )
    })
    .collect()
}

/// Every daily series, newest first; where there are only hours, the last close of each day (UTC).
fn daily_series() -> BTreeMap<String, Vec<Row>> {
    let (mut days, mut hours) = (BTreeMap::new(), BTreeMap::new());
    for (asset, interval, rows) in shipped_series() {
        let kind = if interval == Interval::Day { &mut days } else { &mut hours };
        kind.insert(asset, rows);
    }
    for (asset, rows) in hours {
        days.entry(asset).or_insert_with(|| last_of_each_day(&rows));
    }
    days
}

fn last_of_each_day(hours: &[Row]) -> Vec<Row> {
    let day = |row: &Row| row.0[..10].to_owned();
    hours
        .chunk_by(|a, b| day(a) == day(b))
        .map(|hours| (format!("{}T00:00:00Z", day(&hours[0])), hours[0].1.clone(), hours[0].2.clone()))
        .collect()
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}
