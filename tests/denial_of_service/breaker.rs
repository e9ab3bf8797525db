//! A model that fails is left alone, tried by a few, and trusted again.

use std::time::Duration;

use aspis_core::scenario::denial_of_service::breaker::Stance;
use futures_util::future::join_all;
use serde_json::json;

use crate::shop::{
    Shop,
    oracle::{Act, Oracle},
};

const OPEN: Duration = Duration::from_secs(10);

/// Twenty faults, each for a question of its own.
async fn broken() -> (Shop, std::sync::Arc<Oracle>) {
    let (shop, oracle) = Oracle::shop(&[]).await;
    oracle.always(Act::Fail);
    for days in 1..=20 {
        let reply = shop.caller().predict("BTC", days).await;
        assert_eq!(reply.refusal(), (503, "temporarily_unavailable".into()));
        assert!(reply.header("retry-after").is_some());
    }
    (shop, oracle)
}

fn turns(shop: &Shop) -> Vec<&'static str> {
    shop.events().into_iter().filter(|word| word.starts_with("breaker")).collect()
}

#[tokio::test]
async fn after_twenty_faults_the_model_is_left_alone() {
    let (shop, oracle) = broken().await;
    for days in 1..=30 {
        let refused = shop.caller().predict("ETH", days).await;
        assert_eq!(refused.refusal(), (503, "temporarily_unavailable".into()));
        assert_eq!(refused.header("retry-after"), Some("10"));
    }
    assert_eq!(oracle.asked().len(), 20);
    assert_eq!(turns(&shop), ["breaker_opened"]);
    assert!(shop.app.metrics.render().contains("aspis_predictions_breaker 2"));
}

#[tokio::test]
async fn exactly_half_is_borne_and_one_more_is_not() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    let mut questions =
        ["BTC", "ETH", "LTC", "AAPL"].into_iter().flat_map(|asset| (1..=30).map(move |d| (asset, d)));
    for act in [Act::Answer, Act::Fail].repeat(50) {
        oracle.once(act);
        let (asset, days) = questions.next().unwrap();
        let expected = if act == Act::Answer { 200 } else { 503 };
        assert_eq!(shop.caller().predict(asset, days).await.status(), expected);
    }
    assert_eq!(turns(&shop), [""; 0]);
    oracle.once(Act::Fail);
    let (asset, days) = questions.next().unwrap();
    assert_eq!(shop.caller().predict(asset, days).await.status(), 503);
    assert_eq!(turns(&shop), ["breaker_opened"]);
}

#[tokio::test]
async fn what_callers_do_wrong_is_no_fault() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    let caller = shop.caller();
    for question in [
        json!({"horizon_days": 31}),
        json!({"horizon_days": 1, "source": "nobody"}),
        json!({"horizon_days": 1, "price": "0.01"}),
        json!({"days": 1}),
    ] {
        for _ in 0..30 {
            assert_eq!(caller.post("/api/v1/predict/BTC", &question).await.status(), 400);
        }
    }
    for _ in 0..30 {
        assert_eq!(caller.predict("NOSUCH", 1).await.status(), 404);
    }
    assert_eq!((oracle.asked(), shop.app.predictions.counts().breaker), (vec![], Stance::Closed));
}

#[tokio::test]
async fn of_many_at_once_exactly_three_try_it_and_it_is_trusted_again() {
    let (shop, oracle) = broken().await;
    oracle.wait();
    shop.wait(OPEN);
    let caller = shop.caller();
    let mut asking = Vec::new();
    for asset in ["BTC", "ETH", "LTC", "AAPL", "GOOG", "IBM", "MSFT"] {
        for days in 1..=30 {
            asking.push(caller.begin(asset, days).await);
        }
    }
    let counts = shop.app.predictions.counts();
    assert_eq!((counts.waiting + counts.computing, counts.breaker), (3, Stance::HalfOpen));
    oracle.always(Act::Answer);
    let replies = join_all(asking).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 200).count(), 3);
    let turned_away = replies.iter().filter(|reply| reply.status() == 503);
    assert!(turned_away.clone().all(|reply| reply.header("retry-after") == Some("1")));
    assert_eq!((turned_away.count(), oracle.asked().len()), (207, 23));
    assert_eq!(turns(&shop), ["breaker_opened", "breaker_closed"]);
    assert_eq!(caller.predict("BTC", 30).await.status(), 200);
}

#[tokio::test]
async fn one_bad_probe_is_enough_and_is_told_once() {
    let (shop, oracle) = broken().await;
    shop.wait(OPEN);
    assert_eq!(shop.caller().predict("ETH", 1).await.status(), 503);
    oracle.always(Act::Answer);
    shop.wait(Duration::from_secs(9));
    assert_eq!(shop.caller().predict("ETH", 1).await.header("retry-after"), Some("1"));
    assert_eq!(oracle.asked().len(), 21);
    assert_eq!(turns(&shop), ["breaker_opened"]);
    shop.wait(Duration::from_secs(1));
    for days in 1..=3 {
        assert_eq!(shop.caller().predict("ETH", days).await.status(), 200);
    }
    assert_eq!(turns(&shop), ["breaker_opened", "breaker_closed"]);
}

#[tokio::test]
async fn probes_whose_callers_hang_up_wedge_nothing() {
    let (shop, oracle) = broken().await;
    oracle.wait();
    shop.wait(OPEN);
    let caller = shop.caller();
    for days in 1..=30 {
        drop(caller.begin("ETH", days).await);
    }
    oracle.always(Act::Answer);
    // One of them was begun at most, and is finished though nobody waits for it.
    for asset in ["LTC", "AAPL", "GOOG"] {
        assert_eq!(caller.predict(asset, 1).await.status(), 200);
    }
    assert_eq!(turns(&shop), ["breaker_opened", "breaker_closed"]);
}

#[tokio::test]
async fn a_panic_is_a_fault_and_shows_nothing() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    oracle.once(Act::Panic);
    let reply = shop.caller().predict("BTC", 1).await;
    assert_eq!(reply.refusal(), (503, "temporarily_unavailable".into()));
    assert!(!reply.text().contains("told"), "{}", reply.text());
    oracle.once(Act::Answer);
    assert_eq!(shop.caller().predict("BTC", 1).await.status(), 200);
}
