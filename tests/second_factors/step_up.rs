//! What is delicate wants a sign-in or step-up of the last ten minutes, with the factor where one is enrolled.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ADA, PATIENT, RECOVERY, STEP, STEP_UP, TOTP, access, current, login, refused, times, totp_required,
};
use crate::shop::{Caller, PASSWORD, Reply, Shop};

const TEN_MINUTES: Duration = Duration::from_secs(600);
const MICRO: Duration = Duration::from_micros(1);
const BUY: &str = "/api/v1/portfolio/buy";

/// Every call that wants it.
fn delicate() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("POST", TOTP, Value::Null),
        ("POST", "/api/v1/auth/totp/confirm", json!({"code": "123456"})),
        ("DELETE", TOTP, Value::Null),
        ("POST", RECOVERY, Value::Null),
        ("POST", "/api/v1/auth/passkeys", Value::Null),
        ("POST", "/api/v1/auth/passkeys/confirm", json!({"ceremony": "x", "credential": {}, "name": "x"})),
        ("DELETE", "/api/v1/auth/passkeys/01890000-0000-7000-8000-000000000000", Value::Null),
        ("PUT", "/api/v1/auth/allowed-ips", json!({"allowed_ips": []})),
        ("POST", BUY, json!({"asset_id": "BTC", "quantity": "5"})),
        (
            "POST",
            "/api/v1/auth/password",
            json!({"current_password": "not the right words 7", "password": "other unrelated words 43"}),
        ),
    ]
}

async fn send(caller: &Caller<'_>, (method, path, body): (&str, &str, Value)) -> Reply {
    let caller = if path == BUY { caller.clone().with("idempotency-key", "large") } else { caller.clone() };
    if body.is_null() {
        return caller.call(method, path, "").await;
    }
    caller.with("content-type", "application/json").call(method, path, body.to_string()).await
}

fn step_up_required() -> (u16, String) {
    refused(401, "step_up_required")
}

#[tokio::test]
async fn ten_minutes_after_the_sign_in_it_is_asked_for() {
    let shop = Shop::endless(&PATIENT).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    shop.wait(TEN_MINUTES.checked_sub(MICRO).unwrap());
    for call in delicate() {
        let reply = send(&owner, call.clone()).await;
        assert_ne!(reply.status(), 500, "{call:?}");
        let asked = reply.status() == 401 && reply.code() == "step_up_required";
        assert!(!asked, "{call:?} after 9 minutes and 59 seconds");
    }
    shop.wait(MICRO);
    for call in delicate() {
        assert_eq!(send(&owner, call.clone()).await.refusal(), step_up_required(), "{call:?}");
    }
    // What is not delicate goes on.
    let small = json!({"asset_id": "BTC", "quantity": "0.01"});
    assert_eq!(owner.order("buy", "small", &small).await.status(), 201);
    for path in ["me", "sessions", "notices", "allowed-ips", "passkeys"] {
        assert_eq!(owner.get(&format!("/api/v1/auth/{path}")).await.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn without_a_factor_the_password_is_proof_enough() {
    let shop = Shop::endless(&[&PATIENT[..], &["auth.access_token=1h"]].concat()).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let other = shop.caller().token(&access(&login(&shop, "192.0.2.1", ADA, None).await));
    shop.wait(TEN_MINUTES);
    let wrong = owner.post(STEP_UP, &json!({"password": "not the right words 7"})).await;
    assert_eq!(wrong.refusal(), refused(401, "invalid_credentials"));
    assert_eq!(owner.call("POST", TOTP, "").await.refusal(), step_up_required());
    let right = owner.post(STEP_UP, &json!({"password": PASSWORD})).await;
    assert_eq!((right.status(), right.text().as_str()), (204, ""));
    assert_eq!(times(&shop, "stepped_up"), 1);
    assert_eq!(owner.call("POST", TOTP, "").await.status(), 201);
    assert_eq!(other.call("POST", TOTP, "").await.refusal(), step_up_required(), "each sign-in by itself");
    shop.wait(TEN_MINUTES.checked_sub(MICRO).unwrap());
    assert_eq!(owner.call("POST", TOTP, "").await.status(), 201);
    shop.wait(MICRO);
    assert_eq!(owner.call("POST", TOTP, "").await.refusal(), step_up_required());
}

#[tokio::test]
async fn a_renewal_proves_nothing_and_forgets_nothing() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let renew = async |token: &Value| {
        let renewed = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
        assert_eq!(renewed.status(), 200, "{}", renewed.text());
        renewed.json()
    };
    shop.wait(TEN_MINUTES);
    let renewed = renew(&tokens["refresh_token"]).await;
    let owner = shop.caller().token(renewed["access_token"].as_str().unwrap());
    assert_eq!(owner.call("POST", TOTP, "").await.refusal(), step_up_required());
    assert_eq!(owner.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 204);
    let renewed = renew(&renewed["refresh_token"]).await;
    let owner = shop.caller().token(renewed["access_token"].as_str().unwrap());
    assert_eq!(owner.call("POST", TOTP, "").await.status(), 201);
}

#[tokio::test]
async fn with_a_factor_the_password_alone_is_not_enough() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    shop.wait(TEN_MINUTES);
    let password = owner.post(STEP_UP, &json!({"password": PASSWORD})).await;
    assert_eq!(password.refusal(), totp_required());
    let wrong = owner.post(STEP_UP, &json!({"totp": ada.app.code_of(&shop, 1000)})).await;
    assert_eq!(wrong.refusal(), totp_required());
    assert_eq!(owner.call("DELETE", TOTP, "").await.refusal(), step_up_required());
    let code = ada.app.code(&shop);
    assert_eq!(owner.post(STEP_UP, &json!({"totp": code})).await.status(), 204);
    assert_eq!(owner.post(STEP_UP, &json!({"totp": code})).await.refusal(), totp_required(), "no code twice");
    let used = login(&shop, "192.0.2.1", ADA, Some(&code)).await;
    assert_eq!(used.refusal(), totp_required(), "at no other place either");
    assert_eq!(owner.call("POST", RECOVERY, "").await.status(), 201);
    shop.wait(STEP);
    assert_eq!(owner.call("DELETE", TOTP, "").await.status(), 204);
}

/// A sign-in that is young but was made before there was a factor cannot take the factor away.
#[tokio::test]
async fn a_young_sign_in_without_the_factor_is_asked_for_it() {
    let shop = Shop::endless(&PATIENT).await;
    let stolen = shop.member(ADA).await;
    let own = access(&login(&shop, "192.0.2.1", ADA, None).await);
    let (app, codes) = shop.enrol(&own).await;
    let thief = shop.caller().token(&stolen);
    for call in delicate() {
        assert_eq!(send(&thief, call.clone()).await.refusal(), step_up_required(), "{call:?}");
    }
    assert_eq!(thief.post(STEP_UP, &json!({"password": PASSWORD})).await.refusal(), totp_required());
    // It is the owner after all: a code makes it as good as a sign-in with one.
    shop.wait(STEP);
    assert_eq!(thief.post(STEP_UP, &json!({"totp": app.code(&shop)})).await.status(), 204);
    assert_eq!(current(&shop, &stolen).await["second_factor"], true);
    assert_eq!(thief.call("DELETE", TOTP, "").await.status(), 204);
    drop(codes);
}

#[tokio::test]
async fn a_recovery_code_steps_up_once() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    shop.wait(TEN_MINUTES);
    let code = json!({"totp": ada.recovery_codes[0]});
    assert_eq!(owner.post(STEP_UP, &code).await.status(), 204);
    assert_eq!(owner.post(STEP_UP, &code).await.refusal(), totp_required());
    assert_eq!(
        owner.call("DELETE", TOTP, "").await.status(),
        204,
        "the phone is gone: now it can be removed"
    );
}

