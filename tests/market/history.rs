//! Pages of history: newest first, every row once, by offset and by cursor alike, and links that can be followed.

use aspis_core::money::{Fixed, Volume};
use serde_json::Value;

use super::{Interval, Row, Shop, daily_series, rows, shipped_series};
use crate::shop::Caller;

/// Follows cursors to the end.
async fn by_cursor(caller: &Caller<'_>, path: &str, limit: usize) -> Vec<Row> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}&limit={limit}{cursor}")).await.json();
        all.extend(rows(&page));
        let Some(next) = page["next_cursor"].as_str() else { return all };
        assert_eq!(page["rows"].as_array().unwrap().len(), limit, "only the last page is short");
        cursor = format!("&cursor={next}");
    }
}

/// Counts offsets up to the end.
async fn by_offset(caller: &Caller<'_>, path: &str, limit: usize) -> Vec<Row> {
    let mut all = Vec::new();
    loop {
        let page = rows(&caller.get(&format!("{path}&limit={limit}&offset={}", all.len())).await.json());
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[tokio::test]
async fn every_row_of_every_series_is_read_once_by_cursor_and_by_offset() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for (asset, interval, shipped) in shipped_series() {
        let path = format!("/api/v1/history/{asset}?interval={}", interval.word());
        assert_eq!(by_cursor(&ada, &path, 997).await, shipped, "{path}");
        if interval == Interval::Day {
            assert_eq!(by_offset(&ada, &path, 1000).await, shipped, "{path}");
        }
    }
}

#[tokio::test]
async fn days_are_made_from_hours_where_there_are_none() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let days = by_cursor(&ada, "/api/v1/history/EURUSD?interval=1d", 100).await;
    assert_eq!(days, daily_series()["EURUSD"]);
    assert!(days.len() > 250, "{}", days.len());
    assert_eq!(by_offset(&ada, "/api/v1/history/EURUSD?interval=1d", 60).await, days);
    // The whole bar of one day, added up from its hours.
    let day = ada.get("/api/v1/history/EURUSD?from=2017-06-15&to=2017-06-16").await.json();
    let hours = ada.get("/api/v1/history/EURUSD?interval=1h&from=2017-06-15&to=2017-06-16").await.json();
    let hours = hours["rows"].as_array().unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<Fixed>().unwrap();
    assert_eq!((day["rows"].as_array().unwrap().len(), hours.len()), (1, 24));
    assert_eq!((&day["rows"][0]["open"], &day["rows"][0]["close"]), (&hours[23]["open"], &hours[0]["close"]));
    assert_eq!(Some(number(&day["rows"][0]["high"])), hours.iter().map(|hour| number(&hour["high"])).max());
    assert_eq!(Some(number(&day["rows"][0]["low"])), hours.iter().map(|hour| number(&hour["low"])).min());
    // A day's volume is beyond what an amount of money can count.
    let volume = |bar: &Value| bar["volume"].as_str().unwrap().parse::<Volume>().unwrap();
    let sum = hours.iter().fold(Volume::ZERO, |sum, hour| sum.checked_add(volume(hour)).unwrap());
    assert_eq!(volume(&day["rows"][0]), sum);
}

#[tokio::test]
async fn a_second_source_is_never_history() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for (asset, source) in [("BTC", "bitstamp"), ("ETH", "coinbase")] {
        let all = by_cursor(&ada, &format!("/api/v1/history/{asset}?interval=1d"), 1000).await;
        assert!(all.iter().all(|row| row.2 == source), "{asset}");
    }
}

#[tokio::test]
async fn an_interval_that_is_not_kept_is_empty() {
    let shop = Shop::open().await;
    let page = shop.caller().get("/api/v1/history/AAPL?interval=1h").await;
    assert_eq!(
        (page.status(), page.json()["rows"].as_array().unwrap().len(), page.header("link")),
        (200, 0, None)
    );
    assert!(page.json()["next_cursor"].is_null());
}

#[tokio::test]
async fn a_page_is_a_hundred_rows_where_nothing_is_said() {
    let shop = Shop::open().await;
    let page = shop.caller().get("/api/v1/history/BTC").await.json();
    assert_eq!((page["interval"].as_str(), rows(&page).len()), (Some("1d"), 100));
    assert_eq!(rows(&page), daily_series()["BTC"][..100]);
}

