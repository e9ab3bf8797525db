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

/// The one that was to go is no new one; the link stays good for another.
#[tokio::test]
async fn the_password_that_was_to_go_is_not_taken_again() {
    let shop = Shop::lenient(&[]).await;
    let (op, _) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    does(&shop, &op, &json!({"action": "force_password_reset", "account": ADA})).await;
    shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": ADA})).await;
    let letters = shop.letters().await;
    let text = letters.iter().rev().find_map(|letter| letter.text.expose().split_once("#token=")).unwrap().1;
    let token = text.split_whitespace().next().unwrap();
    let reset = async |password: &str| {
        let sent = json!({"token": token, "password": password});
        shop.caller().post("/api/v1/auth/password/reset", &sent).await
    };
    let same = reset(PASSWORD).await;
    assert_eq!((same.refusal(), same.fields()), ((400, "weak_password".into()), vec!["password".to_owned()]));
    assert!(same.text().contains("another password than the one before"), "{}", same.text());
    assert_eq!(enter(&shop, PASSWORD).await, (403, "password_reset_required".into()));
    assert!(reset(NEW).await.status() < 300);
    assert_eq!(enter(&shop, NEW).await, (200, String::new()));
    assert_eq!(enter(&shop, PASSWORD).await.0, 401);
}

/// Who forgot a password and remembers it again may keep it.
#[tokio::test]
async fn without_an_operators_word_the_same_password_may_stay() {
    let shop = Shop::lenient(&[]).await;
    shop.member(ADA).await;
    shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": ADA})).await;
    let letters = shop.letters().await;
    let text = letters.iter().rev().find_map(|letter| letter.text.expose().split_once("#token=")).unwrap().1;
    let reset = json!({"token": text.split_whitespace().next(), "password": PASSWORD});
    let reset = shop.caller().post("/api/v1/auth/password/reset", &reset).await;
    assert!(reset.status() < 300, "{}", reset.text());
    assert_eq!(enter(&shop, PASSWORD).await.0, 200);
}

/// Who knew a password may have made keys: they end with it, unless they are to stay, and both is said.
#[tokio::test]
async fn api_keys_end_with_the_password_unless_they_are_to_stay() {
    let shop = Shop::lenient(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let make = async |email: &str| {
        let wish = json!({"name": "x", "scopes": ["read:prices"]});
        let made = shop.caller().token(&shop.member(email).await).post("/api/v1/keys", &wish).await;
        made.json()["key"].as_str().unwrap().to_owned()
    };
    let (ada, bob) = (make(ADA).await, make("bob@example.org").await);
    let opens = async |key: &str| shop.caller().with("x-api-key", key).get("/api/v1/prices").await.status();
    let force = async |account: &str, keys: serde_json::Value| {
        let mut ask = json!({"action": "force_password_reset", "account": account});
        ask.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        let done = does(&shop, &op, &ask).await["actions"][0].clone();
        (done["keys_ended"].as_u64(), done["keys_kept"].as_u64())
    };
    assert_eq!(force(ADA, json!({"keys": "keep"})).await, (Some(0), Some(1)));
    assert_eq!(opens(&ada).await, 200);
    assert_eq!(force(ADA, json!({"dry_run": true})).await, (Some(1), Some(0)));
    assert_eq!(opens(&ada).await, 200);
    assert_eq!(force(ADA, json!({})).await, (Some(1), Some(0)));
    assert_eq!((opens(&ada).await, opens(&bob).await), (401, 200));
    let shop = shop.restart().await;
    assert_eq!(shop.caller().with("x-api-key", &ada).get("/api/v1/prices").await.status(), 401);
}

#[tokio::test]
async fn it_can_be_taken_back_and_spares_who_asks() {
    let shop = Shop::lenient(&[]).await;
    let (op, _) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let ask = json!({"action": "force_password_reset", "scope": "everybody", "dry_run": true});
    let dry = does(&shop, &op, &ask).await;
    assert_eq!(enter(&shop, PASSWORD).await.0, 200);
    let done = does(&shop, &op, &json!({"action": "force_password_reset", "scope": "everybody"})).await;
    assert_eq!((&dry["actions"][0]["touched"], &done["actions"][0]["touched"]), (&2.into(), &2.into()));
    assert_eq!(me(&shop, &op, "203.0.113.7").await, 200);
    assert_eq!(enter(&shop, PASSWORD).await.0, 403);
    let listed = shop.caller().token(&op).get("/api/v1/admin/accounts").await.json();
    let forced = listed["accounts"].as_array().unwrap().iter();
    assert_eq!(forced.filter(|account| account["password_reset_forced"] == true).count(), 2);
    assert_eq!(undo(&shop, &op, &done).await.status(), 200);
    assert_eq!(enter(&shop, PASSWORD).await.0, 200);
    assert_eq!(
        asks(&shop, &op, &json!({"action": "force_password_reset", "account": ADA, "scope": "everybody"}))
            .await
            .status(),
        400
    );
}
