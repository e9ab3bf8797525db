//! The challenge: asked for after three failures, and good once, for one purpose, one client and five minutes.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::hand::{
    ADA, LOGIN, WRONG, login, looked_at, open, refusal, right, seconds, solution, solved, stumble, with,
    wrong,
};
use crate::shop::{
    Caller, PASSWORD, Reply, Shop,
    solver::{proof, wrap},
};

const KINDS: [&str; 2] = ["kind=proof", "kind=math"];

async fn send(caller: &Caller<'_>, solution: &str) -> Reply {
    caller.post(LOGIN, &with(login(ADA, PASSWORD), "challenge", solution)).await
}

/// A shop where the everyday caller has to bring a challenge.
async fn stumbled() -> Shop {
    let shop = open().await;
    shop.member(ADA).await;
    stumble(&shop.caller()).await;
    shop
}

fn asked() -> (u16, String) {
    refusal(401, "challenge_required")
}

#[tokio::test]
async fn the_fourth_try_needs_a_challenge_and_the_answer_brings_one() {
    let shop = stumbled().await;
    let caller = shop.caller();
    let mut nonces = Vec::new();
    for password in [PASSWORD, WRONG, PASSWORD] {
        let reply = caller.post(LOGIN, &login(ADA, password)).await;
        assert_eq!(reply.refusal(), asked(), "{password}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        nonces.push(reply.json()["challenge"]["parameters"]["nonce"].to_string());
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3, "a fresh one each time");
    assert_eq!(looked_at(&shop), 3, "no password was looked at, so that none of these is a failure");
    let reply = right(&caller, ADA).await;
    assert_eq!(send(&caller, &proof(&reply.json()["challenge"])).await.status(), 200);
    // Ten without a challenge were no failures: one with it is the fourth, and the first to wait for.
    for _ in 0..10 {
        assert_eq!(wrong(&caller, ADA).await.refusal(), asked());
    }
    assert_eq!(solved(&caller, ADA, WRONG).await.refusal(), refusal(401, "invalid_credentials"));
    assert_eq!(wrong(&caller, ADA).await.header("retry-after"), Some("16"));
}

#[tokio::test]
async fn a_solution_of_either_kind_is_good_once() {
    let shop = stumbled().await;
    let caller = shop.caller();
    for kind in KINDS {
        let solution = solution(&caller, kind).await;
        assert_eq!(send(&caller, &solution).await.status(), 200, "{kind}");
        let again = send(&caller, &solution).await;
        assert_eq!(again.refusal(), asked(), "{kind}");
        assert_eq!(send(&caller, &proof(&again.json()["challenge"])).await.status(), 200, "{kind}");
    }
}

#[tokio::test]
async fn of_many_uses_at_once_one_counts() {
    let shop = stumbled().await;
    let caller = shop.caller();
    for kind in KINDS {
        let solution = solution(&caller, kind).await;
        let replies = join_all((0..20).map(|_| send(&caller, &solution))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status() == 200).count(), 1, "{kind}");
        // The one at work counts as a failure until it is done: the others may be told to wait.
        let refused = |reply: &Reply| reply.refusal() == asked() || reply.code() == "too_many_attempts";
        assert!(replies.iter().all(|reply| reply.status() == 200 || refused(reply)), "{kind}");
        assert_eq!(send(&caller, &solution).await.refusal(), asked(), "{kind}");
    }
}

#[tokio::test]
async fn a_failure_spends_it_too() {
    let shop = stumbled().await;
    let caller = shop.caller();
    for (kind, wait) in KINDS.into_iter().zip([16, 32]) {
        let solution = solution(&caller, kind).await;
        let body = with(login("four@example.org", WRONG), "challenge", &solution);
        assert_eq!(caller.post(LOGIN, &body).await.refusal(), refusal(401, "invalid_credentials"), "{kind}");
        shop.wait(seconds(wait));
        assert_eq!(send(&caller, &solution).await.refusal(), asked(), "{kind}");
    }
}

#[tokio::test]
async fn a_solution_for_something_else_is_none() {
    let shop = stumbled().await;
    let caller = shop.caller();
    for kind in KINDS {
        for purpose in ["register", "api"] {
            let solution = solution(&caller, &format!("{kind}&purpose={purpose}")).await;
            assert_eq!(send(&caller, &solution).await.refusal(), asked(), "{kind} {purpose}");
        }
        let solution = solution(&caller, &format!("{kind}&purpose=login")).await;
        assert_eq!(send(&caller, &solution).await.status(), 200, "{kind}");
    }
}

#[tokio::test]
async fn a_solution_of_another_client_is_none() {
    let shop = stumbled().await;
    let neighbour = shop.at("203.0.113.8");
    for kind in KINDS {
        let solution = solution(&neighbour, kind).await;
        assert_eq!(send(&shop.caller(), &solution).await.refusal(), asked(), "{kind}");
        stumble(&shop.at("2001:db8::1")).await;
        let solution = self::solution(&shop.at("2001:db8::2"), kind).await;
        assert_eq!(send(&shop.at("2001:db8::3"), &solution).await.status(), 200, "one /64 is one client");
        shop.wait(seconds(3600));
        stumble(&shop.caller()).await;
    }
}

