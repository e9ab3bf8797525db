//! Two accounts in a day are free; from the third on a client has to bring a challenge.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::hand::{count, open, refusal, seconds, solution, with};
use crate::shop::{Caller, PASSWORD, Reply, Shop, solver::proof};

const REGISTER: &str = "/api/v1/auth/register";
const DAY: u64 = 86_400;

fn person(name: &str) -> Value {
    json!({"email": format!("{name}@example.org"), "password": PASSWORD, "full_name": "Ada"})
}

async fn register(caller: &Caller<'_>, name: &str) -> Reply {
    caller.post(REGISTER, &person(name)).await
}

async fn with_solution(caller: &Caller<'_>, name: &str, solution: &str) -> Reply {
    caller.post(REGISTER, &with(person(name), "challenge", solution)).await
}

fn asked() -> (u16, String) {
    refusal(401, "challenge_required")
}

/// A shop where the everyday caller has made two accounts.
async fn with_two() -> Shop {
    let shop = open().await;
    for name in ["one", "two"] {
        assert_eq!(register(&shop.caller(), name).await.status(), 201);
    }
    shop
}

#[tokio::test]
async fn the_third_in_a_day_needs_a_challenge() {
    let shop = with_two().await;
    let caller = shop.caller();
    let refused = register(&caller, "three").await;
    assert_eq!(refused.refusal(), asked());
    let solution = proof(&refused.json()["challenge"]);
    assert_eq!(
        with_solution(&caller, "three", &solution).await.status(),
        201,
        "the one in the answer is good"
    );
    assert_eq!(with_solution(&caller, "four", &solution).await.refusal(), asked(), "once");
    let sum = self::solution(&caller, "purpose=register&kind=math").await;
    assert_eq!(with_solution(&caller, "four", &sum).await.status(), 201);
    assert_eq!(register(&shop.at("203.0.113.8"), "five").await.status(), 201, "others are free");
    assert_eq!(count(&shop, "user_registered"), 5);
    assert_eq!(count(&shop, "challenge_required"), 2);
}

#[tokio::test]
async fn a_challenge_for_something_else_or_of_somebody_else_does_not_count() {
    let shop = with_two().await;
    let caller = shop.caller();
    for kind in ["proof", "math"] {
        for (asks, purpose) in [("203.0.113.7", "login"), ("203.0.113.7", "api"), ("203.0.113.8", "register")]
        {
            let solution = solution(&shop.at(asks), &format!("purpose={purpose}&kind={kind}")).await;
            assert_eq!(
                with_solution(&caller, "three", &solution).await.refusal(),
                asked(),
                "{kind} {purpose}"
            );
        }
        let late = solution(&caller, &format!("purpose=register&kind={kind}")).await;
        shop.wait(seconds(300));
        assert_eq!(with_solution(&caller, "three", &late).await.refusal(), asked(), "{kind}");
    }
    for text in ["", "x", ":", "a:1"] {
        assert_eq!(with_solution(&caller, "three", text).await.refusal(), asked(), "{text}");
    }
}

#[tokio::test]
async fn each_registration_counts_for_a_day() {
    let shop = open().await;
    let caller = shop.caller();
    assert_eq!(register(&caller, "one").await.status(), 201);
    shop.wait(seconds(DAY / 2));
    assert_eq!(register(&caller, "two").await.status(), 201);
    shop.wait(seconds(DAY / 2 - 1));
    assert_eq!(register(&caller, "three").await.refusal(), asked());
    shop.wait(seconds(1));
    assert_eq!(register(&caller, "three").await.status(), 201, "the first is a day old");
    assert_eq!(register(&caller, "four").await.refusal(), asked());
}

#[tokio::test]
async fn what_made_no_account_does_not_count() {
    let shop = open().await;
    shop.member("ada@example.org").await;
    let caller = shop.caller();
    for _ in 0..4 {
        assert_eq!(register(&caller, "ada").await.refusal(), refusal(409, "email_taken"));
        let weak = json!({"email": "new@example.org", "password": "12345678", "full_name": "Ada"});
        assert_eq!(caller.post(REGISTER, &weak).await.refusal(), refusal(400, "weak_password"));
    }
    assert_eq!(register(&caller, "one").await.status(), 201);
    assert_eq!(register(&caller, "two").await.status(), 201);
    assert_eq!(register(&caller, "three").await.refusal(), asked());
}

#[tokio::test]
async fn many_at_once_are_no_more_than_two() {
    let shop = open().await;
    let caller = shop.caller();
    let names: Vec<_> = (0..20).map(|at| format!("name{at}")).collect();
    let replies = join_all(names.iter().map(|name| register(&caller, name))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 201).count(), 2);
    assert_eq!(replies.iter().filter(|reply| reply.refusal() == asked()).count(), 18);
}

#[tokio::test]
async fn a_whole_network_of_six_is_one_client() {
    let shop = open().await;
    assert_eq!(register(&shop.at("2001:db8::1"), "one").await.status(), 201);
    assert_eq!(register(&shop.at("2001:db8::2"), "two").await.status(), 201);
    assert_eq!(register(&shop.at("2001:db8::3"), "three").await.refusal(), asked());
    assert_eq!(register(&shop.at("2001:db8:0:1::1"), "three").await.status(), 201);
}
