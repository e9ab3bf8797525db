//! Single accounts: disabled, enabled, without their factors; and names that are locked.

use serde_json::{Value, json};

use super::{INCIDENT, OPERATOR, me, notices, undo};
use crate::shop::{PASSWORD, Reply, Shop};

const ADA: &str = "ada@example.org";
const ACCOUNTS: &str = "/api/v1/admin/accounts";
const LOCKOUTS: &str = "/api/v1/admin/lockouts";

async fn account(shop: &Shop, op: &str, email: &str) -> Value {
    let page = shop.caller().token(op).get(ACCOUNTS).await.json();
    let found = page["accounts"].as_array().unwrap().iter().find(|account| account["email"] == email);
    found.cloned().unwrap()
}

async fn change(shop: &Shop, op: &str, email: &str, action: &str) -> Reply {
    let id = account(shop, op, email).await["id"].as_str().unwrap().to_owned();
    shop.caller().token(op).post(&format!("{ACCOUNTS}/{id}"), &json!({"action": action})).await
}

async fn enter(shop: &Shop, password: &str) -> u16 {
    let login = json!({"email": ADA, "password": password});
    shop.caller().post("/api/v1/auth/login", &login).await.status()
}

#[tokio::test]
async fn who_is_disabled_is_nobody() {
    let shop = Shop::lenient(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let made = shop.caller().token(&ada).post("/api/v1/keys", &wish).await.json();
    let key = made["key"].as_str().unwrap().to_owned();
    let opens =
        async |shop: &Shop| shop.caller().with("x-api-key", &key).get("/api/v1/prices").await.status();
    assert_eq!((me(&shop, &ada, "203.0.113.7").await, opens(&shop).await), (200, 200));
    let done = change(&shop, &op, ADA, "disable").await;
    assert_eq!(done.status(), 200, "{}", done.text());
    assert_eq!(
        (me(&shop, &ada, "203.0.113.7").await, opens(&shop).await, enter(&shop, PASSWORD).await),
        (401, 401, 401)
    );
    assert_eq!(account(&shop, &op, ADA).await["enabled"], false);
    assert_eq!(undo(&shop, &op, &done.json()).await.status(), 200);
    assert_eq!((opens(&shop).await, enter(&shop, PASSWORD).await), (200, 200));
    assert_eq!(me(&shop, &ada, "203.0.113.7").await, 401, "what was ended stays so");
    change(&shop, &op, ADA, "disable").await;
    let shop = shop.restart().await;
    assert_eq!((opens(&shop).await, enter(&shop, PASSWORD).await), (401, 401));
    assert_eq!(change(&shop, &op, ADA, "enable").await.status(), 200);
    assert_eq!((opens(&shop).await, enter(&shop, PASSWORD).await), (200, 200));
    assert!(notices(&shop, &shop.signs_in(ADA).await).await.contains(&"account_disabled".to_owned()));
}

/// A key opens nothing while its owner is disabled; whoever finds it ends it all the same, and for good.
#[tokio::test]
async fn a_key_of_who_is_disabled_is_ended_by_who_found_it() {
    let shop = Shop::lenient(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let made = shop.caller().token(&ada).post("/api/v1/keys", &wish).await.json();
    change(&shop, &op, ADA, "disable").await;
    let found = json!({"key": made["key"]});
    assert_eq!(shop.caller().post("/api/v1/keys/revoke", &found).await.status(), 200);
    assert_eq!(change(&shop, &op, ADA, "enable").await.status(), 200);
    let key = made["key"].as_str().unwrap();
    assert_eq!(shop.caller().with("x-api-key", key).get("/api/v1/prices").await.status(), 401);
}

#[tokio::test]
async fn an_operator_is_left() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    assert_eq!(change(&shop, &op, OPERATOR, "disable").await.refusal(), (409, "locks_you_out".into()));
    let me_too = json!({"action": "disable", "account": OPERATOR, "me_too": true});
    assert_eq!(
        shop.caller().token(&op).post(INCIDENT, &me_too).await.refusal(),
        (409, "last_operator".into())
    );
    let second = shop.another_operator("second@example.org").await;
    assert_eq!(change(&shop, &second, OPERATOR, "disable").await.status(), 200);
    assert_eq!(me(&shop, &op, "203.0.113.7").await, 401);
}

#[tokio::test]
async fn who_lost_every_factor_comes_back() {
    let shop = Shop::lenient(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let ada = shop.secured(ADA).await.token;
    let login = json!({"email": ADA, "password": PASSWORD});
    assert_eq!(shop.caller().post("/api/v1/auth/login", &login).await.refusal().1, "totp_required");
    assert_eq!(account(&shop, &op, ADA).await["totp"], true);
    let done = change(&shop, &op, ADA, "remove_factors").await.json();
    assert_eq!(done["actions"][0]["touched"], 1);
    assert_eq!(me(&shop, &ada, "203.0.113.7").await, 401);
    assert_eq!((enter(&shop, PASSWORD).await, account(&shop, &op, ADA).await["totp"] == false), (200, true));
    assert!(notices(&shop, &shop.signs_in(ADA).await).await.contains(&"factors_reset".to_owned()));
    assert_eq!(undo(&shop, &op, &done).await.refusal(), (409, "cannot_be_undone".into()));
}

#[tokio::test]
async fn a_lock_is_listed_and_lifted() {
    let shop = Shop::endless(&["lock.challenge_over=1000", "lock.wait_over=1000", "lock.after=3"]).await;
    let (op, _) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    for name in [ADA, "nobody@example.org"] {
        for _ in 0..3 {
            let login = json!({"email": name, "password": "wrong words of somebody 1"});
            shop.at("192.0.2.66").post("/api/v1/auth/login", &login).await;
        }
    }
    assert_eq!(enter(&shop, PASSWORD).await, 423);
    let locked = shop.caller().token(&op).get(LOCKOUTS).await.json();
    let locked = locked["lockouts"].as_array().unwrap();
    assert_eq!(locked.len(), 2);
    let ada = locked.iter().find(|one| one["email"] == ADA).unwrap();
    assert!(locked.iter().any(|one| one["email"].is_null()), "nobody's name has no account");
    let path = format!("{LOCKOUTS}/{}", ada["id"].as_str().unwrap());
    assert_eq!(shop.caller().token(&op).call("DELETE", &path, "").await.status(), 204);
    assert_eq!(shop.caller().token(&op).call("DELETE", &path, "").await.status(), 404);
    assert_eq!(enter(&shop, PASSWORD).await, 200);
    assert!(shop.events().contains(&"account_lock_lifted"));
}
