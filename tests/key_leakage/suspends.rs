//! A key that is used as it never was waits for its owner.

use std::time::Duration;

use aspis_core::event::{Event, Kind};
use serde_json::{Value, json};

use super::{ADA, KEYS, ask, list, make, read, refused, rotate, shop, with_key};
use crate::shop::{Reply, Shop};

const DAY: Duration = Duration::from_secs(86_400);
const PRICES: &str = "/api/v1/prices";
const AWAY: &str = "192.0.2.66";

async fn sends(shop: &Shop, key: &str, from: &str) -> Reply {
    with_key(shop.at(from), key).get(PRICES).await
}

/// A key that has been used from home for a week, and its owner's sign-in of now.
async fn settled(shop: &Shop, token: &str) -> (String, String, String) {
    let (key, id) = make(shop, token, &["read:prices"]).await;
    assert_eq!(sends(shop, &key, "203.0.113.7").await.status(), 200);
    shop.wait(7 * DAY);
    (key, id, shop.signs_in(ADA).await)
}

async fn resume(shop: &Shop, token: &str, id: &str) -> Reply {
    shop.caller().token(token).call("POST", &format!("{KEYS}/{id}/resume"), "").await
}

fn told(shop: &Shop, kind: Kind) -> Vec<Event> {
    shop.event_log().into_iter().filter(|event| event.kind == kind).collect()
}

#[tokio::test]
async fn a_key_from_a_new_network_is_suspended_until_its_owner_resumes_it() {
    let (shop, token) = shop().await;
    let (key, id, token) = settled(&shop, &token).await;
    assert_eq!(sends(&shop, &key, "203.0.113.250").await.status(), 200, "the same network");
    let odd = sends(&shop, &key, AWAY).await;
    assert_eq!(odd.refusal(), refused(403, "key_suspended"));
    assert!(odd.text().contains("/resume"), "it says what to do: {}", odd.text());
    assert!(!odd.text().contains(AWAY), "and not what it saw");
    assert_eq!(sends(&shop, &key, "203.0.113.7").await.refusal(), refused(403, "key_suspended"));
    let told = told(&shop, Kind::KeySuspended);
    assert_eq!((told.len(), told[0].key.map(|key| key.to_string())), (1, Some(id.clone())));
    assert!(told[0].client.is_some_and(|client| client.to_string() == AWAY) && told[0].request.is_some());
    shop.keep().await;
    let notices = shop.caller().token(&token).get("/api/v1/auth/notices").await.json();
    assert!(notices["notices"].as_array().unwrap().iter().any(|notice| notice["kind"] == "key_suspended"));
    let shop = shop.restart().await;
    assert_eq!(sends(&shop, &key, "203.0.113.7").await.refusal(), refused(403, "key_suspended"));
    let seen = &list(&shop, &token).await[0];
    assert_eq!(seen["suspended_for"], "network 192.0.2.0/24");
    assert_eq!(resume(&shop, &token, &id).await.status(), 204);
    assert_eq!(resume(&shop, &token, &id).await.refusal(), refused(404, "not_found"), "once");
    assert_eq!(
        (sends(&shop, &key, AWAY).await.status(), sends(&shop, &key, "203.0.113.7").await.status()),
        (200, 200)
    );
    assert!(shop.events().contains(&"key_resumed"));
    let shop = shop.restart().await;
    assert_eq!(sends(&shop, &key, AWAY).await.status(), 200, "it is at home there now");
}

