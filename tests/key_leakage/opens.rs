//! What each scope opens, and what no key opens.

use aspis_guard::surface::Access;
use serde_json::json;

use super::{ADA, KEYS, SCOPES, ask, make, refused, shop, with_key};
use crate::shop::Shop;

/// Every call that a scope opens.
const OPENED: [(&str, &str, &str); 10] = [
    ("read:prices", "GET", "/api/v1/assets"),
    ("read:prices", "GET", "/api/v1/prices"),
    ("read:prices", "GET", "/api/v1/price/BTC"),
    ("read:prices", "GET", "/api/v1/history/BTC"),
    ("read:prices", "GET", "/api/v1/bulk/prices?asset=BTC&from=2020-01-01"),
    ("predict", "POST", "/api/v1/predict/BTC"),
    ("read:portfolio", "GET", "/api/v1/portfolio"),
    ("read:portfolio", "GET", "/api/v1/portfolio/transactions"),
    ("write:portfolio", "POST", "/api/v1/portfolio/buy"),
    ("write:portfolio", "POST", "/api/v1/portfolio/sell"),
];

const ORDER: &str = r#"{"asset_id":"BTC","quantity":"0.01"}"#;

#[tokio::test]
async fn a_key_opens_what_its_scope_says_and_nothing_else() {
    let (shop, token) = shop().await;
    for scope in SCOPES.into_iter().filter(|scope| *scope != "write:prices") {
        let (key, _) = make(&shop, &token, &[scope]).await;
        for (number, (needed, method, path)) in OPENED.into_iter().enumerate() {
            let caller = with_key(shop.caller(), &key).with("content-type", "application/json");
            let caller = caller.with("idempotency-key", &format!("{scope}{number}"));
            let body = if needed == "write:portfolio" { ORDER } else { "" };
            let reply = caller.call(method, path, body).await;
            if needed == scope {
                assert!(matches!(reply.status(), 200 | 201), "{scope}: {path}: {}", reply.text());
            } else {
                assert_eq!(reply.refusal(), refused(403, "insufficient_scope"), "{scope}: {path}");
                assert!(reply.json()["detail"].as_str().unwrap().contains(needed), "it names the scope");
            }
        }
    }
    let told = shop.event_log().into_iter().find(|event| event.kind.word() == "insufficient_scope").unwrap();
    assert_eq!(told.kind.scenario().unwrap().word(), "key_leakage");
    assert!(told.account.is_some(), "whose key it is");
}

/// Walks the whole table with a key that may do everything a person may give it.
#[tokio::test]
async fn no_key_reaches_what_is_for_people_or_operators() {
    let (shop, token) = shop().await;
    let (key, id) =
        make(&shop, &token, &["read:prices", "predict", "read:portfolio", "write:portfolio"]).await;
    let mut closed = 0;
    for row in aspis::surface::rows() {
        let path = row.path.replace("{asset}", "BTC").replace("{id}", &id).replace("{token}", "x");
        let path = path.replace("{code}", "not_found").replace("{name}", "x");
        let reply = with_key(shop.caller(), &key)
            .with("content-type", "application/json")
            .call(row.method.as_str(), &path, "")
            .await;
        if row.access == Access::Public {
            assert_ne!(reply.status(), 403, "{row}");
        } else if row.scope.is_none() {
            assert_eq!(reply.refusal(), refused(403, "forbidden"), "{row}");
            closed += 1;
        }
    }
    assert!(closed > 20, "{closed}");
    assert_eq!(with_key(shop.caller(), &key).get(KEYS).await.refusal(), refused(403, "forbidden"));
    let made = with_key(shop.caller(), &key).post(KEYS, &json!({"name": "x", "scopes": ["predict"]})).await;
    assert_eq!(made.refusal(), refused(403, "forbidden"), "a key makes no key");
}

/// Every row that a key can call at all is one of those above, or writes prices.
#[test]
fn every_row_with_a_scope_is_known_here() {
    for row in aspis::surface::rows() {
        let Some(scope) = row.scope.map(aspis_core::scope::Scope::word) else { continue };
        let known = OPENED.iter().any(|(needed, method, path)| {
            let path = path.split('?').next().unwrap().replace("BTC", "{asset}");
            *needed == scope && *method == row.method.as_str() && path == row.path
        });
        let elsewhere = ["/api/v1/predict/{asset}/quality", "/api/v1/reviews/{id}"].contains(&row.path);
        assert!(known || scope == "write:prices" || elsewhere, "{row}");
    }
}

