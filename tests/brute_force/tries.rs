//! How often one may try.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, solver};

const LOGIN: &str = "/api/v1/auth/login";

fn wrong() -> Value {
    json!({"email": "ada@example.org", "password": "not the right words 7"})
}

#[tokio::test]
async fn ten_wrong_logins_are_answered_five_times() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let mut refusals = Vec::new();
    for _ in 0..10 {
        refusals.push(shop.caller().post(LOGIN, &wrong()).await.refusal());
    }
    assert_eq!(refusals[..3], vec![(401, "invalid_credentials".to_owned()); 3]);
    assert_eq!(refusals[3..5], vec![(401, "challenge_required".to_owned()); 2]);
    assert_eq!(refusals[5..], vec![(429, "rate_limited".to_owned()); 5]);
    let failed = shop.events().iter().filter(|word| **word == "invalid_credentials").count();
    assert_eq!(failed, 3, "what was refused unlooked-at never reached a password");
}

#[tokio::test]
async fn the_right_password_must_wait_like_any_other() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let right = json!({"email": "ada@example.org", "password": PASSWORD});
    for _ in 0..5 {
        shop.caller().post(LOGIN, &wrong()).await;
    }
    let refused = shop.caller().post(LOGIN, &right).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(shop.at("203.0.113.8").post(LOGIN, &right).await.status(), 200, "a neighbour is not kept out");
    shop.wait(Duration::from_secs(refused.header("retry-after").unwrap().parse().unwrap()));
    let asked = shop.caller().post(LOGIN, &right).await;
    assert_eq!(asked.refusal(), (401, "challenge_required".into()), "three of the five were failures");
    let mut solved = right.clone();
    solved["challenge"] = solver::sum(&shop.caller(), "login").await.into();
    assert_eq!(shop.caller().post(LOGIN, &solved).await.status(), 200);
}

#[tokio::test]
async fn no_spelling_of_the_try_is_a_new_budget() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let spellings = [
        "ada@example.org",
        "ADA@example.org",
        "ada@EXAMPLE.ORG",
        "Ada@Example.Org",
        "other@example.org",
        "",
        "\u{0}",
        "ａda@example.org",
    ];
    let mut passed = 0;
    for (at, email) in spellings.into_iter().cycle().take(40).enumerate() {
        let caller = shop
            .caller()
            .with("x-forwarded-for", &format!("192.0.2.{at}"))
            .with("user-agent", &format!("bot/{at}"));
        let reply = caller.post(LOGIN, &json!({"email": email, "password": "not the right words 7"})).await;
        passed += usize::from(reply.status() != 429);
    }
    assert_eq!(passed, 5);
}

#[tokio::test]
async fn every_route_that_checks_a_link_is_as_narrow_as_the_login() {
    let shop = Shop::open().await;
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Op"});
    for number in 0..5 {
        let guess = format!("/api/v1/auth/invitations/aspis_rt_{number:043}");
        assert_eq!(shop.caller().post(&guess, &person).await.refusal(), (404, "invalid_invitation".into()));
    }
    assert_eq!(shop.caller().post("/api/v1/auth/invitations/x", &person).await.status(), 429);
    assert_eq!(
        shop.caller().post(LOGIN, &wrong()).await.status(),
        429,
        "one budget for all that is guessed at"
    );
}

#[tokio::test]
async fn a_name_cannot_forge_a_line() {
    let shop = Shop::with(&["rate.login=100/minute"]).await;
    let names = [
        "ada\r\nIP: 192.0.2.66 failed",
        "\u{1b}[31mada",
        "ada\u{0}@example.org",
        "ada@example.org\"}\n{\"kind\":\"login_success\"",
        "${jndi:ldap://x}",
    ];
    for name in names {
        let reply = shop.caller().post(LOGIN, &json!({"email": name, "password": PASSWORD})).await;
        assert!([400, 401].contains(&reply.status()), "{name:?}");
    }
    let events = shop.event_log();
    assert_eq!(events.len(), names.len());
    for event in events {
        assert_eq!(event.client.unwrap().to_string(), "203.0.113.7");
        let said = format!("{event:?}");
        assert!(
            !["192.0.2.66", "31m", "login_success", "jndi"].iter().any(|part| said.contains(part)),
            "{said}"
        );
    }
}
