//! What an answer is to a browser: never a page of somebody else's making.

use serde_json::json;

use crate::shop::Shop;

const HOSTILE: &str = "<script>alert(1)</script>";

#[tokio::test]
async fn no_answer_of_the_api_can_run_in_a_browser() {
    // With the inspector off, what is sent gets as far as it can.
    let shop = Shop::endless(&["safeguards.inspect=off"]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    let placed =
        caller.order("buy", "k", &json!({"asset_id": "BTC", "quantity": "0.001", "note": HOSTILE})).await;
    assert_eq!(placed.json()["note"], HOSTILE, "stored text is never rewritten");
    let replies = [
        placed,
        caller.get("/api/v1/portfolio/transactions").await,
        caller.get("/api/v1/price/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await,
        caller.get("/api/v1/price/%3Cb%3E").await,
        caller.get("/api/v1/prices?%3Cscript%3E=1").await,
        caller.post("/api/v1/predict/BTC", &json!({"source": HOSTILE})).await,
        caller.post("/api/v1/predict/BTC", &json!({(HOSTILE): 1})).await,
        caller.call(HOSTILE.trim_matches(['<', '>']).split('>').next().unwrap(), "/api/v1/prices", "").await,
        caller.get("/%3Cscript%3E").await,
    ];
    for reply in replies {
        let kind = reply.header("content-type").unwrap();
        assert!(["application/json", "application/problem+json"].contains(&kind), "{kind}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert_eq!(reply.header("x-frame-options"), Some("DENY"));
    }
}

#[tokio::test]
async fn an_error_never_repeats_what_was_sent_in_a_value() {
    let shop = Shop::endless(&["safeguards.inspect=off"]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    for body in [json!({"source": HOSTILE}), json!({"price": HOSTILE}), json!({"horizon_days": HOSTILE})] {
        let reply = caller.post("/api/v1/predict/BTC", &body).await;
        assert_eq!(reply.status(), 400);
        assert!(!reply.text().contains("script"), "{}", reply.text());
    }
    for body in
        [json!({"asset_id": HOSTILE, "quantity": "1"}), json!({"asset_id": "BTC", "quantity": HOSTILE})]
    {
        let reply = caller.order("buy", "k", &body).await;
        assert_eq!(reply.status(), 400);
        assert!(!reply.text().contains("script"), "{}", reply.text());
    }
    for query in ["limit", "from", "cursor", "interval"] {
        let reply = caller.get(&format!("/api/v1/history/BTC?{query}=%3Cscript%3E")).await;
        assert_eq!((reply.status(), reply.fields()), (400, vec![query.to_owned()]));
        assert!(!reply.text().contains("script"), "{}", reply.text());
    }
}