#[tokio::test]
async fn only_an_owner_who_is_there_resumes_a_key() {
    let (shop, token) = shop().await;
    let (key, id, token) = settled(&shop, &token).await;
    assert_eq!(sends(&shop, &key, AWAY).await.status(), 403);
    let eve = shop.member("eve@example.org").await;
    assert_eq!(resume(&shop, &eve, &id).await.refusal(), refused(404, "not_found"));
    assert_eq!(
        with_key(shop.caller(), &key).call("POST", &format!("{KEYS}/{id}/resume"), "").await.status(),
        403
    );
    shop.wait(Duration::from_secs(600));
    assert_eq!(resume(&shop, &token, &id).await.refusal(), refused(401, "step_up_required"));
    assert_eq!(rotate(&shop, &token, &id, &json!({})).await.refusal(), refused(401, "step_up_required"));
    let token = shop.signs_in(ADA).await;
    let (next, _) = read(&rotate(&shop, &token, &id, &json!({})).await);
    assert_eq!(sends(&shop, &next, "203.0.113.7").await.status(), 200, "a successor is a way out too");
    assert_eq!(sends(&shop, &key, "203.0.113.7").await.status(), 403, "and the old key stays suspended");
    assert_eq!(sends(&shop, &next, AWAY).await.status(), 403, "it is at home where the old one was");
}

#[tokio::test]
async fn a_key_that_has_not_settled_or_has_networks_of_its_own_is_not_judged() {
    let (shop, token) = shop().await;
    let (young, _) = make(&shop, &token, &["read:prices"]).await;
    let wish =
        json!({"name": "x", "scopes": ["read:prices"], "allowed_ips": ["203.0.113.0/24", "192.0.2.0/24"]});
    let (held, _) = read(&ask(&shop, &token, &wish).await);
    assert_eq!(sends(&shop, &held, "203.0.113.7").await.status(), 200);
    shop.wait(7 * DAY);
    assert_eq!(sends(&shop, &held, AWAY).await.status(), 200, "its owner has said where it belongs");
    assert_eq!(sends(&shop, &young, "203.0.113.7").await.status(), 200);
    assert_eq!(sends(&shop, &young, AWAY).await.status(), 200, "it was never used before today");
    assert!(told(&shop, Kind::KeySuspended).is_empty());
}

#[tokio::test]
async fn a_key_that_calls_far_more_than_ever_is_suspended() {
    let settings = ["keys.volume_least=20", "keys.volume_times=2"];
    let shop = Shop::endless(&settings).await;
    let token = shop.member(ADA).await;
    let (key, id, token) = settled(&shop, &token).await;
    // A norm is at least 100 calls, so twice that may pass.
    for call in 1..=200 {
        assert_eq!(sends(&shop, &key, "203.0.113.7").await.status(), 200, "{call}");
    }
    assert_eq!(sends(&shop, &key, "203.0.113.7").await.refusal(), refused(403, "key_suspended"));
    let rule = told(&shop, Kind::KeySuspended)[0].rule.clone().unwrap();
    assert_eq!(
        (rule.name.as_ref(), rule.count, rule.bound.map(|bound| bound.limit)),
        ("keys.calls", Some(201), Some(200))
    );
    assert_eq!(resume(&shop, &token, &id).await.status(), 204);
    for _ in 0..50 {
        assert_eq!(sends(&shop, &key, "203.0.113.7").await.status(), 200, "for the rest of the day");
    }
    let seen: Value = list(&shop, &token).await.remove(0);
    assert_eq!(seen["calls_today"], 250);
}

/// However many at once: one event, and whoever comes after it is refused.
#[tokio::test]
async fn of_many_at_once_none_passes_after_the_suspension() {
    let (shop, token) = shop().await;
    let (key, _, _) = settled(&shop, &token).await;
    let uses = (0..40).map(|n| sends(&shop, &key, if n % 8 == 3 { AWAY } else { "203.0.113.7" }));
    let replies: Vec<_> = futures_util::future::join_all(uses).await;
    assert!(replies.iter().any(|reply| reply.status() == 403));
    assert_eq!(told(&shop, Kind::KeySuspended).len(), 1);
    for from in [AWAY, "203.0.113.7"] {
        assert_eq!(sends(&shop, &key, from).await.status(), 403);
    }
    let shop = shop.restart().await;
    assert_eq!(sends(&shop, &key, "203.0.113.7").await.status(), 403);
}
