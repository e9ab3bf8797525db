//! Resets while somebody else is at work on the account: a lock, a known device, a second factor.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, LOGIN, OTHER, PATIENT, WRONG, link, locks_ada_out, login, refused, reset, times};
use crate::shop::{PASSWORD, Reply, Shop};

async fn from_device(shop: &Shop, password: &str, device: &Value) -> Reply {
    let body = json!({"email": ADA, "password": password, "device_token": device});
    shop.at("192.0.2.100").post(LOGIN, &body).await
}

/// An attacker keeps the name locked; the owner sets a password by mail and gets in by the device of that answer.
#[tokio::test]
async fn a_reset_opens_a_locked_name_to_its_owner_alone() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    locks_ada_out(&shop).await;
    let token = link(&shop, ADA).await;
    let done = reset(&shop, &token, OTHER).await;
    assert_eq!(done.status(), 200, "{}", done.text());
    let others = login(&shop, "192.0.2.6", OTHER).await;
    assert_eq!(others.refusal(), refused(423, "account_locked"), "the lock is as it was");
    let opened = from_device(&shop, OTHER, &done.json()["device_token"]).await;
    assert_eq!(opened.status(), 200, "{}", opened.text());
}

#[tokio::test]
async fn devices_from_before_a_reset_are_strangers() {
    let shop = Shop::endless(&[]).await;
    let old = shop.tokens(ADA).await["device_token"].clone();
    locks_ada_out(&shop).await;
    assert_eq!(from_device(&shop, PASSWORD, &old).await.status(), 200, "a known device is not kept out");
    shop.wait(Duration::from_secs(1));
    let token = link(&shop, ADA).await;
    let new = reset(&shop, &token, OTHER).await.json()["device_token"].clone();
    assert_eq!(from_device(&shop, OTHER, &old).await.refusal(), refused(423, "account_locked"));
    assert_eq!(from_device(&shop, OTHER, &new).await.status(), 200);
    let shop = shop.restart().await;
    locks(&shop).await;
    assert_eq!(from_device(&shop, OTHER, &old).await.refusal(), refused(423, "account_locked"));
    assert_eq!(from_device(&shop, OTHER, &new).await.status(), 200);
}

async fn locks(shop: &Shop) {
    for at in 1..=5 {
        login(shop, &format!("192.0.2.{at}"), WRONG).await;
    }
}

/// Whoever reads somebody's mail has one factor of two.
#[tokio::test]
async fn a_reset_does_not_stand_in_for_the_second_factor() {
    let shop = Shop::endless(&PATIENT).await;
    let ada = shop.secured(ADA).await;
    let token = link(&shop, ADA).await;
    let device = reset(&shop, &token, OTHER).await.json()["device_token"].clone();
    for reply in [login(&shop, "192.0.2.1", OTHER).await, from_device(&shop, OTHER, &device).await] {
        assert_eq!(reply.refusal(), refused(401, "totp_required"));
    }
    shop.wait(Duration::from_secs(30));
    let body = json!({"email": ADA, "password": OTHER, "totp": ada.app.code(&shop)});
    assert_eq!(shop.caller().post(LOGIN, &body).await.status(), 200);
}

/// Links are not guessed at by the thousand, and wrong ones lock nobody out.
#[tokio::test]
async fn wrong_links_are_no_failures_of_a_name() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    let real = link(&shop, ADA).await;
    let prefix = &real[..real.len() - 43];
    for number in 0..20 {
        let reply = reset(&shop, &format!("{prefix}{number:043}"), OTHER).await;
        assert_eq!(reply.refusal(), refused(400, "invalid_link"));
    }
    assert_eq!(times(&shop, "invalid_link"), 20);
    assert_eq!(login(&shop, "192.0.2.1", PASSWORD).await.status(), 200);
}

/// Whoever knows the old password and keeps signing in while the owner changes it is left with nothing.
#[tokio::test]
async fn no_sign_in_by_the_old_password_outlives_its_change() {
    let slow = ["password.argon2_memory_kib=2048", "password.argon2_passes=2", "password.queue=64"];
    let shop = Shop::lenient(&slow).await;
    let ada = shop.member(ADA).await;
    let body = json!({"current_password": PASSWORD, "password": OTHER});
    let owner = shop.caller().token(&ada);
    let thief = async |at: usize| {
        // Some begin before the change, some while it is under way.
        for _ in 0..at {
            tokio::task::yield_now().await;
        }
        login(&shop, &format!("192.0.2.{at}"), PASSWORD).await
    };
    let (changed, stolen) = tokio::join!(
        owner.post("/api/v1/auth/password", &body),
        futures_util::future::join_all((1..=12).map(thief))
    );
    assert_eq!(changed.status(), 204, "{}", changed.text());
    for reply in stolen {
        if reply.status() == 200 {
            let token = reply.json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(shop.caller().token(&token).get("/api/v1/auth/me").await.status(), 401);
            let renewal = json!({"refresh_token": reply.json()["refresh_token"]});
            assert_eq!(shop.caller().post("/api/v1/auth/refresh", &renewal).await.status(), 401);
        } else {
            assert_eq!(reply.refusal(), refused(401, "invalid_credentials"));
        }
    }
    assert_eq!(owner.get("/api/v1/auth/me").await.status(), 200);
}

/// A link opens nothing from where the account may not act.
#[tokio::test]
async fn a_reset_keeps_to_the_allowed_addresses() {
    let shop = Shop::lenient(&[]).await;
    let ada = shop.caller().token(&shop.member(ADA).await);
    let here = json!({"allowed_ips": ["203.0.113.7"]});
    assert_eq!(
        ada.clone()
            .with("content-type", "application/json")
            .call("PUT", "/api/v1/auth/allowed-ips", here.to_string())
            .await
            .status(),
        200
    );
    let token = link(&shop, ADA).await;
    let body = json!({"token": token, "password": OTHER});
    let elsewhere = shop.at("192.0.2.1").post("/api/v1/auth/password/reset", &body).await;
    assert_eq!(elsewhere.refusal(), refused(403, "address_not_allowed"));
    assert_eq!(
        shop.caller().post("/api/v1/auth/password/reset", &body).await.status(),
        200,
        "nothing was spent"
    );
}
