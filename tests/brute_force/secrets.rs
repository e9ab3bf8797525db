//! Every other route that a secret can be guessed at counts and locks too, for whoever is signed in apart from strangers.

use aspis_identity::second::recovery;
use serde_json::{Value, json};

use super::hand::{
    ADA, LOGIN, WRONG, count, lock, login, open, refusal, retry_after, right, seconds, solution, with, wrong,
};
use crate::shop::{Caller, PASSWORD, Reply, Shop};

const STEP_UP: &str = "/api/v1/auth/step-up";
const CHANGE: &str = "/api/v1/auth/password";
const CODE: &str = "0123-4567-89ab-cdef-ghjk-mnpq-rstv";

async fn shop() -> Shop {
    Shop::endless(&["challenge.difficulty=1", "auth.access_token=12h", "auth.step_up=12h"]).await
}

fn step_up() -> (&'static str, Value) {
    (STEP_UP, json!({"password": WRONG}))
}

fn change() -> (&'static str, Value) {
    (CHANGE, json!({"current_password": WRONG, "password": "violet harbour 17 lanterns"}))
}

/// The same call with a solved challenge in the header.
async fn solved(caller: &Caller<'_>, path: &str, body: &Value) -> Reply {
    let solution = solution(caller, "purpose=login&kind=math").await;
    caller.clone().with("aspis-challenge", &solution).post(path, body).await
}

/// Five guesses, and what lies between them.
async fn five_guesses(shop: &Shop, caller: &Caller<'_>, guesses: [(&str, Value); 5], word: &str) {
    for (path, body) in &guesses[..3] {
        assert_eq!(caller.post(path, body).await.refusal(), refusal(401, word), "{path}");
    }
    for ((path, body), wait) in guesses[3..].iter().zip([16, 32]) {
        assert_eq!(caller.post(path, body).await.refusal(), refusal(401, "challenge_required"), "{path}");
        assert_eq!(solved(caller, path, body).await.refusal(), refusal(401, word), "{path}");
        if wait == 16 {
            let early = solved(caller, path, body).await;
            assert_eq!((early.refusal(), retry_after(&early)), (refusal(429, "too_many_attempts"), 16));
        }
        shop.wait(seconds(wait));
    }
}

#[tokio::test]
async fn step_up_and_password_change_are_one_count_and_lock() {
    let shop = shop().await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    five_guesses(&shop, &owner, [step_up(), change(), step_up(), change(), step_up()], "invalid_credentials")
        .await;
    let good = [
        (STEP_UP, json!({"password": PASSWORD})),
        (CHANGE, json!({"current_password": PASSWORD, "password": "violet harbour 17 lanterns"})),
    ];
    for (path, body) in &good {
        let locked = owner.post(path, body).await;
        assert_eq!((locked.refusal(), retry_after(&locked)), (refusal(423, "account_locked"), 3600 - 32));
    }
    assert_eq!(owner.get("/api/v1/auth/me").await.status(), 200, "the sign-in itself lives on");
    assert_eq!(right(&shop.at("192.0.2.1"), ADA).await.status(), 200, "and signing in is counted apart");
    shop.letters().await;
    assert_eq!(count(&shop, "account_lock_began"), 1);
    shop.wait(seconds(3600 - 32));
    assert_eq!(owner.post(STEP_UP, &good[0].1).await.status(), 204, "it ends by itself");
}

#[tokio::test]
async fn strangers_cannot_lock_the_step_up_of_who_is_signed_in() {
    let shop = shop().await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    super::hand::stumble(&shop.caller()).await;
    lock(&shop, ADA, 2).await;
    assert_eq!(owner.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 204);
}

#[tokio::test]
async fn each_sign_in_has_a_count_of_its_own() {
    let shop = shop().await;
    let thief = shop.caller().token(&shop.member(ADA).await);
    five_guesses(
        &shop,
        &thief,
        [step_up(), step_up(), step_up(), step_up(), step_up()],
        "invalid_credentials",
    )
    .await;
    assert_eq!(thief.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 423);
    let fresh = right(&shop.at("192.0.2.1"), ADA).await.json();
    let owner = shop.at("192.0.2.1").token(fresh["access_token"].as_str().unwrap());
    assert_eq!(owner.post(STEP_UP, &json!({"password": PASSWORD})).await.status(), 204);
}

