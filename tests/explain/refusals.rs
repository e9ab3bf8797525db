//! Each kind of refusal, explained.

use std::time::Duration;

use serde_json::{Value, json};

use super::{DESK, EVE, OPERATOR, SQLI, explain, explained, id};
use crate::shop::Shop;

#[tokio::test]
async fn a_limit_is_explained_with_its_numbers() {
    let shop = Shop::with(&["rate.login=5/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let login = json!({"email": "nobody@example.org", "password": "wrong"});
    let eve = shop.at(EVE);
    for _ in 0..5 {
        eve.post("/api/v1/auth/login", &login).await;
    }
    let refused = eve.post("/api/v1/auth/login", &login).await;
    assert_eq!(refused.status(), 429);
    let why = explained(&shop, &op, &refused).await;
    assert_eq!(
        (&why["code"], &why["rule"], &why["limit"], &why["window_s"], &why["mode"]),
        (&json!("rate_limited"), &json!("rate.login"), &json!(5), &json!(60), &json!("enforced"))
    );
    assert_eq!((&why["client"], &why["route"]), (&json!(EVE), &json!("POST /api/v1/auth/login")));
    assert_eq!(why["setting"], json!({"key": "rate.login", "value": "5/minute", "effect": "reload"}));
    // What would have let it pass does.
    let until = aspis_core::clock::Timestamp::parse(why["until"].as_str().unwrap()).unwrap();
    let said = why["passes_when"].as_str().unwrap();
    assert!(said.starts_with(&format!("Wait until {until}; 5 requests in any 60 s are let in")), "{said}");
    let now = aspis_core::clock::Timestamp::from_seconds(shop.seconds());
    shop.wait(until.since(now));
    assert_ne!(eve.post("/api/v1/auth/login", &login).await.refusal().1, "rate_limited");
    let command = why["exempt_command"].as_str().unwrap();
    assert_eq!(command, "aspis exempt --client 203.0.113.66 --rule rate.login --for 2h --why \"...\"");
}

#[tokio::test]
async fn what_matched_is_masked() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let refused = shop.at(EVE).get(SQLI).await;
    let why = explained(&shop, &op, &refused).await;
    assert_eq!(
        (&why["code"], &why["setting"]["key"]),
        (&json!("sqli_attempt"), &json!("safeguards.inspect"))
    );
    let seen = why["seen"].as_str().unwrap();
    assert!(seen.contains(';') && !why.to_string().contains("DROP"), "{why}");
    assert!(why["passes_when"].as_str().unwrap().contains("without what matched (at path"), "{why}");
}

#[tokio::test]
async fn locks_waits_and_challenges_are_explained() {
    let shop =
        Shop::endless(&["lock.after=3", "lock.wait_over=1", "lock.challenge_over=1000", "lock.wait_most=2s"])
            .await;
    let op = shop.another_operator(OPERATOR).await;
    let login = json!({"email": "nobody@example.org", "password": "wrong"});
    let eve = shop.at(EVE);
    let mut last = Vec::new();
    for _ in 0..5 {
        let tried = eve.post("/api/v1/auth/login", &login).await;
        last.push(tried.refusal().1.clone());
        let why = explained(&shop, &op, &tried).await;
        match last.last().unwrap().as_str() {
            "too_many_attempts" => {
                assert_eq!((&why["rule"], &why["limit"]), (&json!("lock.wait_over"), &json!(1)), "{why}");
                assert_eq!((&why["count"], &why["setting"]["value"]), (&json!(2), &json!("1")), "{why}");
                shop.wait(Duration::from_secs(2));
            }
            "account_locked" => {
                assert_eq!((&why["rule"], &why["limit"]), (&json!("lock.after"), &json!(2)), "{why}");
                assert!(why["place"].as_str().unwrap().starts_with("name "), "{why}");
            }
            _ => assert_eq!(why["code"], "invalid_credentials"),
        }
    }
    let words = [
        "invalid_credentials",
        "invalid_credentials",
        "too_many_attempts",
        "invalid_credentials",
        "account_locked",
    ];
    assert_eq!(last, words);
    let shop = Shop::endless(&["register.challenge_after=0"]).await;
    let op = super::operator_by_hand(&shop).await;
    let person = json!({"email": "a@example.org", "password": crate::shop::PASSWORD, "full_name": "A"});
    let asked = shop.at(EVE).post("/api/v1/auth/register", &person).await;
    let why = explained(&shop, &op, &asked).await;
    assert_eq!((&why["rule"], &why["limit"]), (&json!("register.challenge_after"), &json!(0)), "{why}");
}

#[tokio::test]
async fn a_mistake_that_is_no_event_is_explained_from_memory() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let missing = shop.at(EVE).get("/api/v1/nowhere").await;
    assert_eq!(missing.status(), 404);
    let why = explained(&shop, &op, &missing).await;
    assert_eq!(
        (&why["code"], &why["rule"], &why["exempt_command"]),
        (&json!("not_found"), &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_is_not_known_is_said_with_how_far_back_anything_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = format!("server.data={}", folder.path().display());
    let shop = Shop::endless(&[&data]).await;
    let op = shop.another_operator(OPERATOR).await;
    let unknown = explain(&shop, &op, "01a20053-4b9d-73d6-b98f-648603a5d354").await;
    assert_eq!(unknown.status(), 404);
    let said = unknown.json()["detail"].as_str().unwrap().to_owned();
    assert!(said.contains("Memory goes back to 2026-11-21T12:00:00Z. There is no security log."), "{said}");
    assert_eq!(explain(&shop, &op, "nonsense").await.status(), 404);
    let ada = shop.member("ada@example.org").await;
    let refused = shop.at(EVE).get(SQLI).await;
    let path = format!("/api/v1/admin/explain/{}", id(&refused));
    assert_eq!(shop.at(DESK).token(&ada).get(&path).await.refusal(), (403, "forbidden".into()));
    assert_eq!(shop.at(DESK).get(&path).await.status(), 401);
}

/// What only observes is explained as what it is.
#[tokio::test]
async fn what_was_only_observed_is_told() {
    let shop = Shop::endless(&["safeguards.inspect=observe"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let refused = shop.at(EVE).get(SQLI).await;
    let told = explain(&shop, &op, &id(&refused)).await.json();
    let modes: Vec<_> = told["refusals"].as_array().unwrap().iter().map(|one| one["mode"].clone()).collect();
    assert!(modes.len() >= 2 && modes[0] == "observed" && *modes.last().unwrap() == "enforced", "{told}");
}
