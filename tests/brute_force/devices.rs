//! A device that has signed in before is counted apart: nobody can lock its owner out, and it is no key to anything.

use serde_json::Value;

use super::hand::{
    ADA, LOGIN, WRONG, count, gist, lock, login, looked_at, open, refusal, retry_after, right, seconds,
    solved, with, wrong,
};
use crate::shop::{Caller, PASSWORD, Reply, Shop};

/// What a new sign-in leaves on the device.
async fn device(shop: &Shop, email: &str) -> String {
    shop.tokens(email).await["device_token"].as_str().unwrap().to_owned()
}

fn by(device: &str, password: &str) -> Value {
    with(login(ADA, password), "device_token", device)
}

async fn try_by(caller: &Caller<'_>, device: &str, password: &str) -> Reply {
    caller.post(LOGIN, &by(device, password)).await
}

#[tokio::test]
async fn a_known_device_gets_in_while_the_name_is_locked() {
    let shop = open().await;
    let device = device(&shop, ADA).await;
    lock(&shop, ADA, 2).await;
    assert_eq!(right(&shop.caller(), ADA).await.status(), 423);
    let signed = try_by(&shop.caller(), &device, PASSWORD).await;
    assert_eq!(signed.status(), 200, "{}", signed.text());
    assert_eq!(signed.json()["device_token"], device.as_str(), "it stays the same device");
    let cookie = signed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(cookie, format!("aspis_device={device}"));
    assert_eq!(
        right(&shop.caller().with("cookie", &cookie), ADA).await.status(),
        200,
        "a browser sends a cookie"
    );
    assert_eq!(right(&shop.caller(), ADA).await.status(), 423, "it unlocked nothing for others");
    shop.letters().await;
    assert_eq!(count(&shop, "new_device"), 1, "told of once");
}

