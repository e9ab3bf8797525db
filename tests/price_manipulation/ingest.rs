//! Prices that sources bring: each row is judged, and what looks wrong is held while an older price is served.

use serde_json::{Value, json};

use crate::shop::{Shop, feed::Market};

const FIRST: &str = "binance_official";
const SECOND: &str = "yfinance";
const THIRD: &str = "internal_db";

fn verdicts(reply: &Value) -> Vec<&str> {
    reply["rows"].as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_row_gets_its_verdict_and_a_bad_one_costs_no_other() {
    let market = Market::open(&[]).await;
    market.sends(FIRST, &[(0, market.price(0, 1.0))]).await;
    market.shop.wait(std::time::Duration::from_secs(4 * 3600));
    let good = |hour| market.row(hour, market.price(hour, 1.0));
    let mut fine = good(3);
    fine["close"] = json!("1.123456789");
    let mut unknown = good(3);
    unknown["asset_id"] = json!("DOGE");
    let rows = json!([
        good(0),
        good(1),
        fine,
        json!({"asset_id": 5}),
        good(2),
        unknown,
        good(9),
        market.row(3, 1.9)
    ]);
    let reply = market.post(FIRST, &json!({"source": FIRST, "rows": rows})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let answer = reply.json();
    let expected =
        ["known", "accepted", "refused", "refused", "accepted", "refused", "refused", "quarantined"];
    assert_eq!(verdicts(&answer), expected, "{answer}");
    let counts = ["accepted", "known", "quarantined", "refused"].map(|word| answer[word].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 1, 4]);
    let why = |at: usize| (answer["rows"][at]["why"].as_str().unwrap(), &answer["rows"][at]["field"]);
    assert_eq!(why(2), ("too_fine", &json!("close")));
    assert_eq!(why(3), ("invalid", &json!("asset_id")));
    assert_eq!(why(5), ("unknown_asset", &json!("asset_id")));
    assert_eq!(why(6), ("in_future", &json!("timestamp")));
    assert_eq!(answer["rows"][7]["review"].as_str().unwrap().len(), 36);
    assert!((market.served().await / market.price(2, 1.0) - 1.0).abs() < 1e-5);
}

#[tokio::test]
async fn a_key_writes_for_its_source_and_for_no_other() {
    let market = Market::open(&[]).await;
    let body = json!({"source": SECOND, "rows": [market.row(0, 1.2)]});
    assert_eq!(market.post(FIRST, &body).await.refusal(), (403, "untrusted_source".into()));
    let person =
        market.shop.caller().token(&market.operator().await).post("/api/v1/ingest/prices", &body).await;
    assert_eq!(person.refusal(), (403, "forbidden".into()));
    let nobody = market.shop.caller().post("/api/v1/ingest/prices", &body).await;
    assert_eq!(nobody.status(), 401);
    let none = market.post(FIRST, &json!({"source": FIRST, "rows": []})).await;
    assert_eq!(none.fields(), ["rows"]);
}

#[tokio::test]
async fn a_liar_of_three_is_never_seen() {
    let market = Market::open(&[]).await;
    for hour in 0..30 {
        let lie = if hour >= 10 { 1.3 } else { 1.0 };
        market.sends_one(FIRST, hour, market.price(hour, lie)).await;
        market.sends_one(SECOND, hour, market.price(hour, 1.0002)).await;
        market.sends_one(THIRD, hour, market.price(hour, 0.9999)).await;
        let seen = market.seen().await;
        let price: f64 = seen["price"].as_str().unwrap().parse().unwrap();
        assert!((price / market.price(hour, 1.0) - 1.0).abs() <= 0.002, "hour {hour}: {seen}");
        assert_eq!(
            (&seen["single_source"], &seen["source"]),
            (&json!(false), &json!("median")),
            "hour {hour}"
        );
    }
    let events = market.shop.events();
    assert!(events.contains(&"price_quarantined") && events.contains(&"source_distrusted"));
    let page = market.shop.caller().get("/api/v1/history/EURUSD?interval=1h&limit=40").await.json();
    for row in page["rows"].as_array().unwrap() {
        let close: f64 = row["close"].as_str().unwrap().parse().unwrap();
        assert!((close / market.last - 1.0).abs() < 0.01, "{row}");
    }
}

#[tokio::test]
async fn a_ladder_in_one_call_is_held_and_so_is_each_further_call() {
    let market = Market::open(&[]).await;
    market.sends_one(FIRST, 0, market.price(0, 1.0)).await;
    let times = |hour: i64| 4.8f64.powi(i32::try_from((hour - 100) / 7 + 1).unwrap());
    let ladder: Vec<(i64, f64)> = (100..142).map(|hour| (hour, market.price(hour, times(hour)))).collect();
    for rows in [&ladder[..35], &ladder[35..]] {
        let answer = market.sends(FIRST, rows).await.json();
        assert_eq!(
            (&answer["accepted"], answer["quarantined"].as_u64()),
            (&json!(0), Some(rows.len() as u64))
        );
    }
    assert!((market.served().await / market.last - 1.0).abs() < 0.001);
}

#[tokio::test]
async fn an_operator_gives_a_source_its_vote_back() {
    let market = Market::open(&[]).await;
    for hour in 0..20 {
        let lie = if hour >= 10 { 1.1 } else { 1.0 };
        market.sends_one(FIRST, hour, market.price(hour, 1.0)).await;
        market.sends_one(SECOND, hour, market.price(hour, 1.0001)).await;
        market.sends_one(THIRD, hour, market.price(hour, lie)).await;
    }
    let held = market.sends_one(THIRD, 20, market.price(20, 1.0)).await;
    assert!(held["why"].as_str().unwrap().contains("distrusted"), "{held}");
    let path = "/api/v1/admin/sources/internal_db/trust";
    let own = market.operator().await;
    let own = market.shop.caller().token(&own);
    assert_eq!(own.post(path, &json!({"reason": "mine"})).await.refusal(), (403, "own_review".into()));
    let sources = own.get("/api/v1/admin/sources").await.json();
    let by_key = sources["sources"].as_array().unwrap().iter().find(|one| one["name"] == THIRD).unwrap();
    let said = ["kind", "state", "rows", "quarantined", "votes"].map(|word| by_key[word].clone());
    assert_eq!(said[..2], [json!("ingest"), json!("running")], "{by_key}");
    assert!(said[2].as_u64() >= Some(10) && said[3].as_u64() > Some(0), "{by_key}");
    assert_eq!((&said[4], &by_key["distrusted"]), (&json!(0), &json!(["EURUSD"])));
    assert!(by_key["last_row"].is_string() && by_key["address"].is_null(), "{by_key}");
    let token = market.shop.another_operator("second@example.org").await;
    let operator = market.shop.caller().token(&token);
    assert_eq!(operator.post(path, &json!({"reason": " "})).await.fields(), ["reason"]);
    let given = operator.post(path, &json!({"reason": "the feed was repaired"})).await;
    assert_eq!((given.status(), given.json()["votes"].as_u64()), (200, Some(1)), "{}", given.text());
    market.shop.wait(std::time::Duration::from_secs(601));
    let asked = operator.post(path, &json!({"reason": "again"})).await;
    assert_eq!(asked.refusal(), (401, "step_up_required".into()));
    let token = market.shop.signs_in("second@example.org").await;
    let operator = market.shop.caller().token(&token);
    let stranger = "/api/v1/admin/sources/stranger/trust";
    assert_eq!(operator.post(stranger, &json!({"reason": "x"})).await.status(), 404);
    let ada = market.shop.member("ada@example.org").await;
    let refused = market.shop.caller().token(&ada).post(path, &json!({"reason": "me"})).await;
    assert_eq!(refused.status(), 403);
    for source in [FIRST, SECOND] {
        market.sends_one(source, 21, market.price(21, 1.0)).await;
    }
    let heard = market.sends_one(THIRD, 21, market.price(21, 1.0)).await;
    assert_eq!(heard["verdict"], "accepted", "{heard}");
}

#[tokio::test]
async fn a_restart_keeps_what_is_held() {
    let Market { shop, .. } = {
        let market = Market::open(&[]).await;
        market.sends_one(FIRST, 0, market.price(0, 1.0)).await;
        assert_eq!(market.sends_one(FIRST, 1, market.price(1, 1.3)).await["verdict"], "quarantined");
        market
    };
    let shop: Shop = shop.restart().await;
    let listed = shop.app.board.find("EURUSD").unwrap();
    assert!(listed.held);
    assert_eq!(shop.store().quarantine.held().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_thousand_rows_fit_into_one_call() {
    let market = Market::open(&[]).await;
    // A key lives for thirty days, so the last hour comes again and again.
    market.shop.wait(std::time::Duration::from_secs(701 * 3600));
    let row = |hour: i64| market.row(hour.min(699), market.price(hour.min(699), 1.0));
    let rows: Vec<Value> = (0..1000).map(row).collect();
    let reply = market.post(FIRST, &json!({"source": FIRST, "rows": rows})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let answer = reply.json();
    assert_eq!([&answer["accepted"], &answer["known"]], [&json!(700), &json!(300)]);
    let more: Vec<Value> = (0..1001).map(row).collect();
    let refused = market.post(FIRST, &json!({"source": FIRST, "rows": more})).await;
    assert_eq!(refused.fields(), ["rows"]);
}
