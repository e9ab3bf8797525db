//! How much, and how far back, one may read without signing in.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::shop::{Caller, Shop};

/// The bars of an answer, by when they begin.
fn stamps(page: &Value) -> Vec<String> {
    page["rows"].as_array().unwrap().iter().map(|row| row["timestamp"].as_str().unwrap().to_owned()).collect()
}

async fn page(caller: &Caller<'_>, query: &str) -> Value {
    let reply = caller.get(&format!("/api/v1/history/BTC?{query}")).await;
    assert_eq!(reply.status(), 200, "{query}: {}", reply.text());
    reply.json()
}

/// Every bar that can be had by following cursors from a first query.
async fn harvest(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = page(caller, query).await;
    // A cursor stands where the page ended: the offset has been walked already.
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("offset=")).collect();
    let query = kept.join("&");
    loop {
        found.extend(stamps(&next));
        let Some(cursor) = next["next_cursor"].as_str() else { return found };
        next = page(caller, &format!("{query}&cursor={cursor}")).await;
    }
}

#[tokio::test]
async fn a_page_has_at_most_a_thousand_rows() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    for caller in [shop.caller(), shop.caller().token(&token)] {
        assert_eq!(stamps(&page(&caller, "").await).len(), 100, "where nothing is said");
        assert_eq!(stamps(&page(&caller, "limit=1000").await).len(), 1000);
        for limit in ["1001", "0", "100000", "18446744073709551616", "-1", "1e3", ""] {
            let reply = caller.get(&format!("/api/v1/history/BTC?limit={limit}")).await;
            assert_eq!(
                (reply.refusal(), reply.fields()),
                ((400, "invalid_query".into()), vec!["limit".to_owned()]),
                "{limit}"
            );
        }
    }
}

#[tokio::test]
async fn a_stranger_reads_the_newest_thousand_rows_by_any_road() {
    let shop = Shop::endless(&[]).await;
    let newest: BTreeSet<_> = stamps(&page(&shop.caller(), "limit=1000").await).into_iter().collect();
    let oldest = newest.first().unwrap().clone();
    let mut had = BTreeSet::new();
    for query in [
        "limit=1000".to_owned(),
        "limit=999&offset=1".to_owned(),
        "limit=1000&offset=500".to_owned(),
        "limit=1&offset=999".to_owned(),
        "limit=7".to_owned(),
        "limit=1000&from=2000-01-01".to_owned(),
        "limit=1000&from=2000-01-01&to=2016-01-01".to_owned(),
        "limit=1000&to=2016-01-01".to_owned(),
        format!("limit=1000&to={oldest}"),
        "limit=300&offset=400&from=2012-01-01&to=2019-06-01".to_owned(),
        "limit=1000&offset=999&to=2018-01-01".to_owned(),
        format!("limit=50&from=2000-01-01&to={}", newest.last().unwrap()),
    ] {
        had.extend(harvest(&shop.caller(), &query).await);
    }
    assert_eq!(had, newest);
    for offset in ["1000", "1001", "999999"] {
        let reply = shop.caller().get(&format!("/api/v1/history/BTC?limit=1&offset={offset}")).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((400, "invalid_query".into()), vec!["offset".to_owned()])
        );
        assert_eq!(reply.json()["errors"][0]["code"], "sign_in_for_more");
    }
}

#[tokio::test]
async fn the_bound_holds_for_each_interval() {
    let shop = Shop::endless(&["market.anonymous_rows=30"]).await;
    for interval in ["1d", "1h"] {
        let query = format!("interval={interval}&limit=10");
        assert_eq!(harvest(&shop.caller(), &query).await.len(), 30, "{interval}");
        assert_eq!(
            stamps(&page(&shop.caller(), &format!("interval={interval}&to=2018-01-01")).await).len(),
            0
        );
    }
}

#[tokio::test]
async fn who_is_signed_in_reads_everything_once() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    let all = harvest(&caller, "limit=1000").await;
    assert_eq!(all.len(), 1865);
    assert!(all.is_sorted_by(|newer, older| newer > older));
    assert_eq!(harvest(&caller, "limit=333&from=2015-01-01&to=2018-01-01").await.len(), 1096);
}

#[tokio::test]
async fn a_cursor_of_somebody_signed_in_takes_a_stranger_no_further() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let deep = page(&shop.caller().token(&token), "limit=1000&offset=500").await;
    let cursor = deep["next_cursor"].as_str().unwrap();
    let reply = page(&shop.caller(), &format!("limit=1000&cursor={cursor}")).await;
    assert_eq!((stamps(&reply).len(), &reply["next_cursor"]), (0, &Value::Null));
}

#[tokio::test]
async fn no_rows_at_all_for_strangers_where_that_is_set() {
    let shop = Shop::endless(&["market.anonymous_rows=0"]).await;
    for query in ["", "?limit=1", "?to=2018-01-01"] {
        assert_eq!(
            shop.caller().get(&format!("/api/v1/history/BTC{query}")).await.refusal(),
            (400, "invalid_query".into())
        );
    }
    let token = shop.member("ada@example.org").await;
    assert_eq!(stamps(&page(&shop.caller().token(&token), "limit=5").await).len(), 5);
}
