//! Before a key ends its owner is told, and a busy key is told of.

use std::time::Duration;

use serde_json::json;

use super::{ADA, ask, make, rotate, shop, with_key};
use crate::shop::Shop;

const DAY: Duration = Duration::from_secs(86_400);

fn times(shop: &Shop, word: &str) -> usize {
    shop.events().iter().filter(|event| **event == word).count()
}

#[tokio::test]
async fn an_owner_is_warned_a_week_and_a_day_before_the_end() {
    let (shop, token) = shop().await;
    make(&shop, &token, &["read:prices"]).await;
    for (days, warned) in [(22, 0), (1, 1), (5, 1), (1, 2), (1, 2)] {
        shop.wait(DAY * days);
        shop.keep().await;
        shop.wait(Duration::from_secs(60));
        shop.keep().await;
        assert_eq!(times(&shop, "key_ending"), warned, "after {days} days more");
    }
    let notices = shop.caller().token(&shop.signs_in(ADA).await).get("/api/v1/auth/notices").await.json();
    let told = notices["notices"].as_array().unwrap();
    assert_eq!(told.iter().filter(|notice| notice["kind"] == "key_ending").count(), 2);
}

#[tokio::test]
async fn a_restart_warns_nobody_twice() {
    let (shop, token) = shop().await;
    make(&shop, &token, &["read:prices"]).await;
    shop.wait(23 * DAY);
    shop.keep().await;
    let shop = shop.restart().await;
    shop.keep().await;
    assert_eq!(times(&shop, "key_ending"), 1);
    let shop = shop.restart().await;
    shop.wait(6 * DAY);
    shop.keep().await;
    assert_eq!(times(&shop, "key_ending"), 2);
}

#[tokio::test]
async fn what_has_a_successor_or_ends_soon_anyway_is_not_warned_of() {
    let (shop, token) = shop().await;
    let (_, id) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(rotate(&shop, &token, &id, &json!({"grace_minutes": 1440})).await.status(), 201);
    let wish = json!({"name": "x", "scopes": ["read:prices"], "expires_in_days": 1});
    assert_eq!(ask(&shop, &token, &wish).await.status(), 201);
    shop.wait(Duration::from_secs(86_000));
    shop.keep().await;
    assert_eq!(times(&shop, "key_ending"), 0);
}

#[tokio::test]
async fn where_there_is_mail_it_is_a_letter_too() {
    let mail = ["mail.url=smtp://127.0.0.1:25", "mail.from=aspis@example.org"];
    let shop = Shop::endless(&[]).await;
    let token = shop.member(ADA).await;
    make(&shop, &token, &["read:prices"]).await;
    let shop = shop.restart_with(&mail).await;
    shop.wait(23 * DAY);
    let letters = shop.letters().await;
    let about: Vec<_> = letters.iter().filter(|letter| letter.text.expose().contains("ends soon")).collect();
    assert_eq!(about.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [ADA]);
}

#[tokio::test]
async fn a_key_that_is_busy_is_told_of_once_a_day() {
    let shop = Shop::endless(&["keys.busy=5"]).await;
    let token = shop.member(ADA).await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let call = async |times| {
        for _ in 0..times {
            assert_eq!(with_key(shop.caller(), &key).get("/api/v1/prices").await.status(), 200);
        }
    };
    call(5).await;
    assert_eq!(times(&shop, "key_busy"), 0);
    call(5).await;
    let busy =
        shop.event_log().into_iter().filter(|event| event.kind.word() == "key_busy").collect::<Vec<_>>();
    assert_eq!((busy.len(), busy[0].key.map(|key| key.to_string())), (1, Some(id)));
    shop.wait(DAY);
    call(6).await;
    assert_eq!(times(&shop, "key_busy"), 2);
}

#[tokio::test]
async fn what_a_key_is_refused_names_the_key() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(with_key(shop.caller(), &key).get("/api/v1/portfolio").await.status(), 403);
    let events = shop.event_log();
    let refused = events.iter().find(|event| event.kind.word() == "insufficient_scope").unwrap();
    assert_eq!(refused.key.map(|key| key.to_string()), Some(id));
}