#[tokio::test]
async fn a_key_acts_for_its_account() {
    let (shop, token) = shop().await;
    let (key, _) = make(&shop, &token, &["read:portfolio", "write:portfolio"]).await;
    let order = json!({"asset_id": "BTC", "quantity": "0.5"});
    let placed = with_key(shop.caller(), &key).order("buy", "mine", &order).await;
    assert_eq!(placed.status(), 201, "{}", placed.text());
    let person = shop.caller().token(&token).get("/api/v1/portfolio").await.json();
    assert_eq!(person["positions"][0]["quantity"], "0.5");
    assert_eq!(person, with_key(shop.caller(), &key).get("/api/v1/portfolio").await.json());
    // The same order under the same key of the caller's is the same order, whoever sends it.
    let again = shop.caller().token(&token).order("buy", "mine", &order).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
}

/// Whoever finds a key shall not be able to empty an account with it.
#[tokio::test]
async fn a_large_order_wants_a_person() {
    let (shop, token) = shop().await;
    let (key, _) = make(&shop, &token, &["write:portfolio"]).await;
    let large = json!({"asset_id": "BTC", "quantity": "5"});
    let reply = with_key(shop.caller(), &key).order("buy", "large", &large).await;
    assert_eq!(reply.refusal(), refused(401, "step_up_required"));
    assert_eq!(shop.caller().token(&token).order("buy", "large", &large).await.status(), 201);
}

/// What a key takes away counts towards the account's day, and carries the account's name.
#[tokio::test]
async fn a_key_spends_the_bytes_of_its_account_and_signs_for_it() {
    let shop = Shop::endless(&["scraping.quota=200000"]).await;
    let token = shop.member(ADA).await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    let page = with_key(shop.caller(), &key).get("/api/v1/history/BTC?limit=1000").await;
    assert_eq!(page.status(), 200);
    assert!(page.json()["_signature"].is_string());
    let used = shop.caller().token(&token).get("/api/v1/auth/usage").await.json();
    assert!(used["bytes"]["used"].as_u64().unwrap() > 50_000, "{used}");
    let reply = shop.caller().token(&token).get("/api/v1/history/BTC?limit=1000").await;
    assert_eq!(reply.refusal(), refused(429, "quota_exceeded"), "key and person share it");
}

/// A key's window is its own: a job that runs wild leaves the person as they were.
#[tokio::test]
async fn a_key_has_a_window_of_its_own() {
    let shop = Shop::with(&["rate.portfolio=3/minute"]).await;
    let token = shop.member(ADA).await;
    let (key, _) = make(&shop, &token, &["read:portfolio"]).await;
    let call = async |n: u8| with_key(shop.at(&format!("192.0.2.{n}")), &key).get("/api/v1/portfolio").await;
    for n in 1..=3 {
        assert_eq!(call(n).await.status(), 200);
    }
    assert_eq!(call(4).await.refusal(), refused(429, "rate_limited"), "from wherever it calls");
    assert_eq!(shop.at("192.0.2.9").token(&token).get("/api/v1/portfolio").await.status(), 200);
    let (other, _) = make(&shop, &token, &["read:portfolio"]).await;
    assert_eq!(with_key(shop.at("192.0.2.8"), &other).get("/api/v1/portfolio").await.status(), 200);
}

#[tokio::test]
async fn a_key_keeps_to_its_networks_and_to_its_accounts() {
    let (shop, token) = shop().await;
    let wish = json!({"name": "x", "scopes": ["read:portfolio"], "allowed_ips": ["203.0.113.0/24"]});
    let made = ask(&shop, &token, &wish).await;
    assert_eq!(made.json()["allowed_ips"], json!(["203.0.113.0/24"]));
    let (key, id) = super::read(&made);
    let from = async |address: &str| with_key(shop.at(address), &key).get("/api/v1/portfolio").await;
    assert_eq!(from("203.0.113.200").await.status(), 200);
    assert_eq!(from("::ffff:203.0.113.200").await.status(), 200);
    assert_eq!(from("198.51.100.1").await.refusal(), refused(403, "address_not_allowed"));
    let event =
        shop.event_log().into_iter().find(|event| event.kind.word() == "address_not_allowed").unwrap();
    assert_eq!(event.rule.and_then(|rule| rule.place), Some(id), "which key it was");
    // The account's own networks hold for its keys as well.
    let (roaming, _) = make(&shop, &token, &["read:portfolio"]).await;
    let list = json!({"allowed_ips": ["203.0.113.7"]}).to_string();
    let owner = shop.caller().token(&token).with("content-type", "application/json");
    assert_eq!(owner.call("PUT", "/api/v1/auth/allowed-ips", list).await.status(), 200);
    let elsewhere = with_key(shop.at("203.0.113.8"), &roaming).get("/api/v1/portfolio").await;
    assert_eq!(elsewhere.refusal(), refused(403, "address_not_allowed"));
    assert_eq!(from("203.0.113.7").await.status(), 200);
}
