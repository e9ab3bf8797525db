//! How long a key is good, and what is remembered of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, ask, list, make, read, refused, revoke, rotate, shop, with_key};
use crate::shop::Shop;

const DAY: Duration = Duration::from_secs(86_400);
const PRICES: &str = "/api/v1/prices";

async fn status(shop: &Shop, key: &str) -> u16 {
    with_key(shop.caller(), key).get(PRICES).await.status()
}

#[tokio::test]
async fn a_key_ends_by_itself() {
    let (shop, token) = shop().await;
    let (month, _) = make(&shop, &token, &["read:prices"]).await;
    let wish = json!({"name": "x", "scopes": ["read:prices"], "expires_in_days": 1});
    let (day, _) = read(&ask(&shop, &token, &wish).await);
    shop.wait(DAY.checked_sub(Duration::from_secs(1)).unwrap());
    assert_eq!(status(&shop, &day).await, 200);
    shop.wait(Duration::from_secs(1));
    assert_eq!((status(&shop, &day).await, status(&shop, &month).await), (401, 200));
    shop.wait(29 * DAY);
    assert_eq!(status(&shop, &month).await, 401);
}

#[tokio::test]
async fn a_key_that_is_revoked_is_dead_for_the_next_request_and_after_a_restart() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let (other, _) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(status(&shop, &key).await, 200);
    assert_eq!(revoke(&shop, &token, &id).await.status(), 204);
    assert_eq!(with_key(shop.caller(), &key).get(PRICES).await.refusal(), refused(401, "invalid_key"));
    assert_eq!(revoke(&shop, &token, &id).await.refusal(), refused(404, "not_found"));
    assert!(shop.events().contains(&"key_revoked"));
    let shop = shop.restart().await;
    assert_eq!((status(&shop, &key).await, status(&shop, &other).await), (401, 200));
}

#[tokio::test]
async fn a_rotated_key_lives_on_for_a_grace() {
    let shop = Shop::endless(&["auth.access_token=2h"]).await;
    let token = shop.member(ADA).await;
    let (old, id) = make(&shop, &token, &["read:prices"]).await;
    let (new, new_id) = read(&rotate(&shop, &token, &id, &json!({"grace_minutes": 60})).await);
    assert_ne!(old, new);
    assert_eq!(rotate(&shop, &token, &id, &json!({})).await.refusal(), refused(409, "already_rotated"));
    let listed = list(&shop, &token).await;
    let of = |id: &str| listed.iter().find(|key| key["id"] == id).unwrap();
    assert_eq!(
        (&of(&id)["successor"], &of(&id)["expires"]),
        (&json!(new_id), &json!("2026-11-21T13:00:00Z"))
    );
    assert_eq!(of(&new_id)["scopes"], json!(["read:prices"]));
    shop.wait(Duration::from_secs(3599));
    assert_eq!((status(&shop, &old).await, status(&shop, &new).await), (200, 200));
    shop.wait(Duration::from_secs(1));
    assert_eq!((status(&shop, &old).await, status(&shop, &new).await), (401, 200));
    assert!(shop.events().contains(&"key_rotated"));
    for wrong in [json!({"grace_minutes": 1441}), json!({"expires_in_days": 31}), json!({"grace": 1})] {
        assert_eq!(rotate(&shop, &token, &new_id, &wrong).await.refusal(), refused(400, "invalid_input"));
    }
    let at_once = rotate(&shop, &token, &new_id, &json!({"grace_minutes": 0})).await;
    assert_eq!((at_once.status(), status(&shop, &new).await), (201, 401));
}

#[tokio::test]
async fn the_owner_sees_what_a_key_was_used_for() {
    let (shop, token) = shop().await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    let seen = async |shop: &Shop| -> Value { list(shop, &token).await.remove(0) };
    let fresh = seen(&shop).await;
    assert_eq!((fresh.get("used"), &fresh["calls_today"], &fresh["days"]), (None, &json!(0), &json!([])));
    for _ in 0..3 {
        assert_eq!(status(&shop, &key).await, 200);
    }
    let refused = with_key(shop.at("192.0.2.66"), &key).get("/api/v1/portfolio").await;
    assert_eq!(refused.status(), 403, "what is refused is no use");
    let first = seen(&shop).await;
    assert_eq!((&first["used"], &first["used_by"]), (&json!("2026-11-21T12:00:00Z"), &json!("203.0.113.7")));
    assert_eq!(first["calls_today"], 3);
    shop.wait(DAY);
    assert_eq!(with_key(shop.at("2001:db8::1"), &key).get(PRICES).await.status(), 200);
    let shop = shop.restart().await;
    let login = json!({"email": ADA, "password": crate::shop::PASSWORD});
    let tokens = shop.at("203.0.113.50").post("/api/v1/auth/login", &login).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let later = list(&shop, token).await.remove(0);
    assert_eq!((later["used_by"].as_str(), &later["calls_today"]), (Some("2001:db8::/64"), &json!(1)));
    let days = json!([{"day": "2026-11-22", "calls": 1}, {"day": "2026-11-21", "calls": 3}]);
    assert_eq!(later["days"], days);
}
