//! How long a session lives: half an hour without a request, twelve hours whatever happens.

use std::time::Duration;

use serde_json::json;

use crate::shop::{Browser, PASSWORD, Shop};

const HOUR: u64 = 3600;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn over() -> (u16, String) {
    (401, "invalid_session".to_owned())
}

#[tokio::test]
async fn half_an_hour_without_a_request_ends_it() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    for _ in 0..3 {
        shop.wait(seconds(1799));
        assert_eq!(browser.me(&shop).await.0, 200, "each request begins the half hour anew");
    }
    shop.wait(seconds(1800));
    assert_eq!(browser.me(&shop).await, over());
    assert_eq!(browser.me(&shop).await, over(), "the refused request was no use of it");
    let act = browser.acts(&shop).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(act.refusal(), over());
}

#[tokio::test]
async fn twelve_hours_end_it_however_busy_it_is() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    for at in 1..48 {
        shop.wait(seconds(900));
        assert_eq!(browser.me(&shop).await.0, 200, "after {at} quarters of an hour");
    }
    shop.wait(seconds(899));
    assert_eq!(browser.me(&shop).await.0, 200);
    shop.wait(seconds(1));
    assert_eq!(browser.me(&shop).await, over());
}

#[tokio::test]
async fn no_proof_makes_it_longer_than_twelve_hours() {
    let shop = Shop::endless(&[]).await;
    let mut browser = Browser::of(&shop, "ada@example.org").await;
    for _ in 0..26 {
        shop.wait(seconds(1650));
        let proved = browser.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
        assert_eq!(proved.status(), 200, "{}", proved.text());
        browser = browser.renewed(&proved);
    }
    // 26 times 1650 s: five minutes are left, and the cookie says so.
    let proved = browser.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
    assert_eq!(proved.json()["expires_in"], 300);
    assert!(proved.set_cookies()[0].contains("Max-Age=300"), "{:?}", proved.set_cookies());
    browser = browser.renewed(&proved);
    shop.wait(seconds(299));
    assert_eq!(browser.me(&shop).await.0, 200);
    shop.wait(seconds(1));
    assert_eq!(browser.me(&shop).await, over());
}

#[tokio::test]
async fn a_restart_neither_ends_it_nor_makes_it_longer() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    shop.wait(seconds(1500));
    assert_eq!(browser.me(&shop).await.0, 200);
    shop.letters().await;
    let shop = shop.restart().await;
    shop.wait(seconds(1799));
    assert_eq!(browser.me(&shop).await.0, 200, "the last use was written down");
    shop.letters().await;
    let shop = shop.restart().await;
    shop.wait(seconds(1800));
    assert_eq!(browser.me(&shop).await, over(), "and a restart is no use");
    let shop = shop.restart().await;
    assert_eq!(browser.me(&shop).await, over());
}

#[tokio::test]
async fn twelve_hours_are_twelve_hours_over_restarts_too() {
    let mut shop = Shop::endless(&["session.idle=12h"]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    for _ in 0..3 {
        shop.wait(seconds(3 * HOUR));
        assert_eq!(browser.me(&shop).await.0, 200);
        shop.letters().await;
        shop = shop.restart().await;
    }
    shop.wait(seconds(3 * HOUR - 1));
    assert_eq!(browser.me(&shop).await.0, 200);
    shop.wait(seconds(1));
    assert_eq!(browser.me(&shop).await, over());
}

#[tokio::test]
async fn sessions_of_one_account_age_apart() {
    let shop = Shop::endless(&[]).await;
    let first = Browser::of(&shop, "ada@example.org").await;
    shop.wait(seconds(1000));
    let second = Browser::sign_in(&shop, "ada@example.org").await;
    shop.wait(seconds(800));
    assert_eq!(first.me(&shop).await, over());
    assert_eq!(second.me(&shop).await.0, 200);
}
