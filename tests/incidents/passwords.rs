//! Passwords that are no longer good: whoever knows one has to set another by a link.

use serde_json::json;

use super::{OPERATOR, asks, does, me, undo};
use crate::shop::{PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const NEW: &str = "quite another set of words 77";

async fn enter(shop: &Shop, password: &str) -> (u16, String) {
    let reply = shop.caller().post("/api/v1/auth/login", &json!({"email": ADA, "password": password})).await;
    if reply.status() == 200 { (200, String::new()) } else { reply.refusal() }
}

#[tokio::test]
async fn a_forced_reset_is_over_when_a_password_was_set() {
    let shop = Shop::lenient(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let done = does(&shop, &op, &json!({"action": "force_password_reset", "account": ADA})).await;
    assert_eq!(done["actions"][0]["touched"], 1);
    assert_eq!(me(&shop, &ada, "203.0.113.7").await, 401);
    assert_eq!(enter(&shop, PASSWORD).await, (403, "password_reset_required".into()));
    // Who does not know the password does not learn of it.
    assert_eq!(enter(&shop, "a wrong one of many words").await, (401, "invalid_credentials".into()));
    let shop = shop.restart().await;
    assert_eq!(enter(&shop, PASSWORD).await, (403, "password_reset_required".into()));
    shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": ADA})).await;
    let letters = shop.letters().await;
    let text = letters.iter().rev().find_map(|letter| letter.text.expose().split_once("#token=")).unwrap().1;
    let token = text.split_whitespace().next().unwrap().to_owned();
    let reset = json!({"token": token, "password": NEW});
    let reset = shop.caller().post("/api/v1/auth/password/reset", &reset).await;
    assert!(reset.status() < 300, "{}", reset.text());
    assert_eq!(enter(&shop, NEW).await, (200, String::new()));
}

#[tokio::test]
async fn it_can_be_taken_back_and_spares_who_asks() {
    let shop = Shop::lenient(&[]).await;
    let (op, _) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let ask = json!({"action": "force_password_reset", "all": true, "dry_run": true});
    let dry = does(&shop, &op, &ask).await;
    assert_eq!(enter(&shop, PASSWORD).await.0, 200);
    let done = does(&shop, &op, &json!({"action": "force_password_reset", "all": true})).await;
    assert_eq!((&dry["actions"][0]["touched"], &done["actions"][0]["touched"]), (&2.into(), &2.into()));
    assert_eq!(me(&shop, &op, "203.0.113.7").await, 200);
    assert_eq!(enter(&shop, PASSWORD).await.0, 403);
    let listed = shop.caller().token(&op).get("/api/v1/admin/accounts").await.json();
    let forced = listed["accounts"].as_array().unwrap().iter();
    assert_eq!(forced.filter(|account| account["password_reset_forced"] == true).count(), 2);
    assert_eq!(undo(&shop, &op, &done).await.status(), 200);
    assert_eq!(enter(&shop, PASSWORD).await.0, 200);
    assert_eq!(
        asks(&shop, &op, &json!({"action": "force_password_reset", "account": ADA, "all": true}))
            .await
            .status(),
        400
    );
}
