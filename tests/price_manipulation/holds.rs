//! Predictions that are held: those that go far, and those that would start from a price that is itself held.

use serde_json::{Value, json};

use crate::shop::{Reply, Shop, feed::Market};

async fn ask(shop: &Shop, question: &Value) -> Reply {
    shop.caller().post("/api/v1/predict/BTC", question).await
}

fn review_of(reply: &Reply) -> String {
    assert_eq!(reply.status(), 202, "{}", reply.text());
    let link = reply.json()["review"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), Some(&*link));
    assert!(reply.header("retry-after").is_some());
    link
}

fn id_of(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn what_goes_far_is_shown_once_an_operator_approves() {
    let shop = Shop::bold(1.11, &[]).await;
    let held = ask(&shop, &json!({"horizon_days": 7})).await;
    let link = review_of(&held);
    let body = held.json();
    assert_eq!((&body["asset_id"], &body["horizon_days"]), (&json!("BTC"), &json!(7)));
    assert!(body["confidence"].is_number() && !held.text().contains("price"), "{}", held.text());
    assert_eq!(review_of(&shop.at("192.0.2.9").get(&link).await), link, "the link is enough");
    assert_eq!(review_of(&ask(&shop, &json!({"horizon_days": 7})).await), link, "equal questions share it");
    assert_ne!(review_of(&ask(&shop, &json!({"horizon_days": 8})).await), link);
    assert_eq!(shop.events().iter().filter(|word| **word == "prediction_held").count(), 2);

    let operator = shop.another_operator("op@example.org").await;
    let desk = shop.caller().token(&operator);
    let approved = desk.decides(id_of(&link), "approve").await;
    assert_eq!((approved.status(), &approved.json()["state"]), (200, &json!("approved")));
    let answer = ask(&shop, &json!({"horizon_days": 7})).await;
    assert_eq!((answer.status(), &answer.json()["review"]), (200, &json!(link)));
    let polled = shop.at("192.0.2.9").get(&link).await;
    assert_eq!((polled.status(), polled.json()), (200, answer.json()));
    let change = polled.json()["change_pct"].as_f64().unwrap();
    assert!((change - 11.0).abs() < 1e-6, "{change}");
    assert!(shop.events().contains(&"review_approved"));
}

#[tokio::test]
async fn what_is_rejected_has_no_answer_until_the_next_bar() {
    let shop = Shop::bold(0.5, &[]).await;
    let link = review_of(&ask(&shop, &json!({})).await);
    let operator = shop.another_operator("op@example.org").await;
    let desk = shop.caller().token(&operator);
    assert_eq!(desk.decides(id_of(&link), "reject").await.status(), 200);
    let refused = (409, "prediction_rejected".to_owned());
    assert_eq!(ask(&shop, &json!({})).await.refusal(), refused);
    assert_eq!(shop.caller().get(&link).await.refusal(), refused);
    assert_eq!(desk.decides(id_of(&link), "approve").await.refusal(), (409, "already_decided".into()));
    let events = shop.event_log();
    let told = events.iter().find(|event| event.kind.word() == "review_rejected").unwrap();
    assert!(told.account.is_some() && told.client.is_some());
    let place = told.rule.as_ref().unwrap().place.clone().unwrap();
    assert!(place.contains("it's so") && place.contains(id_of(&link)), "{place}");
}

#[tokio::test]
async fn who_asked_cannot_approve() {
    let shop = Shop::bold(2.0, &[]).await;
    let first = shop.another_operator("op@example.org").await;
    let second = shop.another_operator("second@example.org").await;
    let link = review_of(&shop.caller().token(&first).post("/api/v1/predict/BTC", &json!({})).await);
    let own = shop.caller().token(&first).decides(id_of(&link), "approve").await;
    assert_eq!(own.refusal(), (403, "own_review".into()));
    assert_eq!(shop.caller().token(&second).decides(id_of(&link), "approve").await.status(), 200);
}

#[tokio::test]
async fn a_price_of_ones_own_makes_no_hold_and_no_alert() {
    let shop = Shop::bold(1.08, &[]).await;
    for price in ["9500", "7900"] {
        let answer = ask(&shop, &json!({"price": price})).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
    }
    assert!(!shop.events().contains(&"prediction_held"));
    let bold = Shop::bold(1.5, &[]).await;
    review_of(&ask(&bold, &json!({"price": "8000"})).await);
    let operator = bold.another_operator("op@example.org").await;
    let facts = &bold.caller().token(&operator).reviews("open").await[0]["facts"];
    assert_eq!(facts["prediction"]["current_price"], "8709.49", "it is the model that is reviewed");
}

#[tokio::test]
async fn nobody_makes_up_a_link() {
    let shop = Shop::bold(2.0, &[]).await;
    let link = review_of(&ask(&shop, &json!({})).await);
    let other = link.replace(['0', '1'], "2");
    for path in [&*other, "/api/v1/reviews/0", "/api/v1/reviews/00000000-0000-0000-0000-000000000000"] {
        if path != link {
            assert_eq!(shop.caller().get(path).await.refusal(), (404, "not_found".into()), "{path}");
        }
    }
    let shop = shop.restart().await;
    assert_eq!(review_of(&shop.caller().get(&link).await), link, "and it outlives a restart");
}

#[tokio::test]
async fn nothing_starts_from_a_price_while_the_newest_is_held() {
    let market = Market::open(&[]).await;
    let asks = async || market.shop.at("192.0.2.44").post("/api/v1/predict/EURUSD", &json!({})).await;
    market.sends_one("binance_official", 0, market.price(0, 1.0)).await;
    assert_eq!(asks().await.status(), 200);
    let row = market.sends_one("binance_official", 1, market.price(1, 1.3)).await;
    assert_eq!(row["verdict"], "quarantined");
    review_of(&asks().await);
    let own = json!({"price": format!("{:.4}", market.last)});
    let answer = market.shop.at("192.0.2.44").post("/api/v1/predict/EURUSD", &own).await;
    assert_eq!(answer.status(), 200, "a price of one's own does not start from it: {}", answer.text());
    let operator = market.shop.another_operator("second@example.org").await;
    let desk = market.shop.caller().token(&operator);
    let approved = desk.decides(row["review"].as_str().unwrap(), "approve").await;
    assert_eq!(approved.status(), 200, "{}", approved.text());
    assert_eq!(asks().await.status(), 200, "{}", market.seen().await);
}

#[tokio::test]
async fn a_frozen_price_is_not_predicted_from() {
    let market = Market::open(&["ingest.frozen_after=3"]).await;
    for hour in 0..5 {
        market.sends_one("binance_official", hour, market.price(0, 1.0)).await;
    }
    let asks = async || market.shop.at("192.0.2.44").post("/api/v1/predict/EURUSD", &json!({})).await;
    let frozen = asks().await;
    assert_eq!(frozen.refusal(), (503, "price_frozen".into()));
    assert!(frozen.header("retry-after").is_some());
    market.sends_one("binance_official", 5, market.price(1, 1.001)).await;
    assert_eq!(asks().await.status(), 200);
}