/// The order that was refused was not placed, and its key is free.
#[tokio::test]
async fn a_large_order_wants_it_too() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let price = shop.caller().get("/api/v1/price/BTC").await.json()["price"].as_str().unwrap().to_owned();
    let price: f64 = price.parse().unwrap();
    let buying = |money: f64| json!({"asset_id": "BTC", "quantity": format!("{:.8}", money / price)});
    shop.wait(TEN_MINUTES);
    assert_eq!(owner.order("buy", "below", &buying(9_999.0)).await.status(), 201);
    let large = buying(10_001.0);
    assert_eq!(owner.order("buy", "above", &large).await.refusal(), step_up_required());
    assert_eq!(owner.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 204);
    let placed = owner.order("buy", "above", &large).await;
    assert_eq!((placed.status(), placed.header("idempotent-replayed")), (201, None), "{}", placed.text());
    let replayed = owner.order("buy", "above", &large).await;
    assert_eq!((replayed.status(), replayed.header("idempotent-replayed")), (201, Some("true")));
}

/// Whoever holds a stolen token must not guess the password by it; and cannot lock the owner out by trying.
#[tokio::test]
async fn wrong_proofs_lock_this_sign_in_and_no_other() {
    let shop = Shop::endless(&["lock.challenge_over=1000", "lock.wait_over=1000"]).await;
    let thief = shop.caller().token(&shop.member(ADA).await);
    for _ in 0..5 {
        let wrong = thief.post(STEP_UP, &json!({"password": "not the right words 7"})).await;
        assert_eq!(wrong.refusal(), refused(401, "invalid_credentials"));
    }
    let locked = thief.post(STEP_UP, &json!({"password": PASSWORD})).await;
    assert_eq!(locked.refusal(), refused(423, "account_locked"));
    assert_eq!(locked.header("retry-after"), Some("3600"));
    let change = json!({"current_password": PASSWORD, "password": "other unrelated words 43"});
    let refusal = thief.post("/api/v1/auth/password", &change).await.refusal();
    assert_eq!(refusal, refused(423, "account_locked"), "no way around it");
    let owner = shop.caller().token(&access(&login(&shop, "192.0.2.1", ADA, None).await));
    assert_eq!(owner.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 204);
}

#[tokio::test]
async fn a_thief_of_a_token_meets_the_challenge_like_anybody() {
    let shop = Shop::endless(&[]).await;
    let thief = shop.caller().token(&shop.member(ADA).await);
    for _ in 0..3 {
        thief.post(STEP_UP, &json!({"password": "not the right words 7"})).await;
    }
    let asked = thief.post(STEP_UP, &json!({"password": PASSWORD})).await;
    assert_eq!(asked.refusal(), refused(401, "challenge_required"));
    assert!(asked.json()["challenge"].is_object(), "{}", asked.text());
}

#[tokio::test]
async fn exactly_one_proof_is_sent() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let passkey = json!({"ceremony": "x", "credential": {}});
    for body in [
        json!({}),
        json!({"password": null}),
        json!({"password": PASSWORD, "totp": "123456"}),
        json!({"password": PASSWORD, "passkey": passkey}),
        json!({"password": PASSWORD, "pin": "1"}),
        json!({"password": 1}),
    ] {
        assert_eq!(owner.post(STEP_UP, &body).await.refusal(), refused(400, "invalid_input"), "{body}");
    }
    let nobody = shop.caller().post(STEP_UP, &json!({"password": PASSWORD})).await;
    assert_eq!(nobody.refusal(), refused(401, "credentials_required"));
    assert_eq!(times(&shop, "stepped_up"), 0);
}
