//! Tries at the same time are no way around the counts: each counts before its password is looked at.

use futures_util::future::join_all;

use super::hand::{
    ADA, LOGIN, WRONG, count, login, looked_at, open, refusal, right, solution, stumble, with, wrong,
};
use crate::shop::{PASSWORD, Shop};

fn statuses(replies: &[(u16, String)], status: u16) -> usize {
    replies.iter().filter(|(known, _)| *known == status).count()
}

async fn at_once(shop: &Shop, tries: impl Iterator<Item = (String, String)>) -> Vec<(u16, String)> {
    let one = async |(address, name): (String, String)| wrong(&shop.at(&address), &name).await.refusal();
    join_all(tries.map(one)).await
}

#[tokio::test]
async fn a_hundred_clients_at_once_try_a_name_five_times() {
    let shop = open().await;
    shop.member(ADA).await;
    let replies = at_once(&shop, (0..100).map(|at| (format!("192.0.2.{at}"), ADA.to_owned()))).await;
    assert_eq!(
        (looked_at(&shop), statuses(&replies, 401), statuses(&replies, 423)),
        (5, 5, 95),
        "{replies:?}"
    );
    shop.letters().await;
    assert_eq!(count(&shop, "account_lock_began"), 1);
}

#[tokio::test]
async fn a_client_with_a_hundred_names_at_once_tries_three() {
    let shop = open().await;
    let tries = (0..100).map(|at| ("192.0.2.1".to_owned(), format!("name{at}@example.org")));
    let replies = at_once(&shop, tries).await;
    let asked = replies.iter().filter(|(_, code)| code == "challenge_required").count();
    assert_eq!((looked_at(&shop), asked), (3, 97), "{replies:?}");
}

#[tokio::test]
async fn a_hundred_solved_challenges_at_once_are_one_try() {
    let shop = open().await;
    let caller = shop.caller();
    stumble(&caller).await;
    let bodies = join_all((0..100).map(async |at| {
        let solution = solution(&caller, "kind=math").await;
        with(login(&format!("name{at}@example.org"), WRONG), "challenge", &solution)
    }))
    .await;
    let replies = join_all(bodies.iter().map(|body| caller.post(LOGIN, body))).await;
    let replies: Vec<_> = replies.iter().map(crate::shop::Reply::refusal).collect();
    assert_eq!(
        (looked_at(&shop), statuses(&replies, 401), statuses(&replies, 429)),
        (4, 1, 99),
        "{replies:?}"
    );
}

/// All hash at once and none hashes twice: the right one among them is no louder than the wrong ones.
#[tokio::test]
async fn the_right_password_among_many_at_once_counts_like_the_others() {
    let shop = open().await;
    shop.member(ADA).await;
    let tries = (0..60).map(|at| (format!("192.0.2.{at}"), if at == 50 { PASSWORD } else { WRONG }));
    let send = async |(address, password): (String, &str)| {
        shop.at(&address).post(LOGIN, &login(ADA, password)).await.status()
    };
    let replies = join_all(tries.map(send)).await;
    assert_eq!(replies[50], 423, "it came after five that were at work");
    assert_eq!(looked_at(&shop), 5);
}

#[tokio::test]
async fn a_busy_pool_takes_no_try_away() {
    let shop =
        Shop::endless(&["password.queue=1", "password.workers=1", "password.argon2_memory_kib=4096"]).await;
    shop.member(ADA).await;
    let replies = at_once(&shop, (0..5).map(|at| (format!("192.0.2.{at}"), ADA.to_owned()))).await;
    let busy = statuses(&replies, 503);
    assert!(busy >= 1, "{replies:?}");
    for at in 0..busy {
        let reply = wrong(&shop.at(&format!("198.51.100.{at}")), ADA).await;
        assert_eq!(
            reply.refusal(),
            refusal(401, "invalid_credentials"),
            "what was not looked at is no failure"
        );
    }
    assert_eq!(right(&shop.caller(), ADA).await.refusal(), refusal(423, "account_locked"));
}
