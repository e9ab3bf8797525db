//! A name is locked after five failures, whoever made them and whether or not it has an account; and by itself free again.

use super::hand::{
    ADA, HOUR, LOGIN, WRONG, count, gist, lock, login, looked_at, open, refusal, retry_after, right, seconds,
    wrong,
};
use crate::shop::PASSWORD;

#[tokio::test]
async fn five_failures_lock_a_name() {
    let shop = open().await;
    shop.member(ADA).await;
    lock(&shop, ADA, 2).await;
    let stranger = shop.at("203.0.113.1");
    for password in [WRONG, PASSWORD] {
        let reply = stranger.post(LOGIN, &login(ADA, password)).await;
        assert_eq!(reply.refusal(), refusal(423, "account_locked"), "{password}");
        assert_eq!(retry_after(&reply), 3600);
    }
    assert_eq!(looked_at(&shop), 5, "a locked name is not looked at");
    shop.letters().await;
    assert_eq!(count(&shop, "account_lock_began"), 1);
    assert_eq!(count(&shop, "account_locked"), 2, "each refusal is told");
}

#[tokio::test]
async fn a_locked_name_answers_alike_known_or_not_right_or_wrong() {
    let shop = open().await;
    shop.member(ADA).await;
    lock(&shop, ADA, 2).await;
    lock(&shop, "nobody@example.org", 3).await;
    lock(&shop, "no address", 4).await;
    shop.wait(seconds(61));
    let mut answers = Vec::new();
    for name in [ADA, "ADA@example.org", "nobody@example.org", "no address"] {
        for password in [WRONG, PASSWORD, ""] {
            let caller = shop.at(&format!("203.0.113.{}", answers.len()));
            answers.push(gist(&caller.post(LOGIN, &login(name, password)).await));
        }
    }
    assert_eq!(answers[0].0, 423);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn a_lock_counts_down_and_ends_by_itself() {
    let shop = open().await;
    shop.member(ADA).await;
    lock(&shop, ADA, 2).await;
    for (more, left) in [(0, 3600), (600, 3000), (1200, 1800), (1799, 1)] {
        shop.wait(seconds(more));
        assert_eq!(retry_after(&right(&shop.caller(), ADA).await), left);
    }
    shop.wait(seconds(1));
    assert_eq!(right(&shop.caller(), ADA).await.status(), 200);
    // The count ended with the lock: it takes five again.
    lock(&shop, ADA, 3).await;
    assert_eq!(right(&shop.at("203.0.113.1"), ADA).await.refusal(), refusal(423, "account_locked"));
}

#[tokio::test]
async fn tries_at_a_locked_name_extend_nothing_and_count_for_nobody() {
    let shop = open().await;
    shop.member(ADA).await;
    lock(&shop, ADA, 2).await;
    let eager = shop.at("203.0.113.1");
    for minute in 0..59 {
        for _ in 0..3 {
            let reply = wrong(&eager, ADA).await;
            assert_eq!((reply.status(), retry_after(&reply)), (423, 3600 - minute * 60));
        }
        shop.wait(seconds(60));
    }
    // None of 177 refused tries was a failure of this client: three more are free on another name.
    super::hand::stumble(&eager).await;
    shop.wait(seconds(60));
    assert_eq!(right(&shop.caller(), ADA).await.status(), 200);
}

#[tokio::test]
async fn the_count_of_a_name_ends_after_an_hour_without_a_failure() {
    let shop = open().await;
    shop.member(ADA).await;
    let fail = async |address: &str| wrong(&shop.at(address), ADA).await.status();
    for host in 1..=4 {
        assert_eq!(fail(&format!("192.0.2.{host}")).await, 401);
    }
    shop.wait(HOUR);
    for host in 5..=8 {
        assert_eq!(fail(&format!("192.0.2.{host}")).await, 401, "four are forgotten");
    }
    shop.wait(seconds(3599));
    assert_eq!(fail("192.0.2.9").await, 401);
    assert_eq!(fail("192.0.2.10").await, 423, "a second short of an hour, and the fifth locks");
}

#[tokio::test]
async fn slow_failures_still_add_up() {
    let shop = open().await;
    for host in 1..=5 {
        assert_eq!(wrong(&shop.at(&format!("192.0.2.{host}")), ADA).await.status(), 401);
        shop.wait(seconds(50 * 60));
    }
    let reply = wrong(&shop.at("192.0.2.6"), ADA).await;
    assert_eq!((reply.status(), retry_after(&reply)), (423, 600), "an hour from the fifth");
}

/// Else an attacker's tries would be as many as the owner's visits allow.
#[tokio::test]
async fn a_success_of_somebody_else_does_not_end_the_count_of_a_name() {
    let shop = open().await;
    shop.member(ADA).await;
    for host in 1..=4 {
        wrong(&shop.at(&format!("192.0.2.{host}")), ADA).await;
    }
    assert_eq!(right(&shop.caller(), ADA).await.status(), 200);
    assert_eq!(wrong(&shop.at("192.0.2.5"), ADA).await.status(), 401);
    assert_eq!(wrong(&shop.at("192.0.2.6"), ADA).await.status(), 423);
}

#[tokio::test]
async fn who_is_signed_in_stays_so_while_the_name_is_locked() {
    let shop = open().await;
    let tokens = shop.tokens(ADA).await;
    lock(&shop, ADA, 2).await;
    let owner = shop.caller().token(tokens["access_token"].as_str().unwrap());
    assert_eq!(owner.get("/api/v1/auth/me").await.status(), 200);
    let renewed = shop
        .caller()
        .post("/api/v1/auth/refresh", &serde_json::json!({"refresh_token": tokens["refresh_token"]}))
        .await;
    assert_eq!(renewed.status(), 200, "{}", renewed.text());
    let notices = owner.get("/api/v1/auth/notices").await;
    assert!(!notices.text().contains("account_lock_began"), "told soon after the answer, not before");
    shop.letters().await;
    let notices = owner.get("/api/v1/auth/notices").await;
    assert!(notices.text().contains("account_lock_began"), "{}", notices.text());
}
