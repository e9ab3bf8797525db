//! `[breaker]`, and the keys of the line and the threads of predictions.

use std::time::Duration;

use super::Shop;
use crate::shop::oracle::{Act, Oracle};

/// After how many faults in a row predictions are refused without being tried; 30 where they never are.
async fn faults_borne(settings: &[&str]) -> usize {
    let (shop, oracle) = Oracle::shop(settings).await;
    oracle.always(Act::Fail);
    for days in 1..=30 {
        assert_eq!(shop.caller().predict("BTC", days).await.status(), 503);
    }
    oracle.asked().len()
}

/// How many faults after so many good answers are borne.
async fn faults_after(good: u32, settings: &[&str]) -> usize {
    let (shop, oracle) = Oracle::shop(settings).await;
    oracle.always(Act::Answer);
    for days in 1..=good {
        assert_eq!(shop.caller().predict("BTC", days).await.status(), 200);
    }
    oracle.always(Act::Fail);
    for days in 1..=30 {
        assert_eq!(shop.caller().predict("ETH", days).await.status(), 503);
    }
    oracle.asked().len() - usize::try_from(good).unwrap()
}

#[tokio::test]
async fn breaker_results() {
    assert_eq!(faults_after(20, &["breaker.results=100", "breaker.from=5"]).await, 21);
    assert_eq!(faults_after(20, &["breaker.results=10", "breaker.from=5"]).await, 6);
}

#[tokio::test]
async fn breaker_from() {
    assert_eq!(faults_borne(&[]).await, 20);
    assert_eq!(faults_borne(&["breaker.from=3"]).await, 3);
}

#[tokio::test]
async fn breaker_share() {
    assert_eq!(faults_after(4, &["breaker.share=0.5", "breaker.from=5"]).await, 5);
    assert_eq!(faults_after(4, &["breaker.share=0.2", "breaker.from=5"]).await, 2);
}

/// A shop whose breaker has just opened, and a model that is well again.
async fn opened(settings: &[&str]) -> (Shop, std::sync::Arc<Oracle>) {
    let (shop, oracle) = Oracle::shop(&[&["breaker.from=2"], settings].concat()).await;
    oracle.always(Act::Fail);
    for days in 1..=2 {
        assert_eq!(shop.caller().predict("BTC", days).await.status(), 503);
    }
    oracle.always(Act::Answer);
    (shop, oracle)
}

#[tokio::test]
async fn breaker_open() {
    let (shop, _oracle) = opened(&["breaker.open=90s"]).await;
    shop.wait(Duration::from_secs(89));
    assert_eq!(shop.caller().predict("BTC", 3).await.header("retry-after"), Some("1"));
    shop.wait(Duration::from_secs(1));
    assert_eq!(shop.caller().predict("BTC", 3).await.status(), 200);
}

#[tokio::test]
async fn breaker_probes() {
    for probes in [1, 5] {
        let (shop, oracle) = opened(&[&format!("breaker.probes={probes}")]).await;
        shop.wait(Duration::from_secs(10));
        oracle.wait();
        let mut asking = Vec::new();
        for days in 1..=20 {
            asking.push(shop.caller().begin("ETH", days).await);
        }
        let counts = shop.app.predictions.counts();
        assert_eq!(counts.waiting + counts.computing, probes);
        drop(asking);
        oracle.always(Act::Answer);
    }
}

#[tokio::test]
async fn admission_queue() {
    for (places, taken) in [(10, 8), (20, 16)] {
        let (shop, oracle) = Oracle::shop(&[&format!("admission.queue={places}")]).await;
        let caller = shop.caller();
        let mut asking = vec![caller.begin("BTC", 1).await];
        oracle.was_asked(1).await;
        for days in 1..=30 {
            asking.push(caller.begin("ETH", days).await);
        }
        assert_eq!(shop.app.predictions.counts().waiting, taken, "strangers fill four fifths");
        assert_eq!(caller.predict("LTC", 1).await.refusal(), (503, "server_busy".into()));
        drop(asking);
        oracle.always(Act::Answer);
    }
}

#[tokio::test]
async fn admission_queue_time() {
    let (shop, oracle) = Oracle::shop(&["admission.queue_time=100ms", "predict.timeout=60s"]).await;
    let caller = shop.caller();
    let first = caller.begin("BTC", 1).await;
    oracle.was_asked(1).await;
    let late = caller.predict("BTC", 2).await;
    assert_eq!((late.refusal(), late.header("retry-after")), ((503, "server_busy".into()), Some("1")));
    oracle.always(Act::Answer);
    assert_eq!(first.await.status(), 200);
    assert_eq!(oracle.asked(), [1]);
}

#[tokio::test]
async fn predict_workers() {
    for workers in [1, 3] {
        let (shop, oracle) = Oracle::shop(&[&format!("predict.workers={workers}")]).await;
        let caller = shop.caller();
        let mut asking = Vec::new();
        for days in 1..=10 {
            asking.push(caller.begin("BTC", days).await);
        }
        oracle.was_asked(workers).await;
        let counts = shop.app.predictions.counts();
        assert_eq!((counts.computing, counts.waiting), (workers, 10 - workers));
        drop(asking);
        oracle.always(Act::Answer);
    }
}

#[tokio::test]
async fn predict_timeout() {
    let (shop, oracle) = Oracle::shop(&["predict.timeout=100ms"]).await;
    let overdue = shop.caller().predict("BTC", 1).await;
    assert_eq!(overdue.refusal(), (503, "temporarily_unavailable".into()));
    oracle.once(Act::Answer);
    oracle.once(Act::Answer);
    assert_eq!(shop.caller().predict("BTC", 2).await.status(), 200, "by another thread");
}
