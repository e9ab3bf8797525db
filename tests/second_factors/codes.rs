//! Codes of the authenticator at sign-in.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{ADA, LOGIN, PATIENT, STEP, access, login, notices, refused, times, totp_required};
use crate::shop::{PASSWORD, Reply, Shop};

#[tokio::test]
async fn a_missing_code_is_no_failure() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    for _ in 0..20 {
        assert_eq!(login(&shop, "192.0.2.1", ADA, None).await.refusal(), totp_required());
    }
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
    assert_eq!((times(&shop, "account_lock_began"), times(&shop, "challenge_required")), (0, 0));
}

#[tokio::test]
async fn a_code_is_looked_at_only_after_the_right_password() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    let code = ada.app.code(&shop);
    let wrong = json!({"email": ADA, "password": "not the right words 7", "totp": code});
    assert_eq!(shop.caller().post(LOGIN, &wrong).await.refusal(), refused(401, "invalid_credentials"));
    access(&login(&shop, "192.0.2.1", ADA, Some(&code)).await);
}

#[tokio::test]
async fn a_code_that_nobody_asked_for_is_no_hindrance() {
    let shop = Shop::endless(&[]).await;
    shop.member(ADA).await;
    access(&login(&shop, "192.0.2.1", ADA, Some("123456")).await);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let spent = ada.app.code(&shop);
    assert_eq!(login(&shop, "192.0.2.1", ADA, Some(&spent)).await.refusal(), totp_required(), "it confirmed");
    shop.wait(STEP);
    let code = ada.app.code(&shop);
    access(&login(&shop, "192.0.2.1", ADA, Some(&code)).await);
    for seconds in [0, 10, 20] {
        shop.wait(Duration::from_secs(seconds));
        assert_eq!(login(&shop, "192.0.2.1", ADA, Some(&code)).await.refusal(), totp_required());
    }
    assert_eq!(times(&shop, "login_success"), 2);
}

#[tokio::test]
async fn a_code_sent_twenty_times_at_once_signs_in_once() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    let code = ada.app.code(&shop);
    let addresses: Vec<String> = (1..=20).map(|at| format!("192.0.2.{at}")).collect();
    let tries = addresses.iter().map(|from| login(&shop, from, ADA, Some(&code)));
    let statuses: Vec<u16> = join_all(tries).await.iter().map(Reply::status).collect();
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(200), count(401)), (1, 19), "{statuses:?}");
}

#[tokio::test]
async fn a_clock_may_be_wrong_by_one_step() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    shop.wait(10 * STEP);
    for (steps, status) in [(-3, 401), (-2, 401), (2, 401), (3, 401), (-1, 200), (0, 200), (1, 200)] {
        let code = ada.app.code_of(&shop, steps);
        let reply = login(&shop, "192.0.2.1", ADA, Some(&code)).await;
        assert_eq!(reply.status(), status, "{steps}: {}", reply.text());
    }
    // The next one was used: those before it are over, although they are within the window.
    shop.wait(STEP);
    for steps in [-1, 0] {
        let code = ada.app.code_of(&shop, steps);
        assert_eq!(login(&shop, "192.0.2.1", ADA, Some(&code)).await.refusal(), totp_required(), "{steps}");
    }
}

#[tokio::test]
async fn what_is_no_code_opens_nothing() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    let code = ada.app.code(&shop);
    let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap()).collect();
    let longest = "0".repeat(64);
    let (short, long) = (&code[..5], format!("{code}0"));
    for text in
        ["", " ", "000000", "abcdef", "+12345", "-00001", "1e5", "' OR 1", short, &long, &wide, &longest]
    {
        let reply = login(&shop, "192.0.2.1", ADA, Some(text)).await;
        assert_eq!(reply.refusal(), totp_required(), "{text:?}");
    }
    for value in [json!(123_456), json!(["123456"]), json!({"code": "123456"}), json!(true)] {
        let body = json!({"email": ADA, "password": PASSWORD, "totp": value});
        assert_eq!(
            shop.caller().post(LOGIN, &body).await.refusal(),
            refused(400, "invalid_input"),
            "{value}"
        );
    }
    // As apps show it, in two groups.
    access(&login(&shop, "192.0.2.1", ADA, Some(&format!("{} {}", &code[..3], &code[3..]))).await);
}

/// Six digits would be guessed soon if they could be tried without end (Keycloak #26177, CVE-2026-19256).
#[tokio::test]
async fn five_wrong_codes_lock_the_name() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    for at in 1..=5 {
        let wrong = ada.app.code_of(&shop, 1000 + at);
        let reply = login(&shop, &format!("192.0.2.{at}"), ADA, Some(&wrong)).await;
        assert_eq!(reply.refusal(), totp_required(), "{at}");
    }
    let good = ada.app.code(&shop);
    for code in [Some(good.as_str()), None] {
        let locked = login(&shop, "192.0.2.6", ADA, code).await;
        assert_eq!(locked.refusal(), refused(423, "account_locked"));
        assert_eq!(locked.header("retry-after"), Some("3600"));
    }
    shop.letters().await;
    assert_eq!(times(&shop, "account_lock_began"), 1);
    assert_eq!(notices(&shop, &ada.token).await[0], "account_lock_began");
    // The owner, who is signed in, is not kept out of anything.
    assert_eq!(shop.caller().token(&ada.token).get("/api/v1/auth/me").await.status(), 200);
    shop.wait(Duration::from_secs(3600));
    access(&login(&shop, "192.0.2.6", ADA, Some(&ada.app.code(&shop))).await);
}

/// From one client it is the challenge that comes first, as with passwords.
#[tokio::test]
async fn wrong_codes_and_wrong_passwords_are_counted_together() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    let wrong = json!({"email": ADA, "password": "not the right words 7"});
    shop.caller().post(LOGIN, &wrong).await;
    for step in [1000, 1001] {
        let code = ada.app.code_of(&shop, step);
        assert_eq!(login(&shop, "203.0.113.7", ADA, Some(&code)).await.refusal(), totp_required());
    }
    let asked = login(&shop, "203.0.113.7", ADA, Some(&ada.app.code(&shop))).await;
    assert_eq!(asked.refusal(), refused(401, "challenge_required"));
    assert!(asked.json()["challenge"].is_object(), "{}", asked.text());
    // The code was not looked at: it is good still.
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
}

/// A right code takes this client's failures away, as a right password does; and a browser signs in the same way.
#[tokio::test]
async fn a_browser_signs_in_with_a_code_too() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    shop.wait(STEP);
    let body = |code: &str| json!({"email": ADA, "password": PASSWORD, "session": "cookie", "totp": code});
    let wrong = shop.caller().post(LOGIN, &body(&ada.app.code_of(&shop, 1000))).await;
    assert_eq!(wrong.refusal(), totp_required());
    assert_eq!(wrong.header("set-cookie"), None, "neither a session nor a device");
    let right = shop.caller().post(LOGIN, &body(&ada.app.code(&shop))).await;
    assert_eq!(right.status(), 200, "{}", right.text());
    assert!(right.headers().any(|(name, value)| name == "set-cookie" && value.starts_with("aspis_session=")));
}