/// `from` is within, `to` is not.
#[tokio::test]
async fn a_range_holds_its_beginning_and_not_its_end() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let cases = [
        ("from=2020-01-15&to=2020-01-17", vec!["2020-01-16T00:00:00Z", "2020-01-15T00:00:00Z"]),
        (
            "from=2020-01-15T00:00:00Z&to=2020-01-16T00:00:01Z",
            vec!["2020-01-16T00:00:00Z", "2020-01-15T00:00:00Z"],
        ),
        ("from=2020-01-15T00:00:01Z&to=2020-01-17", vec!["2020-01-16T00:00:00Z"]),
        ("from=2020-01-16T01:00:00%2B01:00&to=2020-01-17", vec!["2020-01-16T00:00:00Z"]),
        ("from=2020-01-17&to=2020-01-17", vec![]),
        ("from=2030-01-01", vec![]),
        ("to=1970-01-01", vec![]),
        ("to=2014-11-29", vec!["2014-11-28T00:00:00Z"]),
    ];
    for (query, expected) in cases {
        let page = ada.get(&format!("/api/v1/history/BTC?{query}")).await.json();
        let starts: Vec<String> = rows(&page).into_iter().map(|row| row.0).collect();
        assert_eq!(starts, expected, "{query}");
    }
    // A walk within a range stays within it.
    let within = by_cursor(&ada, "/api/v1/history/BTC?from=2018-01-01&to=2019-01-01", 50).await;
    assert_eq!(within.len(), 365);
    assert!(within.iter().all(|row| row.0.starts_with("2018-")));
}

/// The targets of a `Link` field, by relation.
fn target(link: Option<&str>, relation: &str) -> Option<String> {
    let wanted = format!("rel=\"{relation}\"");
    let part = link?.split(", ").find(|part| part.ends_with(&wanted))?;
    Some(part.split_once('<')?.1.split_once('>')?.0.to_owned())
}

#[tokio::test]
async fn links_are_absolute_and_lead_through_everything() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let (mut path, mut seen) = (
        "/api/v1/history/BTC?interval=1d&limit=400&from=2015-01-01T00%3A00%3A00%2B00:00".to_owned(),
        Vec::new(),
    );
    loop {
        let page = ada.get(&path).await;
        assert_eq!(page.status(), 200, "{path}: {}", page.text());
        seen.extend(rows(&page.json()));
        let Some(next) = target(page.header("link"), "next") else { break };
        path = next
            .strip_prefix("http://127.0.0.1:8001")
            .unwrap_or_else(|| panic!("{next} is not absolute"))
            .to_owned();
    }
    let expected: Vec<Row> =
        daily_series()["BTC"].iter().filter(|row| row.0.as_str() >= "2015").cloned().collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_link_back_is_the_page_before() {
    let shop = Shop::endless(&[]).await;
    let first = shop.caller().get("/api/v1/history/BTC?limit=10").await;
    assert_eq!(target(first.header("link"), "prev"), None);
    let second = shop.caller().get("/api/v1/history/BTC?limit=10&offset=10").await;
    let back = target(second.header("link"), "prev").unwrap();
    let back = shop.caller().get(back.strip_prefix("http://127.0.0.1:8001").unwrap()).await;
    assert_eq!(rows(&back.json()), rows(&first.json()));
    // A page that is short, or empty, steps back by a whole one as well.
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for (offset, before) in [(150, "offset=50"), (999_999, "offset=999899")] {
        let page = ada.get(&format!("/api/v1/history/BTC?offset={offset}")).await;
        let back = target(page.header("link"), "prev").unwrap();
        assert!(back.ends_with(before), "{back}");
    }
    // Nothing that a caller sends stands in the field unescaped.
    let odd = shop
        .caller()
        .with("host", "ignored.example")
        .get("/api/v1/history/BTC?limit=1&from=2019-01-01T00:00:00%2B00:00")
        .await;
    assert!(
        odd.header("link").unwrap().contains("from=2019-01-01T00%3A00%3A00%2B00%3A00"),
        "{:?}",
        odd.header("link")
    );
}
