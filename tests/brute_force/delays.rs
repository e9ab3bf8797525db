//! Who fails waits, longer each time; and the order of what stands in the way.

use super::hand::{
    ADA, LOGIN, WRONG, lock, login, looked_at, open, refusal, retry_after, right, seconds, solution, solved,
    stumble, with, wrong,
};
use crate::shop::PASSWORD;

#[tokio::test]
async fn each_failure_beyond_the_third_doubles_the_wait() {
    let shop = open().await;
    let caller = shop.caller();
    stumble(&caller).await;
    for (failures, wait) in [(4, 16), (5, 32), (6, 64), (7, 128), (8, 256), (9, 300), (10, 300)] {
        let name = format!("name{failures}@example.org");
        assert_eq!(solved(&caller, &name, WRONG).await.refusal(), refusal(401, "invalid_credentials"));
        let refused = solved(&caller, "other@example.org", WRONG).await;
        assert_eq!(refused.refusal(), refusal(429, "too_many_attempts"));
        assert_eq!(retry_after(&refused), wait, "after {failures} failures");
        shop.wait(seconds(wait - 1));
        let refused = wrong(&caller, &name).await;
        assert_eq!((refused.status(), retry_after(&refused)), (429, 1), "what was refused extends nothing");
        shop.wait(seconds(1));
    }
    assert_eq!(looked_at(&shop), 10);
    assert_eq!(wrong(&shop.at("203.0.113.8"), "name4@example.org").await.status(), 401, "nobody else waits");
}

#[tokio::test]
async fn a_failure_of_a_client_counts_for_an_hour() {
    let shop = open().await;
    let caller = shop.caller();
    stumble(&caller).await;
    shop.wait(seconds(3599));
    assert_eq!(wrong(&caller, "four@example.org").await.refusal(), refusal(401, "challenge_required"));
    shop.wait(seconds(1));
    stumble(&caller).await;
}

#[tokio::test]
async fn first_the_lock_then_the_wait_then_the_challenge_then_the_password() {
    let shop = open().await;
    shop.member(ADA).await;
    let caller = shop.caller();
    stumble(&caller).await;
    assert_eq!(solved(&caller, "four@example.org", WRONG).await.status(), 401);
    lock(&shop, "locked@example.org", 2).await;
    assert_eq!(right(&caller, "locked@example.org").await.refusal(), refusal(423, "account_locked"));
    assert_eq!(right(&caller, ADA).await.refusal(), refusal(429, "too_many_attempts"));
    shop.wait(seconds(16));
    assert_eq!(right(&caller, "locked@example.org").await.refusal(), refusal(423, "account_locked"));
    assert_eq!(right(&caller, ADA).await.refusal(), refusal(401, "challenge_required"));
    assert_eq!(solved(&caller, ADA, WRONG).await.refusal(), refusal(401, "invalid_credentials"));
    shop.wait(seconds(32));
    assert_eq!(solved(&caller, ADA, PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn what_stands_before_the_challenge_does_not_spend_it() {
    let shop = open().await;
    shop.member(ADA).await;
    let caller = shop.caller();
    stumble(&caller).await;
    assert_eq!(solved(&caller, "four@example.org", WRONG).await.status(), 401);
    lock(&shop, "locked@example.org", 2).await;
    for query in ["purpose=login", "purpose=login&kind=math"] {
        let solution = solution(&caller, query).await;
        let send = async |name: &str, password: &str| {
            caller.post(LOGIN, &with(login(name, password), "challenge", &solution)).await.status()
        };
        assert_eq!(send("locked@example.org", PASSWORD).await, 423);
        if query == "purpose=login" {
            assert_eq!(send(ADA, PASSWORD).await, 429);
            shop.wait(seconds(16));
        }
        assert_eq!(send(ADA, PASSWORD).await, 200, "{query}");
        assert_eq!(send(ADA, PASSWORD).await, 401, "{query}: now it is spent");
    }
}

/// An attacker's own account must not wash off failures on others.
#[tokio::test]
async fn a_success_takes_away_the_failures_on_its_own_account_alone() {
    let shop = open().await;
    shop.member(ADA).await;
    let caller = shop.caller();
    wrong(&caller, "one@example.org").await;
    wrong(&caller, "two@example.org").await;
    wrong(&caller, ADA).await;
    assert_eq!(right(&caller, ADA).await.refusal(), refusal(401, "challenge_required"), "three failures");
    assert_eq!(solved(&caller, ADA, PASSWORD).await.status(), 200);
    // Two are left: one more is free, and then a challenge is needed again.
    assert_eq!(right(&caller, ADA).await.status(), 200);
    assert_eq!(wrong(&caller, "three@example.org").await.refusal(), refusal(401, "invalid_credentials"));
    assert_eq!(right(&caller, ADA).await.refusal(), refusal(401, "challenge_required"));
    for _ in 0..3 {
        assert_eq!(solved(&caller, ADA, PASSWORD).await.status(), 200);
        assert_eq!(wrong(&caller, ADA).await.refusal(), refusal(401, "challenge_required"));
    }
}

#[tokio::test]
async fn an_owner_who_mistypes_starts_afresh_after_signing_in() {
    let shop = open().await;
    shop.member(ADA).await;
    for round in 0..2 {
        for _ in 0..2 {
            assert_eq!(wrong(&shop.caller(), ADA).await.refusal(), refusal(401, "invalid_credentials"));
        }
        assert_eq!(right(&shop.caller(), ADA).await.status(), 200, "round {round}");
    }
}