/// Ada, with an authenticator and one recovery code.
async fn with_factor(shop: &Shop) -> String {
    let token = shop.member(ADA).await;
    let account = shop.store().accounts.by_email(ADA).await.unwrap().unwrap();
    let factors = shop.store().factors;
    assert!(factors.put_totp(account.id, b"twenty bytes of key.").await.unwrap());
    assert!(factors.spend_totp(account.id, 1).await.unwrap());
    factors.put_recovery(account.id, &[recovery::hash(CODE).unwrap()]).await.unwrap();
    token
}

#[tokio::test]
async fn codes_are_counted_at_the_step_up() {
    let shop = shop().await;
    let owner = shop.caller().token(&with_factor(&shop).await);
    let guess = |code: &str| (STEP_UP, json!({"totp": code}));
    let guesses = ["000000", "", "12345", "not a code", "0000-0000-0000-0000-0000-0000-0000"].map(guess);
    five_guesses(&shop, &owner, guesses, "totp_required").await;
    assert_eq!(owner.post(STEP_UP, &json!({"totp": CODE})).await.refusal(), refusal(423, "account_locked"));
    shop.wait(seconds(3600));
    assert_eq!(
        owner.post(STEP_UP, &json!({"totp": CODE})).await.status(),
        204,
        "no refused try has spent it"
    );
}

#[tokio::test]
async fn codes_are_counted_at_the_sign_in() {
    let shop = shop().await;
    with_factor(&shop).await;
    let coded = |code: &str| with(login(ADA, PASSWORD), "totp", code);
    for _ in 0..10 {
        assert_eq!(
            right(&shop.caller(), ADA).await.refusal(),
            refusal(401, "totp_required"),
            "not asked yet"
        );
    }
    for host in 1..=5 {
        let caller = shop.at(&format!("192.0.2.{host}"));
        assert_eq!(caller.post(LOGIN, &coded("000000")).await.refusal(), refusal(401, "totp_required"));
    }
    for body in [coded(CODE), coded("000000"), login(ADA, PASSWORD), login(ADA, WRONG)] {
        assert_eq!(shop.caller().post(LOGIN, &body).await.refusal(), refusal(423, "account_locked"));
    }
    shop.wait(seconds(3600));
    assert_eq!(shop.caller().post(LOGIN, &coded(CODE)).await.status(), 200);
}

/// Wrong passwords and wrong codes are guesses at one and the same account.
#[tokio::test]
async fn passwords_and_codes_add_up() {
    let shop = shop().await;
    with_factor(&shop).await;
    for host in 1..=5 {
        let caller = shop.at(&format!("192.0.2.{host}"));
        let reply = if host % 2 == 0 {
            wrong(&caller, ADA).await
        } else {
            caller.post(LOGIN, &with(login(ADA, PASSWORD), "totp", "000000")).await
        };
        assert_eq!(reply.status(), 401);
    }
    assert_eq!(right(&shop.caller(), ADA).await.refusal(), refusal(423, "account_locked"));
}

#[tokio::test]
async fn a_hundred_codes_at_once_are_three_guesses() {
    let shop = open().await;
    let owner = shop.caller().token(&with_factor(&shop).await);
    let bodies: Vec<_> = (0..100).map(|code| json!({"totp": format!("{code:06}")})).collect();
    let replies = futures_util::future::join_all(bodies.iter().map(|body| owner.post(STEP_UP, body))).await;
    let tried = replies.iter().filter(|reply| reply.code() == "totp_required").count();
    assert_eq!(tried, 3);
    assert!(
        replies.iter().all(|reply| ["totp_required", "challenge_required"].contains(&reply.code().as_str()))
    );
}
