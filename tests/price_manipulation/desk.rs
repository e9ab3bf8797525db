//! The review desk: who sees it, who decides, and what is told when nobody does.

use std::time::Duration;

use serde_json::json;

use crate::shop::{PASSWORD, Shop, feed::Market};

const FIRST: &str = "binance_official";

/// A market with one held price, and the identifier of its review.
async fn held(settings: &[&str]) -> (Market, String) {
    let market = Market::open(settings).await;
    market.sends_one(FIRST, 0, market.price(0, 1.0)).await;
    let row = market.sends_one(FIRST, 1, market.price(1, 1.3)).await;
    assert_eq!(row["verdict"], "quarantined", "{row}");
    let id = row["review"].as_str().unwrap().to_owned();
    (market, id)
}

#[tokio::test]
async fn an_operator_lets_a_price_in_or_refuses_it() {
    for (verb, times, event) in [("approve", 1.3, "price_released"), ("reject", 1.0, "price_refused")] {
        let (market, id) = held(&[]).await;
        let operator = market.shop.another_operator("second@example.org").await;
        let desk = market.shop.caller().token(&operator);
        let open = desk.reviews("open").await;
        assert_eq!(open.len(), 1);
        assert_eq!(
            (&open[0]["id"], &open[0]["subject"], &open[0]["state"]),
            (&json!(id), &json!("price"), &json!("open"))
        );
        assert!(open[0]["facts"]["close"].is_string() && open[0]["source"] == FIRST, "{}", open[0]);
        let decided = desk.decides(&id, verb).await;
        assert_eq!(decided.status(), 200, "{}", decided.text());
        assert!((market.served().await / market.last - times).abs() < 0.002, "{verb}");
        assert_eq!((desk.reviews("open").await.len(), desk.reviews("decided").await.len()), (0, 1));
        let reason = &desk.reviews("all").await[0]["decided"]["reason"];
        assert_eq!(reason, "it's so; SELECT what you will");
        assert_eq!(desk.decides(&id, verb).await.refusal(), (409, "already_decided".into()));
        assert!(market.shop.events().contains(&event));
    }
}

#[tokio::test]
async fn who_uploaded_cannot_approve_but_may_take_it_back() {
    let (market, id) = held(&[]).await;
    let uploader = market.operator().await;
    let desk = market.shop.caller().token(&uploader);
    assert_eq!(desk.decides(&id, "approve").await.refusal(), (403, "own_review".into()));
    assert_eq!(desk.decides(&id, "reject").await.status(), 200);
}

#[tokio::test]
async fn only_operators_who_signed_in_lately_decide() {
    let (market, id) = held(&[]).await;
    let shop = &market.shop;
    assert_eq!(shop.caller().get("/api/v1/admin/reviews").await.status(), 401);
    let user = shop.member("ada@example.org").await;
    assert_eq!(
        shop.caller().token(&user).get("/api/v1/admin/reviews").await.refusal(),
        (403, "forbidden".into())
    );
    assert_eq!(shop.caller().token(&user).decides(&id, "approve").await.refusal(), (403, "forbidden".into()));
    let operator = shop.another_operator("second@example.org").await;
    shop.wait(Duration::from_secs(601));
    let late = shop.caller().token(&operator).decides(&id, "approve").await;
    assert_eq!(late.refusal(), (401, "step_up_required".into()));
    let step_up = json!({"password": PASSWORD});
    let proved = shop.caller().token(&operator).post("/api/v1/auth/step-up", &step_up).await;
    assert!(proved.status() < 300, "{}", proved.text());
    assert_eq!(shop.caller().token(&operator).decides(&id, "approve").await.status(), 200);
}

#[tokio::test]
async fn a_decision_says_why() {
    let (market, id) = held(&[]).await;
    let operator = market.shop.another_operator("second@example.org").await;
    let desk = market.shop.caller().token(&operator);
    let path = format!("/api/v1/admin/reviews/{id}/reject");
    for reason in ["", "   ", &"x".repeat(501)] {
        assert_eq!(desk.post(&path, &json!({"reason": reason})).await.fields(), ["reason"], "{reason}");
    }
    assert_eq!(desk.post(&path, &json!({})).await.fields(), ["reason"]);
    let unknown = "/api/v1/admin/reviews/00000000-0000-7000-8000-000000000000/reject";
    assert_eq!(desk.post(unknown, &json!({"reason": "x"})).await.refusal(), (404, "not_found".into()));
    assert_eq!(desk.post(&path, &json!({"reason": "ü".repeat(500)})).await.status(), 200);
}

#[tokio::test]
async fn reviews_come_in_pages() {
    let shop = Shop::bold(2.0, &[]).await;
    for days in 1..=5 {
        shop.caller().post("/api/v1/predict/BTC", &json!({"horizon_days": days})).await;
        shop.wait(Duration::from_secs(1));
    }
    let operator = shop.another_operator("op@example.org").await;
    let desk = shop.caller().token(&operator);
    let mut seen = Vec::new();
    let mut path = "/api/v1/admin/reviews?limit=2".to_owned();
    loop {
        let page = desk.get(&path).await.json();
        seen.extend(
            page["reviews"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["facts"]["prediction"]["horizon_days"].clone()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/admin/reviews?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    for wrong in ["state=shut", "limit=0", "limit=1001", "cursor=1_x.0"] {
        let reply = desk.get(&format!("/api/v1/admin/reviews?{wrong}")).await;
        assert_eq!(reply.refusal(), (400, "invalid_query".into()), "{wrong}");
    }
}

#[tokio::test]
async fn what_nobody_looks_at_is_told_again_and_stays_held() {
    let (market, id) = held(&["mail.url=smtp://127.0.0.1:25", "mail.from=aspis@example.org"]).await;
    let shop = &market.shop;
    let reminders = async || {
        let letters = shop.letters().await;
        letters.iter().filter(|letter| letter.text.expose().contains("overdue")).count()
    };
    assert_eq!(reminders().await, 0);
    shop.wait(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(reminders().await, 1);
    assert_eq!(reminders().await, 1, "once is enough for now");
    shop.wait(Duration::from_secs(4 * 3600));
    assert_eq!(reminders().await, 2);
    let operator = market.operator().await;
    let notices = shop.caller().token(&operator).get("/api/v1/auth/notices").await.json();
    let told = notices["notices"].as_array().unwrap().iter().filter(|one| one["kind"] == "review_overdue");
    assert_eq!(told.count(), 2);
    assert_eq!(shop.caller().token(&operator).reviews("open").await[0]["id"], json!(id));
    assert!((market.served().await / market.last - 1.0).abs() < 0.002);
    assert_eq!(shop.events().iter().filter(|word| **word == "review_overdue").count(), 2);
}

#[tokio::test]
async fn a_review_of_prices_is_there_for_who_brought_them() {
    let (market, id) = held(&[]).await;
    let path = format!("/api/v1/reviews/{id}");
    assert_eq!(market.shop.caller().get(&path).await.refusal(), (404, "not_found".into()));
    let user = market.shop.member("ada@example.org").await;
    assert_eq!(market.shop.caller().token(&user).get(&path).await.refusal(), (404, "not_found".into()));
    let own = market.shop.caller().token(&market.operator().await).get(&path).await;
    assert_eq!((own.status(), &own.json()["state"]), (200, &json!("open")));
}