#[tokio::test]
async fn a_challenge_is_good_for_five_minutes() {
    for kind in KINDS {
        let shop = stumbled().await;
        let caller = shop.caller();
        let (early, late) = (solution(&caller, kind).await, solution(&caller, kind).await);
        shop.wait(seconds(299));
        assert_eq!(send(&caller, &early).await.status(), 200, "{kind}");
        shop.wait(seconds(1));
        assert_eq!(send(&caller, &late).await.refusal(), asked(), "{kind}");
    }
}

/// None of these may make the work less, the time longer or one challenge two (CVE-2025-24369, CVE-2025-68113).
#[tokio::test]
async fn nothing_of_a_proof_is_the_callers_to_say() {
    let shop = stumbled().await;
    let caller = shop.caller();
    let fresh = async || caller.get("/api/v1/auth/challenge").await.json();
    let other = fresh().await;
    let edits: [(&str, Value); 9] = [
        ("cost", json!(1)),
        ("cost", json!(0)),
        ("keyPrefix", json!("")),
        ("keyPrefix", json!("00")),
        ("expiresAt", json!(4_000_000_000_i64)),
        ("nonce", other["parameters"]["nonce"].clone()),
        ("salt", other["parameters"]["salt"].clone()),
        ("salt", json!("")),
        ("more", json!(1)),
    ];
    for (field, value) in edits {
        let mut challenge = fresh().await;
        let honest = proof(&challenge);
        challenge["parameters"][field] = value.clone();
        let edited = if value == json!(0) || value == json!("") {
            wrap(&challenge, &json!({"counter": 0, "derivedKey": ""}))
        } else {
            proof(&challenge)
        };
        assert_eq!(send(&caller, &edited).await.refusal(), asked(), "{field}: {value}");
        assert_eq!(send(&caller, &honest).await.status(), 200, "{field}: {value}");
    }
    let mut sealed = fresh().await;
    sealed["signature"] = other["signature"].clone();
    assert_eq!(send(&caller, &proof(&sealed)).await.refusal(), asked());
    assert_eq!(send(&caller, &proof(&other)).await.status(), 200, "none of the copies has spent it");
}

#[tokio::test]
async fn a_wrong_answer_to_a_sum_spends_it() {
    let shop = stumbled().await;
    let caller = shop.caller();
    let right = solution(&caller, "kind=math").await;
    let (token, _) = right.split_once(':').unwrap();
    assert_eq!(send(&caller, &format!("{token}:999")).await.refusal(), asked());
    assert_eq!(send(&caller, &right).await.refusal(), asked());
    assert_eq!(looked_at(&shop), 3);
}

#[tokio::test]
async fn what_is_no_solution_is_asked_again() {
    let shop = stumbled().await;
    let huge = "A".repeat(4000);
    let nested = wrap(&json!({"parameters": {}, "signature": ""}), &json!({}));
    for text in ["", ":", "a:b", "a:b:c", "x", "null", "e30=", "\u{1f6e1}", &huge, &nested] {
        let reply = send(&shop.caller(), text).await;
        assert_eq!(reply.refusal(), asked(), "{text:.40}");
        assert!(reply.json()["challenge"]["parameters"].is_object(), "{text:.40}");
    }
    assert_eq!(send(&shop.caller(), &solution(&shop.caller(), "kind=proof").await).await.status(), 200);
}

/// A solved challenge is a cost and no pardon: the counts stand beside it.
#[tokio::test]
async fn a_solved_challenge_lifts_no_lock() {
    let shop = open().await;
    shop.member(ADA).await;
    super::hand::lock(&shop, ADA, 2).await;
    assert_eq!(solved(&shop.caller(), ADA, PASSWORD).await.refusal(), refusal(423, "account_locked"));
}

#[tokio::test]
async fn who_fails_more_works_more() {
    let shop = open().await;
    let caller = shop.caller();
    let work = async |caller: &Caller<'_>| {
        let parameters = caller.get("/api/v1/auth/challenge").await.json()["parameters"].clone();
        let digits = parameters["keyPrefix"].as_str().unwrap().len();
        parameters["cost"].as_u64().unwrap() << (4 * digits)
    };
    let base = work(&caller).await;
    stumble(&caller).await;
    for wait in [16, 32, 64, 128, 256] {
        assert_eq!(solved(&caller, &format!("{wait}@example.org"), WRONG).await.status(), 401);
        shop.wait(seconds(wait));
    }
    assert!(work(&caller).await > base);
    assert_eq!(work(&shop.at("203.0.113.8")).await, base, "and nobody else");
}

#[tokio::test]
async fn a_challenge_is_for_anybody_and_for_no_cache() {
    let shop = open().await;
    for query in ["", "?kind=proof", "?kind=math", "?purpose=register", "?purpose=api&kind=math"] {
        let reply = shop.caller().get(&format!("/api/v1/auth/challenge{query}")).await;
        assert_eq!((reply.status(), reply.header("cache-control")), (200, Some("no-store")), "{query}");
    }
    for query in ["?kind=MATH", "?kind=", "?purpose=reset", "?kind=math&kind=math", "?other=1"] {
        let reply = shop.caller().get(&format!("/api/v1/auth/challenge{query}")).await;
        assert_eq!(reply.status(), 400, "{query}");
    }
}
