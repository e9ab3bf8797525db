//! What a caller may ask of a prediction.

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

async fn ask(shop: &Shop, question: &Value) -> Reply {
    shop.caller().post("/api/v1/predict/BTC", question).await
}

fn assert_refused(reply: &Reply, code: &str, field: &str, question: &Value) {
    assert_eq!(
        (reply.refusal(), reply.fields()),
        ((400, code.to_owned()), vec![field.to_owned()]),
        "{question}: {}",
        reply.text()
    );
}

#[tokio::test]
async fn nothing_has_to_be_asked() {
    let shop = Shop::endless(&[]).await;
    let bare = shop.caller().call("POST", "/api/v1/predict/BTC", "").await;
    let empty = ask(&shop, &json!({})).await;
    assert_eq!((bare.status(), empty.status()), (200, 200));
    assert_eq!(bare.json(), empty.json());
    assert_eq!(bare.json()["horizon_days"], 1);
    let nulls = ask(&shop, &json!({"horizon_days": null, "price": null, "source": null})).await;
    assert_eq!(nulls.json(), bare.json());
    let cased = shop.caller().call("POST", "/api/v1/predict/btc", "").await;
    assert_eq!(cased.json(), bare.json());
}

#[tokio::test]
async fn a_horizon_is_one_to_thirty_days() {
    let shop = Shop::endless(&[]).await;
    for days in [1, 2, 7, 29, 30] {
        assert_eq!(ask(&shop, &json!({"horizon_days": days})).await.json()["horizon_days"], days);
    }
    for days in [
        json!(0),
        json!(31),
        json!(4_294_967_295_u32),
        json!(4_294_967_296_u64),
        json!(-1),
        json!(1.5),
        json!("7"),
        json!(true),
        json!([1]),
    ] {
        let question = json!({"horizon_days": days});
        assert_refused(&ask(&shop, &question).await, "invalid_input", "horizon_days", &question);
    }
}

#[tokio::test]
async fn a_price_of_ones_own_is_near_the_market() {
    let shop = Shop::endless(&[]).await;
    // The last close of BTC is 8709.49: ten per cent of it are 870.949.
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.json()["price"], "8709.49");
    for price in ["8709.49", "9580.43", "7838.55", "9000", "8000.12345678"] {
        let answer = ask(&shop, &json!({"price": price})).await;
        assert_eq!(
            (answer.status(), answer.json()["current_price"].as_str()),
            (200, Some(price)),
            "{}",
            answer.text()
        );
    }
    for price in [
        "9580.45",
        "7838.53",
        "0",
        "-8709.49",
        "0.00000001",
        "1000000",
        "1000000.00000001",
        "92233720368.54775807",
    ] {
        let question = json!({"price": price});
        let reply = ask(&shop, &question).await;
        assert_refused(&reply, "implausible_price", "price", &question);
    }
    for price in [
        json!(8709.49),
        json!("8709.494949494"),
        json!("8.7e3"),
        json!("NaN"),
        json!("Infinity"),
        json!(""),
        json!("92233720369"),
        json!("8709,49"),
        json!("+8709"),
        json!(" 8709"),
    ] {
        let question = json!({"price": price});
        assert_refused(&ask(&shop, &question).await, "invalid_input", "price", &question);
    }
    let noticed = shop.events();
    assert_eq!(
        noticed,
        vec!["implausible_price"; 8],
        "an implausible price is noticed, a typing error is not"
    );
}

#[tokio::test]
async fn the_largest_price_holds_whatever_the_market_says() {
    let shop = Shop::endless(&["predict.max_price=8000"]).await;
    let question = json!({"price": "8709.49"});
    assert_refused(&ask(&shop, &question).await, "implausible_price", "price", &question);
}

#[tokio::test]
async fn a_source_is_one_that_is_trusted() {
    let shop = Shop::endless(&[]).await;
    for source in ["binance_official", "yfinance", "internal_db"] {
        assert_eq!(ask(&shop, &json!({"source": source})).await.status(), 200, "{source}");
    }
    for source in [
        "bitstamp",
        "BINANCE_OFFICIAL",
        "binance_official ",
        "",
        "evil_feed",
        "internal_db,evil_feed",
        "\u{202e}yfinance",
    ] {
        let question = json!({"source": source});
        let reply = ask(&shop, &question).await;
        assert_refused(&reply, "invalid_input", "source", &question);
        assert!(reply.text().contains("binance_official, yfinance, internal_db"), "{}", reply.text());
    }
}

#[tokio::test]
async fn nothing_else_can_be_asked() {
    let shop = Shop::endless(&[]).await;
    for field in [
        "current_price",
        "confidence",
        "model",
        "history",
        "closes",
        "asset_id",
        "Price",
        "HORIZON_DAYS",
        "__proto__",
    ] {
        let question = json!({(field): "1"});
        assert_refused(&ask(&shop, &question).await, "invalid_input", field, &question);
    }
}
