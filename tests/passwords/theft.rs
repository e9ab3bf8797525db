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
