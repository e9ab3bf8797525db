//! The whole history at once: signed in, in three forms that say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::shop::{Caller, Reply, Shop};

const PATH: &str = "/api/v1/bulk/prices";

/// A row of an export in whichever form, its members as text.
type Row = BTreeMap<String, String>;

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

fn row(value: &Value) -> Row {
    value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn is_signature(text: &str) -> bool {
    text.starts_with("v1.") && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn ndjson(reply: &Reply) -> Vec<Row> {
    let text = reply.text();
    assert!(text.ends_with('\n'));
    let mut rows: Vec<Row> = text.lines().map(|line| row(&serde_json::from_str(line).unwrap())).collect();
    let last = rows.pop().unwrap();
    assert!(last.len() == 1 && is_signature(&last["_signature"]), "{last:?}");
    rows
}

fn json(reply: &Reply) -> Vec<Row> {
    let (text, document) = (reply.text(), reply.json());
    let signature = document["_signature"].as_str().unwrap();
    assert!(
        is_signature(signature) && text.ends_with(&format!("],\"_signature\":\"{signature}\"}}")),
        "{text}"
    );
    document["rows"].as_array().unwrap().iter().map(row).collect()
}

/// RFC 4180 without quotes: the values need none, which is asserted.
fn csv(reply: &Reply) -> Vec<Row> {
    let text = reply.text();
    assert!(text.ends_with("\r\n") && !text.contains('"'));
    let mut lines =
        text.split_terminator("\r\n").map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let mut rows: Vec<Vec<String>> = lines.collect();
    let last = rows.pop().unwrap();
    assert!(last.len() == 2 && last[0] == "# _signature" && is_signature(&last[1]), "{last:?}");
    let row = |values: Vec<String>| {
        assert_eq!(values.len(), names.len());
        names.iter().cloned().zip(values).collect()
    };
    rows.into_iter().map(row).collect()
}

async fn export(caller: &Caller<'_>, format: &str, query: &str) -> Vec<Row> {
    let reply = caller.get(&format!("{PATH}?format={format}{query}")).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let (kind, read): (_, fn(&Reply) -> Vec<Row>) = match format {
        "csv" => ("text/csv; charset=utf-8", csv),
        "json" => ("application/json", json),
        _ => ("application/x-ndjson", ndjson),
    };
    assert_eq!(reply.header("content-type"), Some(kind));
    assert_eq!(
        reply.header("content-disposition"),
        Some(&*format!("attachment; filename=\"prices.{format}\""))
    );
    read(&reply)
}

#[tokio::test]
async fn a_stranger_gets_nothing_at_once() {
    let shop = Shop::endless(&[]).await;
    for query in ["", "?format=csv", "?asset=BTC", "?format=nonsense"] {
        let reply = shop.caller().get(&format!("{PATH}{query}")).await;
        assert_eq!(reply.refusal(), (401, "credentials_required".into()), "{query}");
    }
    assert_eq!(shop.caller().call("HEAD", PATH, "").await.status(), 401);
}

#[tokio::test]
async fn the_three_forms_say_the_same_and_all_of_it() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    let [lines, table, document] = [
        export(&caller, "ndjson", "").await,
        export(&caller, "csv", "").await,
        export(&caller, "json", "").await,
    ];
    assert!(lines == table && lines == document);
    let mut counts = BTreeMap::<&str, usize>::new();
    for row in &lines {
        *counts.entry(&row["asset_id"]).or_default() += 1;
    }
    // As many as the shipped files have lines of daily bars; EURUSD is made of hours.
    let known = [
        ("AAPL", 3270),
        ("BTC", 1865),
        ("ETH", 1319),
        ("GOOG", 2148),
        ("IBM", 3270),
        ("LTC", 925),
        ("MSFT", 3270),
    ];
    for (asset, count) in known {
        assert_eq!(counts[asset], count, "{asset}");
    }
    assert!(counts["EURUSD"] > 200 && counts.len() == known.len() + 1, "{counts:?}");
}

#[tokio::test]
async fn no_cell_is_a_formula() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    for row in export(&caller, "csv", "&asset=ETH").await {
        for (name, value) in row {
            assert!(!value.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_range_begins_with_from_and_ends_before_to() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    for format in ["ndjson", "csv", "json"] {
        let rows = export(&caller, format, "&asset=btc&from=2019-01-01&to=2020-01-01").await;
        let stamps: Vec<_> = rows.iter().map(|row| row["timestamp"].as_str()).collect();
        assert!(stamps.iter().all(|stamp| stamp.starts_with("2019-")));
        assert!(stamps.is_sorted_by(|newer, older| newer > older));
        let (first, last) = (stamps[0], stamps[stamps.len() - 1]);
        let expected = (353, "2019-12-31T00:00:00Z", "2019-01-01T00:00:00Z");
        assert_eq!((stamps.len(), first, last), expected, "{format}");
        assert!(
            rows.iter().all(|row| row["asset_id"] == "BTC"
                && row["interval"] == "1d"
                && row["source"] == "bitstamp")
        );
        assert_eq!(export(&caller, format, "&from=1900-01-01&to=1900-02-01").await, Vec::<Row>::new());
        assert_eq!(
            export(&caller, format, "&asset=BTC&from=2019-01-01&to=2019-01-01").await,
            Vec::<Row>::new()
        );
    }
}

#[tokio::test]
async fn an_export_equals_the_history_that_is_paged() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    let rows = export(&caller, "json", "&asset=BTC").await;
    let mut paged = Vec::new();
    for offset in [0, 1000] {
        let page = caller.get(&format!("/api/v1/history/BTC?limit=1000&offset={offset}")).await.json();
        paged.extend(page["rows"].as_array().unwrap().iter().map(row));
    }
    let bare = rows.into_iter().map(|mut row| {
        row.retain(|name, _| name != "asset_id" && name != "interval");
        row
    });
    assert!(bare.collect::<Vec<_>>() == paged);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_named() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    for (query, refusal, field) in [
        ("format=xml", (400, "invalid_query"), "format"),
        ("format=CSV", (400, "invalid_query"), "format"),
        ("from=yesterday", (400, "invalid_query"), "from"),
        ("from=2020-01-01&to=2019-01-01", (400, "invalid_query"), "from"),
        ("asset=B-T-C", (400, "invalid_asset"), "asset_id"),
        ("limit=5", (400, "invalid_query"), "limit"),
        ("asset=BTC&asset=ETH", (400, "invalid_query"), "asset"),
    ] {
        let reply = caller.get(&format!("{PATH}?{query}")).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((refusal.0, refusal.1.to_owned()), vec![field.to_owned()]),
            "{query}"
        );
    }
    assert_eq!(caller.get(&format!("{PATH}?asset=NOPE")).await.refusal(), (404, "unknown_asset".into()));
}
