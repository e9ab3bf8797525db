//! `[attack]`: when the server is under attack, and what is done about it.

use super::json;
use crate::{denial_of_service::crowd::House, shop::solver};

const PRICE: &str = "/api/v1/price/BTC";

/// Strangers meet a challenge after so many of ten places were taken for so many seconds.
async fn is_attacked(settings: &[&str], taken: usize, seconds: u64) -> bool {
    let house = House::open(settings).await;
    let crowd = house.fill(taken).await;
    house.pass(seconds);
    drop(crowd);
    house.stranger().get(PRICE).await.status() == 401
}

#[tokio::test]
async fn attack_auto() {
    assert!(is_attacked(&["attack.auto=true"], 10, 10).await);
    assert!(!is_attacked(&["attack.auto=false"], 10, 3600).await);
}

#[tokio::test]
async fn attack_slots() {
    assert!(!is_attacked(&[], 7, 60).await && is_attacked(&[], 8, 60).await);
    let half = ["attack.slots=0.5"];
    assert!(!is_attacked(&half, 4, 60).await && is_attacked(&half, 5, 60).await);
}

#[tokio::test]
async fn attack_after() {
    assert!(!is_attacked(&["attack.after=3s"], 10, 2).await);
    assert!(is_attacked(&["attack.after=3s"], 10, 3).await);
}

#[tokio::test]
async fn attack_quiet() {
    for (quiet, seconds) in [("5m", 300), ("30s", 30)] {
        let house = House::attacked(&[&format!("attack.quiet={quiet}")]).await;
        house.pass(seconds - 1);
        assert_eq!(house.stranger().get(PRICE).await.status(), 401, "{quiet}");
        house.pass(1);
        assert_eq!(house.stranger().get(PRICE).await.status(), 200, "{quiet}");
    }
}

#[tokio::test]
async fn attack_tighten() {
    for (share, left) in [("0.5", 30), ("0.1", 6), ("0.0", 1), ("1", 60)] {
        let house = House::attacked(&[&format!("attack.tighten={share}")]).await;
        for _ in 0..left {
            let reply = house.stranger().get(PRICE).await;
            assert_eq!(reply.status(), 401, "{share}");
            assert_eq!(
                reply.header("ratelimit-policy"),
                Some(format!("\"prices\";q={left};w=60").as_str()),
                "{share}"
            );
        }
        assert_eq!(house.stranger().get(PRICE).await.status(), 429, "{share}");
    }
}

#[tokio::test]
async fn challenge_opens() {
    for (opens, seconds) in [("10m", 600), ("20s", 20)] {
        let house = House::open(&[&format!("challenge.opens={opens}")]).await;
        let _crowd = house.fill(8).await;
        house.pass(10);
        let stranger = house.stranger();
        let solved = solver::sum(&stranger, "api").await;
        assert_eq!(stranger.clone().with("aspis-challenge", &solved).get(PRICE).await.status(), 200);
        house.pass(seconds - 1);
        assert_eq!(stranger.get(PRICE).await.status(), 200, "{opens}");
        house.pass(1);
        assert_eq!(stranger.get(PRICE).await.status(), 401, "{opens}");
    }
}

#[tokio::test]
async fn safeguards_attack() {
    for (stance, status, policy, event) in [
        ("enforce", 401, "\"prices\";q=30;w=60", Some(true)),
        ("observe", 200, "\"prices\";q=60;w=60", Some(false)),
        ("off", 200, "\"prices\";q=60;w=60", None),
    ] {
        let house = House::open(&[&format!("safeguards.attack={stance}")]).await;
        let _crowd = house.fill(8).await;
        house.pass(10);
        let reply = house.stranger().get(PRICE).await;
        assert_eq!((reply.status(), reply.header("ratelimit-policy")), (status, Some(policy)), "{stance}");
        let login = json!({"email": "nobody@example.org", "password": "wrong"});
        let code = house.stranger().post("/api/v1/auth/login", &login).await.code();
        assert_eq!(code == "challenge_required", stance == "enforce", "{stance}: {code}");
        for word in ["under_attack_began", "challenge_required"] {
            let events = house.shop.event_log();
            let seen = events.iter().find(|event| event.kind.word() == word);
            assert_eq!(seen.map(|event| event.enforced), event, "{stance} {word}");
        }
    }
    let open = ["safeguards.routes.\"GET /api/v1/price/{asset}\".attack=off"];
    let house = House::attacked(&open).await;
    assert_eq!(house.stranger().get(PRICE).await.status(), 200);
    assert_eq!(house.stranger().get("/api/v1/assets").await.status(), 401);
}
