//! The token of the session: without it, with a wrong one, with somebody else's; and how long it is good.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;

use super::{changing, is_forged, path, rules, shop_with_ada};
use crate::shop::{Browser, Shop};

async fn fetched(browser: &Browser, shop: &Shop) -> String {
    let reply = browser.looks(shop).get("/api/v1/auth/csrf").await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["csrf_token"].as_str().unwrap().to_owned()
}

/// One character changed, in the mask and in what is masked.
fn tampered(token: &str) -> [String; 2] {
    [10, 60].map(|at| {
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &token[..at], &token[at + 1..])
    })
}

#[tokio::test]
async fn no_change_without_the_session_s_own_token() {
    let (shop, ada) = shop_with_ada().await;
    let eve = Browser::of(&shop, "eve@example.org").await;
    let second = Browser::sign_in(&shop, "ada@example.org").await;
    let [mask, masked] = tampered(&ada.csrf);
    let wrong = [
        String::new(),
        "x".into(),
        ada.cookie.clone(),
        eve.csrf.clone(),
        second.csrf.clone(),
        mask,
        masked,
        ada.csrf[..ada.csrf.len() - 1].to_owned(),
        format!("{}A", ada.csrf),
        "A".repeat(86),
        "A".repeat(4000),
    ];
    let refused = (403, "invalid_csrf_token".to_owned());
    for row in changing() {
        let (method, path) = (row.method.as_str(), path(&row));
        let without = ada.acts(&shop).without("x-csrf-token").call(method, &path, "").await;
        assert_eq!(without.refusal(), refused, "{row}");
        for token in &wrong {
            let reply = ada.acts(&shop).but("x-csrf-token", token).call(method, &path, "").await;
            assert_eq!(reply.refusal(), refused, "{row}: {token}");
        }
        let twice = ada.acts(&shop).with("x-csrf-token", &ada.csrf).call(method, &path, "").await;
        assert_eq!(twice.refusal(), refused, "{row}: one of two");
    }
    assert!(rules(&shop).iter().all(|rule| rule == "forgery.token"));
    let event = shop.event_log().into_iter().find(|e| e.kind.word() == "invalid_csrf_token").unwrap();
    assert_eq!(event.kind.scenario().unwrap().word(), "request_forgery");
    assert_eq!(event.kind.owasp(), Some("malicious_csrf"));
    assert!(event.account.is_some() && event.enforced, "it says on whose behalf it was tried");
    assert_eq!(ada.me(&shop).await.0, 200, "and nothing was changed");
}

#[tokio::test]
async fn a_token_in_another_place_is_none() {
    let (shop, ada) = shop_with_ada().await;
    let ask = ada.acts(&shop).without("x-csrf-token");
    let in_cookie =
        ask.clone().but("cookie", &format!("aspis_session={}; csrf_token={}", ada.cookie, ada.csrf));
    let in_body = ask.clone().post("/api/v1/auth/step-up", &json!({"csrf_token": ada.csrf})).await;
    assert_eq!(in_body.refusal(), (403, "invalid_csrf_token".into()));
    let out = in_cookie.call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(out.refusal(), (403, "invalid_csrf_token".into()), "a double submit can be planted");
    let path = format!("/api/v1/auth/logout?csrf_token={}", ada.csrf);
    assert!(ask.call("POST", &path, "").await.status() >= 400);
    assert_eq!(ada.me(&shop).await.0, 200);
}

#[tokio::test]
async fn with_it_every_route_is_reached() {
    let shop = Shop::endless(&[]).await;
    shop.member("ada@example.org").await;
    for row in changing() {
        let ada = Browser::sign_in(&shop, "ada@example.org").await;
        let reply = ada.acts(&shop).call(row.method.as_str(), &path(&row), "").await;
        assert!(reply.status() < 300 || !is_forged(&reply), "{row}: {}", reply.text());
    }
    assert_eq!(rules(&shop), Vec::<String>::new());
}

#[tokio::test]
async fn each_is_another_text_and_all_are_good_as_long_as_the_session() {
    let (shop, ada) = shop_with_ada().await;
    let mut tokens = vec![ada.csrf.clone()];
    for _ in 0..5 {
        tokens.push(fetched(&ada, &shop).await);
    }
    assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), 6);
    for at in 0..64 {
        let at_this_place: BTreeSet<_> = tokens.iter().map(|token| &token[at..=at]).collect();
        assert!(at_this_place.len() > 1, "what compresses an answer must learn nothing: place {at}");
    }
    for _ in 0..26 {
        shop.wait(Duration::from_secs(1500));
        assert_eq!(ada.me(&shop).await.0, 200);
    }
    shop.letters().await;
    let shop = shop.restart().await;
    for token in &tokens {
        let reply =
            ada.acts(&shop).but("x-csrf-token", token).call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
    }
    let out = ada.acts(&shop).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(out.status(), 204);
    // It dies with its session, and is none for the next one.
    let next = Browser::sign_in(&shop, "ada@example.org").await;
    for token in &tokens {
        let old = next.acts(&shop).but("x-csrf-token", token).call("POST", "/api/v1/auth/logout", "").await;
        assert_eq!(old.refusal(), (403, "invalid_csrf_token".into()));
    }
}

/// The first change of a page that has just been opened: nothing has to be fetched in between.
#[tokio::test]
async fn the_answer_of_the_sign_in_is_enough_for_the_first_change() {
    let (shop, ada) = shop_with_ada().await;
    let page = ada.acts(&shop).without("x-requested-with");
    let bought = page.order("buy", "first-order", &json!({"asset_id": "BTC", "quantity": "0.1"})).await;
    assert_eq!(bought.status(), 201, "{}", bought.text());
}

#[tokio::test]
async fn only_a_session_has_one() {
    let shop = Shop::open().await;
    let token = shop.member("ada@example.org").await;
    let path = "/api/v1/auth/csrf";
    assert_eq!(shop.caller().token(&token).get(path).await.refusal(), (404, "not_found".into()));
    assert_eq!(shop.caller().get(path).await.refusal(), (401, "credentials_required".into()));
}
