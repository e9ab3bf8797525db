//! What the owner of an account is told, and nobody else.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const EVE: &str = "eve@example.org";
const NOTICES: &str = "/api/v1/auth/notices";

async fn log_in(caller: &Caller<'_>, password: &str) -> crate::shop::Reply {
    caller.post("/api/v1/auth/login", &json!({"email": ADA, "password": password})).await
}

/// The notices that a token opens, newest first.
async fn notices(shop: &Shop, token: &str) -> Vec<Value> {
    shop.keep().await;
    let reply = shop.caller().token(token).get(NOTICES).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["notices"].as_array().unwrap().clone()
}

fn kinds(notices: &[Value]) -> Vec<&str> {
    notices.iter().map(|notice| notice["kind"].as_str().unwrap()).collect()
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

#[tokio::test]
async fn a_new_device_is_told_of_and_a_known_one_is_not() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    shop.wait(Duration::from_secs(60));
    let signed = log_in(&shop.at("2001:db8::7").but("user-agent", "phone/3 <b>"), PASSWORD).await.json();
    let token = text(&signed, "access_token");
    let told = notices(&shop, token).await;
    assert_eq!(kinds(&told), ["new_device", "new_device"]);
    assert_eq!(
        (&told[0]["client"], &told[0]["user_agent"]),
        (&json!("2001:db8::/64"), &json!("phone/3 <b>"))
    );
    assert_eq!(
        (&told[0]["at"], &told[1]["at"]),
        (&json!("2026-11-21T12:01:00Z"), &json!("2026-11-21T12:00:00Z"))
    );
    assert!(!told[0]["text"].as_str().unwrap().is_empty());
    let body = json!({"email": ADA, "password": PASSWORD, "device_token": signed["device_token"]});
    assert_eq!(shop.at("192.0.2.9").post("/api/v1/auth/login", &body).await.status(), 200);
    assert_eq!(notices(&shop, token).await.len(), 2, "the device is known, wherever it is");
}

#[tokio::test]
async fn a_lock_is_told_of_with_the_one_who_caused_it() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    shop.wait(Duration::from_secs(1));
    for host in 1..=5 {
        let wrong = log_in(&shop.at(&format!("192.0.2.{host}")), "never the right one").await;
        assert_eq!(wrong.refusal(), (401, "invalid_credentials".into()));
    }
    assert_eq!(log_in(&shop.at("192.0.2.6"), PASSWORD).await.refusal(), (423, "account_locked".into()));
    let told = notices(&shop, text(&tokens, "access_token")).await;
    assert_eq!(kinds(&told), ["account_lock_began", "new_device"]);
    assert_eq!((&told[0]["client"], &told[0]["user_agent"]), (&json!("192.0.2.5"), &json!("shop/1")));
}

#[tokio::test]
async fn a_replay_is_told_of_with_the_one_who_sent_it() {
    let shop = Shop::endless(&[]).await;
    let stolen = shop.tokens(ADA).await;
    let kept = log_in(&shop.caller(), PASSWORD).await.json();
    shop.wait(Duration::from_secs(1));
    let body = json!({"refresh_token": stolen["refresh_token"]});
    assert_eq!(shop.at("192.0.2.1").post("/api/v1/auth/refresh", &body).await.status(), 200);
    let thief = shop.at("192.0.2.66").but("user-agent", "thief/1").post("/api/v1/auth/refresh", &body).await;
    assert_eq!(thief.refusal(), (401, "invalid_refresh_token".into()));
    let told = notices(&shop, text(&kept, "access_token")).await;
    assert_eq!(told[0]["kind"], "refresh_token_replayed");
    assert_eq!((&told[0]["client"], &told[0]["user_agent"]), (&json!("192.0.2.66"), &json!("thief/1")));
    let event =
        shop.event_log().into_iter().find(|event| event.kind.word() == "refresh_token_replayed").unwrap();
    assert_eq!(event.client.unwrap().to_string(), "192.0.2.66");
    assert!(event.account.is_some() && event.request.is_some());
}

#[tokio::test]
async fn notices_come_newest_first_and_survive_a_restart() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let caller = shop.caller().token(text(&tokens, "access_token"));
    shop.wait(Duration::from_secs(1));
    let change = json!({"current_password": PASSWORD, "password": "quite different words 43"});
    let changed = caller.post("/api/v1/auth/password", &change).await;
    assert!(matches!(changed.status(), 200 | 204), "{}", changed.text());
    shop.wait(Duration::from_secs(1));
    let body = json!({"allowed_ips": ["203.0.113.7"]}).to_string();
    let json = caller.clone().with("content-type", "application/json");
    assert_eq!(json.call("PUT", "/api/v1/auth/allowed-ips", body).await.status(), 200);
    let all = ["allowed_addresses_changed", "password_changed", "new_device"];
    let told = notices(&shop, text(&tokens, "access_token")).await;
    assert_eq!(kinds(&told), all);
    let shop = shop.restart().await;
    assert_eq!(notices(&shop, text(&tokens, "access_token")).await, told);
}

#[tokio::test]
async fn notices_are_their_owners_alone() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    let eve = shop.tokens(EVE).await;
    for host in 1..=5 {
        log_in(&shop.at(&format!("192.0.2.{host}")), "never the right one").await;
    }
    assert_eq!(kinds(&notices(&shop, text(&eve, "access_token")).await), ["new_device"]);
    assert_eq!(shop.caller().get(NOTICES).await.refusal(), (401, "credentials_required".into()));
}

/// Nobody fills an account's memory by what happens to it.
#[tokio::test]
async fn at_most_a_hundred_are_shown() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    for _ in 0..101 {
        shop.wait(Duration::from_secs(1));
        assert_eq!(log_in(&shop.caller(), PASSWORD).await.status(), 200);
    }
    let told = notices(&shop, text(&tokens, "access_token")).await;
    assert_eq!((told.len(), &told[0]["at"]), (100, &json!("2026-11-21T12:01:41Z")));
}
