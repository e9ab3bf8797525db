//! Guessing, and calling too often.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const LOGIN: &str = "/api/v1/auth/login";
const BY_CLIENT: &str = "logins.failed_by_client";
const BY_ACCOUNT: &str = "logins.failed_by_account";

fn wrong(email: &str) -> Value {
    json!({"email": email, "password": "not the right words 7"})
}

#[tokio::test]
async fn ten_failures_of_one_client_warn() {
    let shop = Shop::lenient(&[]).await;
    for n in 0..9 {
        shop.caller().post(LOGIN, &wrong(&format!("{n}@example.org"))).await;
    }
    assert!(shop.alarm(BY_CLIENT).await.is_empty());
    shop.caller().post(LOGIN, &wrong("x@example.org")).await;
    assert_eq!(shop.alarm(BY_CLIENT).await, [("warning".to_owned(), 10, "203.0.113.7".to_owned())]);
}

/// With everything as shipped, most of them are never looked at: they count all the same.
#[tokio::test]
async fn what_is_refused_unlooked_at_counts_too() {
    let shop = Shop::open().await;
    for _ in 0..21 {
        shop.caller().post(LOGIN, &wrong("ada@example.org")).await;
    }
    let looked_at = shop.events().iter().filter(|word| **word == "invalid_credentials").count();
    assert!(looked_at < 10, "{looked_at}");
    assert_eq!(shop.alarm(BY_CLIENT).await, [("critical".to_owned(), 21, "203.0.113.7".to_owned())]);
}

#[tokio::test]
async fn over_twenty_in_an_hour_and_not_in_two() {
    let shop = Shop::lenient(&[]).await;
    for _ in 0..40 {
        shop.caller().post(LOGIN, &wrong("ada@example.org")).await;
        shop.wait(Duration::from_secs(190));
    }
    let alarm = shop.alarm(BY_CLIENT).await;
    assert_eq!(alarm[0].0, "warning", "nineteen in any hour");
}

#[tokio::test]
async fn an_account_is_tried_by_many() {
    let shop = Shop::lenient(&[]).await;
    shop.member("ada@example.org").await;
    for n in 0..9 {
        shop.at(&format!("192.0.2.{n}")).post(LOGIN, &wrong("ada@example.org")).await;
        shop.at(&format!("192.0.3.{n}")).post(LOGIN, &wrong(&format!("{n}@example.org"))).await;
    }
    assert!(shop.alarm(BY_ACCOUNT).await.is_empty());
    shop.at("192.0.2.99").post(LOGIN, &wrong("ADA@example.org")).await;
    let alarm = shop.alarm(BY_ACCOUNT).await;
    let account = shop.store().accounts.by_email("ada@example.org").await.unwrap().unwrap();
    assert_eq!(alarm, [("warning".to_owned(), 10, account.id.to_string())]);
    assert!(shop.alarm(BY_CLIENT).await.is_empty());
}

/// A name that nobody has is counted like any other, and is not told by its name.
#[tokio::test]
async fn a_name_that_nobody_has_is_told_by_its_hash() {
    let shop = Shop::lenient(&[]).await;
    for n in 0..10 {
        shop.at(&format!("192.0.2.{n}")).post(LOGIN, &wrong("nobody@example.org")).await;
    }
    let alarm = shop.alarm(BY_ACCOUNT).await;
    assert_eq!(alarm.len(), 1);
    assert!(alarm[0].2.starts_with("name ") && !alarm[0].2.contains('@'), "{}", alarm[0].2);
}

#[tokio::test]
async fn a_locked_name_goes_on_counting() {
    let shop = Shop::endless(&["lock.challenge_over=1000", "lock.wait_over=1000"]).await;
    shop.member("ada@example.org").await;
    for n in 0..10 {
        let reply = shop.at(&format!("192.0.2.{n}")).post(LOGIN, &wrong("ada@example.org")).await;
        assert_eq!(reply.status(), if n < 5 { 401 } else { 423 });
    }
    assert_eq!(shop.alarm(BY_ACCOUNT).await.len(), 1);
}

#[tokio::test]
async fn who_signs_in_is_no_failure() {
    let shop = Shop::lenient(&[]).await;
    shop.member("ada@example.org").await;
    for _ in 0..30 {
        let right = json!({"email": "ada@example.org", "password": PASSWORD});
        assert_eq!(shop.caller().post(LOGIN, &right).await.status(), 200);
    }
    assert!(shop.alarm(BY_CLIENT).await.is_empty() && shop.alarm(BY_ACCOUNT).await.is_empty());
}

#[tokio::test]
async fn a_hundred_refusals_an_hour_are_none_and_one_more_is() {
    let shop = Shop::with(&["rate.prices=1/minute"]).await;
    let ask = || async { shop.caller().get("/api/v1/assets").await.status() };
    assert_eq!(ask().await, 200);
    for _ in 0..100 {
        assert_eq!(ask().await, 429);
    }
    assert!(shop.alarm("rate.refused_by_client").await.is_empty());
    assert_eq!(ask().await, 429);
    let alarm = shop.alarm("rate.refused_by_client").await;
    assert_eq!(alarm, [("critical".to_owned(), 101, "203.0.113.7".to_owned())]);
}

/// Just below every bar, one after the other, for hours, with a clock that is set back meanwhile.
#[tokio::test]
async fn a_thousand_clients_just_below_are_no_alarm() {
    let shop = Shop::lenient(&[]).await;
    for round in 0..2 {
        for n in 0..500 {
            let from = shop.at(&format!("10.{}.{}.{}", n / 250, n % 250, round));
            from.get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
            from.get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
        }
        shop.clock.set_wall(aspis_core::clock::Timestamp::from_seconds(1_700_000_000));
    }
    shop.judge().await;
    assert!(shop.app.lasting_alerts().is_empty(), "{:?}", shop.app.lasting_alerts());
}

#[tokio::test]
async fn the_whole_site_is_under_attack() {
    let shop = Shop::lenient(&[]).await;
    let attacked = || {
        let lasting = shop.app.lasting_alerts();
        lasting.iter().any(|alert| (alert.rule, alert.severity.word()) == ("logins.site_attack", "critical"))
    };
    for n in 0..200 {
        let name = format!("{n}@example.org");
        shop.at(&format!("192.0.2.{}", n % 40)).post(LOGIN, &wrong(&name)).await;
        shop.judge().await;
        assert!(n > 150 || !attacked(), "{n}");
    }
    assert!(attacked());
}
