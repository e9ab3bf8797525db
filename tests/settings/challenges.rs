//! `[challenge]` and `[register]`: what has to be solved, and when.

use std::time::Duration;

use super::{PASSWORD, Reply, Shop, json};
use crate::shop::solver;

/// The rounds that a challenge takes on average.
async fn work(difficulty: u32) -> u64 {
    let shop = Shop::with(&[&format!("challenge.difficulty={difficulty}")]).await;
    let challenge = shop.caller().get("/api/v1/auth/challenge").await.json();
    let parameters = &challenge["parameters"];
    let digits = u32::try_from(parameters["keyPrefix"].as_str().unwrap().len()).unwrap();
    parameters["cost"].as_u64().unwrap() * 16_u64.pow(digits)
}

#[tokio::test]
async fn challenge_difficulty() {
    let usual = work(100).await;
    assert_eq!((work(50).await, work(200).await, work(400).await), (usual / 2, usual * 2, usual * 4));
}

/// A challenge of each kind, solved so many seconds after it was asked for.
async fn solved_after(seconds: u64) -> [Reply; 2] {
    let shop =
        Shop::with(&["challenge.time=1m", "challenge.difficulty=1", "register.challenge_after=0"]).await;
    let asked = shop.caller().get("/api/v1/auth/challenge?purpose=register").await.json();
    let (work, sum) = (solver::proof(&asked), solver::sum(&shop.caller(), "register").await);
    shop.wait(Duration::from_secs(seconds));
    let one = register(&shop, "ada@example.org", Some(work)).await;
    [one, register(&shop, "eve@example.org", Some(sum)).await]
}

async fn register(shop: &Shop, email: &str, challenge: Option<String>) -> Reply {
    let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada", "challenge": challenge});
    shop.caller().post("/api/v1/auth/register", &person).await
}

#[tokio::test]
async fn challenge_time() {
    for reply in solved_after(59).await {
        assert_eq!(reply.status(), 201, "{}", reply.text());
    }
    for reply in solved_after(60).await {
        assert_eq!(reply.refusal(), (401, "challenge_required".into()));
    }
}

#[tokio::test]
async fn register_challenge_after() {
    for free in [0, 1, 3] {
        let shop = Shop::with(&[&format!("register.challenge_after={free}")]).await;
        for at in 0..free {
            assert_eq!(register(&shop, &format!("a{at}@example.org"), None).await.status(), 201, "{free}");
        }
        let refused = register(&shop, "next@example.org", None).await;
        assert_eq!(refused.refusal(), (401, "challenge_required".into()), "{free}");
        assert!(refused.json()["challenge"]["parameters"].is_object(), "{}", refused.text());
        let solved = solver::sum(&shop.caller(), "register").await;
        assert_eq!(register(&shop, "next@example.org", Some(solved)).await.status(), 201, "{free}");
    }
}
