//! Stolen passwords that are tried here: one client on many names, many clients on one, many on many.

use super::hand::{
    ADA, HOUR, LOGIN, WRONG, count, lock, login, looked_at, open, refusal, right, seconds, solved, stumble,
    with, wrong,
};
use crate::shop::{PASSWORD, Shop, solver::proof};

const BEGAN: &str = "login_attack_began";
const ENDED: &str = "login_attack_ended";

#[tokio::test]
async fn one_client_that_fails_on_five_names_is_told_of_once_an_hour() {
    let shop = open().await;
    let caller = shop.caller();
    stumble(&caller).await;
    for (name, wait) in [("four", 16), ("three", 32), ("five", 64), ("six", 128)] {
        assert_eq!(solved(&caller, &format!("{name}@nobody.example"), WRONG).await.status(), 401);
        let told = usize::from(["five", "six"].contains(&name));
        assert_eq!(count(&shop, "stuffing_from_one_source"), told, "{name}");
        shop.wait(seconds(wait));
    }
    let log = shop.event_log();
    let event = log.iter().find(|event| event.kind.word() == "stuffing_from_one_source").unwrap();
    assert_eq!(event.client.unwrap().to_string(), "203.0.113.7");
    assert_eq!(count(&shop, "stuffing_on_one_name"), 0);
}

#[tokio::test]
async fn one_name_that_five_clients_fail_on_is_told_of() {
    let shop = open().await;
    shop.member(ADA).await;
    for (name, network) in [(ADA, 2), ("nobody@example.org", 3)] {
        let before = count(&shop, "stuffing_on_one_name");
        lock(&shop, name, network).await;
        assert_eq!(count(&shop, "stuffing_on_one_name"), before + 1, "{name}");
    }
    assert_eq!(count(&shop, "stuffing_from_one_source"), 0);
}

#[tokio::test]
async fn one_client_that_mistypes_is_no_stuffing() {
    let shop = open().await;
    shop.member(ADA).await;
    for _ in 0..3 {
        wrong(&shop.caller(), ADA).await;
    }
    for wait in [16, 32] {
        assert_eq!(solved(&shop.caller(), ADA, WRONG).await.status(), 401);
        shop.wait(seconds(wait));
    }
    assert_eq!(right(&shop.caller(), ADA).await.status(), 423);
    assert!(shop.events().iter().all(|word| !word.starts_with("stuffing")), "{:?}", shop.events());
}

/// Each from a client and on a name of its own, so that no other rule sees anything.
async fn flood(shop: &Shop, tries: std::ops::Range<usize>) {
    for at in tries {
        let caller = shop.at(&format!("10.0.{}.{}", at / 250, at % 250));
        let reply = wrong(&caller, &format!("name{at}@example.org")).await;
        assert_eq!(reply.refusal(), refusal(401, "invalid_credentials"), "try {at}");
    }
}

#[tokio::test]
async fn an_attack_on_the_site_turns_the_challenge_on_and_off_again() {
    let shop = open().await;
    let device = shop.tokens(ADA).await["device_token"].as_str().unwrap().to_owned();
    flood(&shop, 0..199).await;
    let stranger = shop.caller();
    assert_eq!(right(&stranger, ADA).await.status(), 200, "one short of it");
    flood(&shop, 199..200).await;
    assert_eq!(count(&shop, BEGAN), 1);
    let asked = right(&stranger, ADA).await;
    assert_eq!(asked.refusal(), refusal(401, "challenge_required"), "without one failure of its own");
    let solution = proof(&asked.json()["challenge"]);
    assert_eq!(stranger.post(LOGIN, &with(login(ADA, PASSWORD), "challenge", &solution)).await.status(), 200);
    let known = with(login(ADA, PASSWORD), "device_token", &device);
    assert_eq!(stranger.post(LOGIN, &known).await.status(), 200, "a known device is not asked");
    shop.wait(seconds(15 * 60));
    assert_eq!(
        right(&stranger, ADA).await.refusal(),
        refusal(401, "challenge_required"),
        "calm, but not for long"
    );
    assert_eq!(count(&shop, ENDED), 0);
    shop.wait(seconds(5 * 60 + 20));
    // By itself: nobody tried.
    shop.letters().await;
    assert_eq!((count(&shop, BEGAN), count(&shop, ENDED)), (1, 1));
    assert_eq!(right(&stranger, ADA).await.status(), 200);
}

#[tokio::test]
async fn under_attack_a_registration_needs_a_challenge_too() {
    let shop = open().await;
    flood(&shop, 0..200).await;
    let person = serde_json::json!({"email": ADA, "password": PASSWORD, "full_name": "Ada"});
    let asked = shop.caller().post("/api/v1/auth/register", &person).await;
    assert_eq!(asked.refusal(), refusal(401, "challenge_required"));
    let solution = proof(&asked.json()["challenge"]);
    let made = shop.caller().post("/api/v1/auth/register", &with(person, "challenge", &solution)).await;
    assert_eq!(made.status(), 201, "{}", made.text());
}

#[tokio::test]
async fn while_failures_go_on_the_attack_does() {
    let shop = open().await;
    shop.member(ADA).await;
    flood(&shop, 0..200).await;
    for round in 0..5 {
        shop.wait(seconds(5 * 60));
        for at in 0..60 {
            let caller = shop.at(&format!("10.{}.0.{at}", round + 1));
            assert_eq!(solved(&caller, &format!("{round}-{at}@example.org"), WRONG).await.status(), 401);
        }
        assert_eq!(right(&shop.caller(), ADA).await.refusal(), refusal(401, "challenge_required"), "{round}");
    }
    assert_eq!((count(&shop, BEGAN), count(&shop, ENDED)), (1, 0));
}

#[tokio::test]
async fn few_clients_or_many_successes_are_no_attack() {
    let shop =
        Shop::endless(&["challenge.difficulty=1", "lock.challenge_over=1000", "lock.wait_over=1000"]).await;
    for at in 0..300 {
        wrong(&shop.at(&format!("10.0.0.{}", at % 19)), &format!("name{at}@example.org")).await;
    }
    assert_eq!(looked_at(&shop), 300);
    assert_eq!(count(&shop, BEGAN), 0, "nineteen clients");
    let shop = open().await;
    shop.member(ADA).await;
    for _ in 0..45 {
        assert_eq!(right(&shop.caller(), ADA).await.status(), 200);
    }
    flood(&shop, 0..225).await;
    assert_eq!(count(&shop, BEGAN), 0, "fewer than five times as many as successes");
    flood(&shop, 225..230).await;
    assert_eq!(count(&shop, BEGAN), 1, "five times as many");
}

/// Only what reached a password counts: refusals are cheap to make.
#[tokio::test]
async fn what_was_refused_unlooked_at_is_no_attack() {
    let shop = open().await;
    lock(&shop, ADA, 2).await;
    for at in 0..250 {
        assert_eq!(wrong(&shop.at(&format!("10.0.0.{at}")), ADA).await.status(), 423);
    }
    assert_eq!(count(&shop, BEGAN), 0);
    shop.wait(HOUR);
    assert_eq!(wrong(&shop.caller(), ADA).await.refusal(), refusal(401, "invalid_credentials"));
}
