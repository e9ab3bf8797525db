//! Marks that nobody sees: the last digit of volumes, and no price.

use serde_json::{Value, json};

use super::signatures::{trace, whose};
use crate::shop::{Caller, Shop};

const HISTORY: &str = "/api/v1/history/BTC?limit=1000";
const BULK: &str = "/api/v1/bulk/prices?format=json&asset=BTC";

async fn rows(caller: &Caller<'_>, path: &str) -> Vec<Value> {
    let reply = caller.get(path).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["rows"].as_array().unwrap().clone()
}

/// A decimal's digits at two decimals: what the volumes of bitcoin have.
fn hundredths(row: &Value) -> String {
    let text = row["volume"].as_str().unwrap();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<2}")
}

async fn marked(shop: &Shop, email: &str) -> Vec<Value> {
    rows(&shop.caller().token(&shop.member(email).await), BULK).await
}

#[tokio::test]
async fn only_the_last_digit_of_a_volume_tells_callers_apart() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let eve = shop.caller().token(&shop.member("eve@example.org").await);
    let [hers, other, plain] =
        [rows(&ada, HISTORY).await, rows(&eve, HISTORY).await, rows(&shop.caller(), HISTORY).await];
    let (mut moved, mut apart) = (0, 0);
    for ((a, b), c) in hers.iter().zip(&other).zip(&plain) {
        for name in ["timestamp", "open", "high", "low", "close", "source"] {
            assert!(a[name] == c[name] && b[name] == c[name], "{name}: {a} {b} {c}");
        }
        let [a, b, c] = [a, b, c].map(hundredths);
        let but_one = |text: &str| text[..text.len() - 1].to_owned();
        assert!(but_one(&a) == but_one(&c) && but_one(&b) == but_one(&c), "{a} {b} {c}");
        assert!(a == c || c.len() >= 5, "{c}: too short for a mark");
        moved += u32::from(a != c);
        apart += u32::from(a != b);
    }
    assert!(
        hers.len() == 1000 && (850..950).contains(&moved) && (850..950).contains(&apart),
        "{moved} {apart}"
    );
    assert_eq!(rows(&ada, HISTORY).await, hers, "the same for ever");
}

#[tokio::test]
async fn history_and_every_form_of_the_export_are_one_copy() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let volume = |row: &Value| row["volume"].as_str().unwrap().to_owned();
    let paged: Vec<_> = rows(&ada, HISTORY).await.iter().map(volume).collect();
    let bulk: Vec<_> = rows(&ada, BULK).await.iter().map(volume).collect();
    assert_eq!(bulk[..1000], paged);
    let lines = ada.get(&BULK.replace("json", "ndjson")).await.text();
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let lines: Vec<_> = lines.lines().map(read).filter(|row| row["volume"].is_string()).collect();
    assert_eq!(lines.iter().map(volume).collect::<Vec<_>>(), bulk);
    let table = ada.get(&BULK.replace("json", "csv")).await.text();
    let cell = |line: &str| line.split(',').nth(7).unwrap_or("").to_owned();
    let table: Vec<_> = table.lines().skip(1).filter(|line| !line.starts_with('#')).map(cell).collect();
    assert_eq!(table, bulk);
    let shop = shop.restart().await;
    let login = json!({"email": "ada@example.org", "password": crate::shop::PASSWORD});
    let token = shop.caller().post("/api/v1/auth/login", &login).await.json();
    let ada = shop.caller().token(token["access_token"].as_str().unwrap());
    assert_eq!(rows(&ada, BULK).await.iter().map(volume).collect::<Vec<_>>(), bulk);
}

/// What others are made from is what is stored.
#[tokio::test]
async fn prices_and_predictions_know_no_marks() {
    let answers = async |marks: &str| {
        let shop = Shop::endless(&[marks]).await;
        let ada = shop.caller().token(&shop.member("ada@example.org").await);
        let prediction = ada.post("/api/v1/predict/BTC", &json!({})).await.json();
        (prediction, ada.get("/api/v1/price/BTC").await.json(), ada.get("/api/v1/prices").await.json())
    };
    assert_eq!(answers("marks.volumes=true").await, answers("marks.volumes=false").await);
}

#[tokio::test]
async fn a_file_without_its_signature_names_who_got_it() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    for name in ["bob", "cyd", "dan", "ada"] {
        shop.member(&format!("{name}@example.org")).await;
    }
    let mut rows = marked(&shop, "eve@example.org").await;
    // Cut, in another order, under other names, and without anything that is not needed.
    rows.retain(|row| row["timestamp"].as_str().unwrap() > "2018-06");
    rows.sort_by_key(|row| row["close"].as_str().unwrap().len());
    let line = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        format!(
            "{} 00:00:00;{};{}\n",
            &text("timestamp")[..10],
            text("volume").replace('.', ","),
            text("close").replace('.', ",")
        )
    };
    let table = format!("Date;Vol;Price\n{}", rows.iter().map(line).collect::<String>());
    let (code, report) = trace(&shop, &table, &[]);
    assert_eq!((code, whose(&report)), (0, vec!["eve@example.org"]), "{report}");
    assert_eq!(report["marks"]["named"][0]["agreements"], report["marks"]["rows"]);
    assert!(report["marks"]["named"][0]["log10_chance"].as_f64().unwrap() < -100.0, "{report}");
}

#[tokio::test]
async fn a_file_of_two_names_both_and_nobody_else() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    shop.member("ada@example.org").await;
    let (bob, eve) = (marked(&shop, "bob@example.org").await, marked(&shop, "eve@example.org").await);
    let mixed = bob.into_iter().zip(eve).enumerate().map(|(at, (b, e))| if at % 3 == 0 { b } else { e });
    let (code, report) = trace(&shop, &Value::Array(mixed.collect()).to_string(), &[]);
    assert_eq!((code, whose(&report)), (0, vec!["eve@example.org", "bob@example.org"]), "{report}");
    for one in report["marks"]["named"].as_array().unwrap() {
        let [agree, differ] = ["agreements", "disagreements"].map(|name| one[name].as_u64().unwrap());
        assert!(differ > 0 && Some(agree + differ) == report["marks"]["rows"].as_u64(), "{one}");
    }
}

#[tokio::test]
async fn what_nobody_got_names_nobody() {
    let shop = Shop::endless(&["marks.volumes=true"]).await;
    marked(&shop, "eve@example.org").await;
    let plain = rows(&shop.caller(), HISTORY).await;
    let document = json!({"asset": "BTC", "rows": plain}).to_string();
    let (code, report) = trace(&shop, &document, &[]);
    assert_eq!((code, whose(&report)), (1, vec![]), "{report}");
    assert!(report["matched"] == 1000 && report["marks"]["rows"].as_u64().unwrap() > 900, "{report}");
    let few = json!({"asset": "BTC", "rows": plain[..5]}).to_string();
    let (code, report) = trace(&shop, &few, &[]);
    assert!(code == 1 && report["marks"]["needed"].as_u64() > report["marks"]["rows"].as_u64(), "{report}");
}
