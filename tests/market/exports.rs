//! The bulk export: every daily row once, in three formats that say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Row, Shop, daily_series};

const HEAD: &str = "asset_id,interval,timestamp,open,high,low,close,volume,source";

type Export = BTreeMap<String, Vec<Row>>;

fn add(export: &mut Export, cells: [&str; 4]) {
    let [asset, start, close, source] = cells.map(str::to_owned);
    export.entry(asset).or_default().push((start, close, source));
}

fn of_csv(text: &str) -> Export {
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next(), Some(HEAD));
    let mut export = Export::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with("# _signature,v1.")) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells.len(), cells[1]), (9, "1d"), "{line}");
        add(&mut export, [cells[0], cells[2], cells[6], cells[8]]);
    }
    export
}

fn of_rows<'a>(rows: impl Iterator<Item = &'a Value>) -> Export {
    let mut export = Export::new();
    for row in rows {
        assert_eq!(row["interval"], "1d");
        add(
            &mut export,
            ["asset_id", "timestamp", "close", "source"].map(|name| row[name].as_str().unwrap()),
        );
    }
    export
}

#[tokio::test]
async fn every_format_holds_every_row_once() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let expected: Export = daily_series();
    let csv = ada.get("/api/v1/bulk/prices?format=csv").await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"prices.csv\""));
    assert_eq!(of_csv(&csv.text()), expected);
    let lines = ada.get("/api/v1/bulk/prices").await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(of_rows(lines[..lines.len() - 1].iter()), expected);
    let json = ada.get("/api/v1/bulk/prices?format=json").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
    assert_eq!(of_rows(json.json()["rows"].as_array().unwrap().iter()), expected);
}

#[tokio::test]
async fn an_export_is_cut_to_what_was_asked_for() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let csv =
        async |query: &str| of_csv(&ada.get(&format!("/api/v1/bulk/prices?format=csv{query}")).await.text());
    assert_eq!(csv("&asset=btc").await, BTreeMap::from([("BTC".to_owned(), daily_series()["BTC"].clone())]));
    let year = csv("&from=2018-01-01&to=2019-01-01").await;
    assert_eq!(year.keys().collect::<Vec<_>>(), ["BTC", "ETH", "LTC"]);
    assert!(year.values().all(|rows| rows.len() == 365 && rows.iter().all(|row| row.0.starts_with("2018-"))));
    assert!(csv("&asset=BTC&from=2030-01-01").await.is_empty());
    let empty = ada.get("/api/v1/bulk/prices?format=json&asset=BTC&from=2030-01-01").await.json();
    assert_eq!(empty["rows"], serde_json::json!([]));
}

#[tokio::test]
async fn an_export_needs_a_signed_in_caller() {
    let shop = Shop::open().await;
    assert_eq!(
        shop.caller().get("/api/v1/bulk/prices").await.refusal(),
        (401, "credentials_required".into())
    );
    let head = shop.caller().call("HEAD", "/api/v1/bulk/prices", "").await;
    assert_eq!(head.status(), 401);
}
