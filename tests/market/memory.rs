//! How much is kept in memory changes how fast an answer is, and never the answer.

use serde_json::Value;

use super::Shop;

const QUERIES: [&str; 22] = [
    "BTC",
    "BTC?limit=1",
    "BTC?limit=49",
    "BTC?limit=50",
    "BTC?limit=51",
    "BTC?limit=1000",
    "BTC?offset=49",
    "BTC?offset=50",
    "BTC?offset=950",
    "BTC?offset=999&limit=10",
    "BTC?from=2019-12-01",
    "BTC?from=2015-01-01&to=2015-03-01",
    "BTC?to=2019-01-01&limit=200",
    "BTC?interval=1h&limit=60",
    "BTC?interval=1h&offset=900",
    "EURUSD?limit=300",
    "EURUSD?offset=100&limit=100",
    "EURUSD?interval=1h&limit=1000",
    "EURUSD?to=2017-02-01",
    "AAPL?limit=1000",
    "AAPL?interval=1h",
    "LTC?offset=900&limit=100",
];

/// A page without its cursor, which is sealed with a key of chance; whether there is one is kept.
fn page(mut page: Value) -> Value {
    let more = page["next_cursor"].is_string();
    page["next_cursor"] = more.into();
    page
}

#[tokio::test]
async fn a_small_memory_gives_the_same_answers() {
    let (large, small) = (
        Shop::endless(&["market.memory_rows=1000000"]).await,
        Shop::endless(&["market.memory_rows=50"]).await,
    );
    let tokens = [large.member("ada@example.org").await, small.member("ada@example.org").await];
    let signed = [large.caller().token(&tokens[0]), small.caller().token(&tokens[1])];
    for callers in [[large.caller(), small.caller()], signed] {
        for query in QUERIES {
            let path = format!("/api/v1/history/{query}");
            let (one, other) = (callers[0].get(&path).await, callers[1].get(&path).await);
            assert_eq!((one.status(), other.status()), (200, 200), "{path}: {}", other.text());
            assert_eq!(page(one.json()), page(other.json()), "{path}");
        }
        for path in ["/api/v1/prices", "/api/v1/assets"] {
            assert_eq!(callers[0].get(path).await.text(), callers[1].get(path).await.text(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_small_memory_exports_and_predicts_the_same() {
    let (large, small) = (
        Shop::endless(&["market.memory_rows=1000000"]).await,
        Shop::endless(&["market.memory_rows=50"]).await,
    );
    let tokens = [large.member("ada@example.org").await, small.member("ada@example.org").await];
    let callers = [large.caller().token(&tokens[0]), small.caller().token(&tokens[1])];
    for path in [
        "/api/v1/bulk/prices?format=csv",
        "/api/v1/bulk/prices?asset=EURUSD",
        "/api/v1/bulk/prices?format=json&from=2016-01-01&to=2018-01-01",
    ] {
        let (one, other) = (callers[0].get(path).await.text(), callers[1].get(path).await.text());
        assert!(one == other && one.len() > 10_000, "{path}: {} and {} bytes", one.len(), other.len());
    }
    for asset in ["BTC", "EURUSD"] {
        let path = format!("/api/v1/predict/{asset}");
        assert_eq!(
            callers[0].call("POST", &path, "").await.text(),
            callers[1].call("POST", &path, "").await.text()
        );
    }
}

/// A stranger's last page is the same wherever the rows lie.
#[tokio::test]
async fn a_stranger_walks_a_thousand_rows_out_of_a_small_memory() {
    let shop = Shop::endless(&["market.memory_rows=50"]).await;
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = shop.caller().get(&format!("/api/v1/history/BTC?limit=300{cursor}")).await.json();
        count += page["rows"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(count, 1000);
}