#[tokio::test]
async fn a_known_device_is_kept_after_a_restart() {
    let shop = open().await;
    let device = device(&shop, ADA).await;
    let shop = shop.restart().await;
    lock(&shop, ADA, 2).await;
    assert_eq!(try_by(&shop.caller(), &device, PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn a_device_that_is_none_of_the_account_is_worth_nothing() {
    let shop = open().await;
    let ours = device(&shop, ADA).await;
    let foreign = device(&shop, "mallory@example.org").await;
    lock(&shop, ADA, 2).await;
    let mut tampered = ours.clone().into_bytes();
    tampered[20] = if tampered[20] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    let (cut, longer, doubled) = (&ours[..ours.len() - 1], format!("{ours}A"), format!("{ours},{ours}"));
    let made_up = format!("aspis_dv_{}", "A".repeat(ours.len() - 9));
    let refused = gist(&right(&shop.at("203.0.113.200"), ADA).await);
    assert_eq!(refused.0, 423);
    let worthless = ["", "x", "aspis_dv_", &foreign, &tampered, cut, &longer, &doubled, &made_up];
    for (at, token) in worthless.into_iter().enumerate() {
        let (body, cookie) = (shop.at(&format!("203.0.113.{at}")), shop.at(&format!("203.0.114.{at}")));
        assert_eq!(gist(&try_by(&body, token, PASSWORD).await), refused, "{token:?}");
        let cookie = cookie.with("cookie", &format!("aspis_device={token}"));
        assert_eq!(gist(&right(&cookie, ADA).await), refused, "{token:?}");
    }
    let twice = shop.caller().with("cookie", &format!("aspis_device={foreign}; aspis_device={ours}"));
    assert_eq!(right(&twice, ADA).await.status(), 423, "whoever planted one does not choose which counts");
    assert_eq!(try_by(&shop.caller(), &ours, PASSWORD).await.status(), 200);
}

/// Whoever has stolen a device token still has five tries, and all of them are on the stolen device.
#[tokio::test]
async fn a_device_has_a_lock_of_its_own() {
    let shop = open().await;
    let stolen = device(&shop, ADA).await;
    let thief = shop.at("192.0.2.66");
    for _ in 0..3 {
        assert_eq!(try_by(&thief, &stolen, WRONG).await.refusal(), refusal(401, "invalid_credentials"));
    }
    assert_eq!(
        try_by(&shop.at("192.0.2.67"), &stolen, WRONG).await.refusal(),
        refusal(401, "challenge_required")
    );
    for wait in [16, 32] {
        let solution = super::hand::solution(&thief, "kind=math").await;
        let reply = thief.post(LOGIN, &with(by(&stolen, WRONG), "challenge", &solution)).await;
        assert_eq!(reply.refusal(), refusal(401, "invalid_credentials"));
        let next = try_by(&shop.at("192.0.2.68"), &stolen, WRONG).await;
        if wait == 16 {
            assert_eq!((next.refusal(), retry_after(&next)), (refusal(429, "too_many_attempts"), 16));
        }
        shop.wait(seconds(wait));
    }
    let locked = try_by(&shop.caller(), &stolen, PASSWORD).await;
    assert_eq!((locked.refusal(), retry_after(&locked)), (refusal(423, "account_locked"), 3600 - 32));
    assert_eq!(looked_at(&shop), 5);
    // Neither everybody else nor another device of the owner is locked by that.
    let elsewhere = right(&shop.caller(), ADA).await;
    assert_eq!(elsewhere.status(), 200);
    let other = elsewhere.json()["device_token"].as_str().unwrap().to_owned();
    assert_ne!(other, stolen);
    assert_eq!(try_by(&shop.caller(), &other, PASSWORD).await.status(), 200);
    shop.wait(seconds(3600 - 32));
    assert_eq!(try_by(&shop.caller(), &stolen, PASSWORD).await.status(), 200, "it ends by itself");
}

#[tokio::test]
async fn a_success_on_a_device_starts_its_count_afresh() {
    let shop = open().await;
    let device = device(&shop, ADA).await;
    for round in 0..4 {
        for _ in 0..2 {
            assert_eq!(try_by(&shop.caller(), &device, WRONG).await.status(), 401);
        }
        assert_eq!(try_by(&shop.caller(), &device, PASSWORD).await.status(), 200, "round {round}");
    }
}

#[tokio::test]
async fn failures_behind_the_same_address_do_not_hinder_a_known_device() {
    let shop = open().await;
    let device = device(&shop, ADA).await;
    let shared = shop.caller();
    super::hand::stumble(&shared).await;
    assert_eq!(solved(&shared, ADA, WRONG).await.status(), 401);
    assert_eq!(wrong(&shared, ADA).await.refusal(), refusal(429, "too_many_attempts"));
    assert_eq!(try_by(&shared, &device, PASSWORD).await.status(), 200);
    assert_eq!(wrong(&shared, ADA).await.refusal(), refusal(429, "too_many_attempts"), "others wait on");
}

#[tokio::test]
async fn neighbours_cannot_spend_the_login_window_of_a_known_device() {
    let shop = Shop::open().await;
    let device = device(&shop, ADA).await;
    let foreign = device_of_mallory(&shop).await;
    let shared = shop.caller();
    for at in 0..6 {
        wrong(&shared, &format!("{at}@example.org")).await;
    }
    let limited = right(&shared, ADA).await;
    assert_eq!(limited.refusal(), refusal(429, "rate_limited"));
    for token in ["", "x", &foreign] {
        let reply = try_short(&shared, token).await;
        assert_eq!(reply.refusal(), refusal(429, "rate_limited"), "{token}");
    }
    for at in 0..5 {
        assert_eq!(try_short(&shared, &device).await.status(), 200, "{at}");
    }
    for caller in [&shared, &shop.at("192.0.2.1")] {
        let spent = try_short(caller, &device).await;
        assert_eq!(
            spent.refusal(),
            refusal(429, "rate_limited"),
            "five a minute for a device too, from anywhere"
        );
    }
    shop.wait(seconds(retry_after(&try_short(&shared, &device).await)));
    let cookie = shared.clone().with("cookie", &format!("aspis_device={device}"));
    for at in 0..6 {
        wrong(&shared, &format!("{at}@example.net")).await;
    }
    assert_eq!(
        try_short(&cookie, &foreign).await.refusal(),
        refusal(429, "rate_limited"),
        "the body goes first"
    );
    let body = login(ADA, PASSWORD).to_string();
    let sent = cookie.clone().with("content-length", &body.len().to_string()).post_raw(LOGIN, body).await;
    assert_eq!(sent.status(), 200, "a browser's cookie tells of the device too");
    // Whatever else is wrong, who is over a limit is told that: what a later door says would cost nothing.
    let body = by("x", PASSWORD).to_string();
    let length = body.len().to_string();
    let odd = async |caller: Caller<'_>| {
        caller.with("content-length", &length).post_raw(&format!("{LOGIN}?a=1"), body.clone()).await
    };
    assert_eq!(odd(shared.clone()).await.refusal(), refusal(429, "rate_limited"));
    assert_eq!(odd(shop.at("192.0.2.9")).await.refusal(), refusal(400, "invalid_query"));
    // What is longer than any sign-in is not read of a client that is over its limit.
    let long = with(by(&device, PASSWORD), "totp", &"0".repeat(4096)).to_string();
    let long = shared.clone().with("content-length", &long.len().to_string()).post_raw(LOGIN, long).await;
    assert_eq!(long.refusal(), refusal(429, "rate_limited"));
}

/// The right password from a device, its length announced as clients announce it.
async fn try_short(caller: &Caller<'_>, device: &str) -> Reply {
    let body = by(device, PASSWORD).to_string();
    caller.clone().with("content-length", &body.len().to_string()).post_raw(LOGIN, body).await
}

async fn device_of_mallory(shop: &Shop) -> String {
    device(shop, "mallory@example.org").await
}
