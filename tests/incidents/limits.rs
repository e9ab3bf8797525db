//! Limits and challenges that an operator makes harder, and how they go back.

use std::time::Duration;

use serde_json::json;

use super::{OPERATOR, at, does, ok, undo};
use crate::shop::{Holder, Reply, Shop};

const SECOND: Duration = Duration::from_secs(1);

/// How many of twelve reads of prices a client of its own gets through.
async fn through(shop: &Shop, address: &str) -> usize {
    let mut good = 0;
    for _ in 0..12 {
        good += usize::from(at(shop, address).await == ok());
    }
    good
}

#[tokio::test]
async fn limits_go_down_to_one_and_back_in_steps() {
    let shop = Shop::with(&["rate.prices=10/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    assert_eq!(through(&shop, "203.0.113.1").await, 10);
    let done = does(&shop, &op, &json!({"action": "tighten", "classes": ["prices"]})).await;
    assert_eq!(done["actions"][0]["scope"], "prices");
    let said = |reply: &Reply| reply.header("ratelimit-policy").unwrap_or_default().to_owned();
    let first = shop.at("203.0.113.2").get("/api/v1/prices").await;
    assert_eq!((first.status(), said(&first)), (200, "\"prices\";q=1;w=60".into()));
    assert_eq!(through(&shop, "203.0.113.2").await, 0);
    // Whoever runs the server is not slowed down, and other classes are as they were.
    let mine = shop.at("203.0.113.3").token(&op);
    assert_eq!(
        (mine.get("/api/v1/prices").await.status(), mine.get("/api/v1/prices").await.status()),
        (200, 200)
    );
    assert_eq!(said(&shop.at("203.0.113.2").get("/nothing").await), "\"default\";q=60;w=60");
    let shop = shop.restart().await;
    assert_eq!(through(&shop, "203.0.113.4").await, 1);
    does(&shop, &op, &json!({"action": "relax", "over_s": 600})).await;
    for (step, address) in [(0, "203.0.113.5"), (3, "203.0.113.6"), (9, "203.0.113.8")] {
        let expected = step.max(1);
        assert_eq!(through(&shop, address).await, expected, "{step}");
        let next = if step == 0 { 3 } else { 6 };
        shop.wait(SECOND * 60 * next);
        shop.app.beat();
    }
    shop.wait(SECOND * 60);
    shop.app.beat();
    assert_eq!(through(&shop, "203.0.113.9").await, 10);
    assert!(shop.events().contains(&"limits_relaxed"));
}

/// An operator's token that is bound to a key is known for one before its proof is checked.
#[tokio::test]
async fn an_operator_with_a_bound_token_is_not_slowed_down_either() {
    let shop = Shop::with(&["rate.default=10/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    does(&shop, &op, &json!({"action": "tighten", "classes": ["default"]})).await;
    let (own, caller) = (Holder::p256(), shop.at("203.0.113.3"));
    let tokens = own.sign_in(&shop, &caller, OPERATOR).await;
    let token = tokens["access_token"].as_str().unwrap();
    for at in 0..5 {
        let me = own.call(&shop, &caller, "GET", "/api/v1/auth/me", token).await;
        assert_eq!(me.status(), 200, "{at}: {}", me.text());
    }
    let stolen = shop.at("203.0.113.4").dpop(token, "x").get("/api/v1/auth/me").await;
    assert_eq!(stolen.status(), 401, "a token alone is nobody's");
}

#[tokio::test]
async fn what_was_tightened_is_taken_back() {
    let shop = Shop::with(&["rate.prices=10/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let one = does(&shop, &op, &json!({"action": "tighten", "classes": ["prices"]})).await;
    let other = does(&shop, &op, &json!({"action": "tighten"})).await;
    assert_eq!(other["actions"][0]["scope"], "login,register,refresh,predict,portfolio,prices,default");
    assert_eq!(undo(&shop, &op, &one).await.status(), 200);
    assert_eq!(through(&shop, "203.0.113.1").await, 1, "the other stands");
    assert_eq!(undo(&shop, &op, &other).await.status(), 200);
    assert_eq!(through(&shop, "203.0.113.2").await, 10);
}

#[tokio::test]
async fn every_stranger_solves_a_challenge() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    does(&shop, &op, &json!({"action": "challenge_all"})).await;
    let asked = (401, "challenge_required".to_owned());
    assert_eq!(at(&shop, "203.0.113.1").await, asked);
    let login = json!({"email": "bob@example.org", "password": "some words of nobody 1"});
    assert_eq!(shop.at("203.0.113.1").post("/api/v1/auth/login", &login).await.refusal(), asked);
    assert_eq!(shop.caller().token(&ada).get("/api/v1/prices").await.status(), 200);
    does(&shop, &op, &json!({"action": "relax"})).await;
    assert_eq!(at(&shop, "203.0.113.1").await, ok());
}

#[tokio::test]
async fn a_playbook_is_one_step_there_and_back() {
    let shop = Shop::with(&["rate.prices=10/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let ask = json!({"action": "contain", "playbook": "scraping", "network": "203.0.113.66", "for_s": 600});
    let dry =
        json!({"action": "contain", "playbook": "scraping", "network": "203.0.113.66", "dry_run": true});
    let wanted = ["contain", "challenge_all", "tighten", "block"];
    let words = |done: &serde_json::Value| {
        let all = done["actions"].as_array().unwrap().iter();
        all.map(|one| one["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words(&does(&shop, &op, &dry).await), wanted);
    assert_eq!(at(&shop, "203.0.113.66").await, ok());
    let done = does(&shop, &op, &ask).await;
    assert_eq!(words(&done), wanted);
    assert_eq!(at(&shop, "203.0.113.66").await.0, 403);
    assert_eq!(at(&shop, "203.0.113.1").await.0, 401);
    let undone = undo(&shop, &op, &done).await;
    assert_eq!((undone.status(), undone.json()["actions"].as_array().unwrap().len()), (200, 4));
    assert_eq!((at(&shop, "203.0.113.66").await, through(&shop, "203.0.113.2").await), (ok(), 10));
    // Of a playbook that would lock somebody out nothing is done.
    let bad = json!({"action": "contain", "playbook": "flood", "network": "127.0.0.1"});
    assert_eq!(super::asks(&shop, &op, &bad).await.refusal(), (409, "locks_you_out".into()));
    assert_eq!(at(&shop, "203.0.113.3").await, ok());
}

#[tokio::test]
async fn every_playbook_runs() {
    for playbook in ["credential_stuffing", "token_theft", "key_leak", "scraping", "flood", "injection"] {
        let shop = Shop::endless(&[]).await;
        let op = shop.another_operator(OPERATOR).await;
        let mut ask = json!({"action": "contain", "playbook": playbook});
        if ["token_theft", "key_leak"].contains(&playbook) {
            ask["scope"] = "everybody".into();
        }
        let done = does(&shop, &op, &ask).await;
        assert!(done["actions"].as_array().unwrap().len() >= 3, "{done}");
        assert!(shop.events().contains(&"playbook_run"));
    }
}
