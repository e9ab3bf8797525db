//! Predictions wait in a line of their own: in order, bounded, and in nobody else's way.

use futures_util::future::join_all;

use crate::shop::{
    Shop,
    oracle::{Act, Asking, Oracle},
};

const ASSETS: [&str; 4] = ["BTC", "ETH", "LTC", "AAPL"];

/// So many different predictions, each begun behind the one before.
async fn begin<'a>(shop: &'a Shop, token: &str, count: usize) -> Vec<Asking<'a>> {
    let caller = shop.at("192.0.2.9").token(token);
    let mut line = Vec::new();
    for (asset, days) in
        ASSETS.into_iter().flat_map(|asset| (1..=30).map(move |days| (asset, days))).take(count)
    {
        line.push(caller.begin(asset, days).await);
    }
    line
}

#[tokio::test]
async fn they_are_served_in_the_order_they_came() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    let caller = shop.caller();
    let mut line = Vec::new();
    for days in [5, 3, 9, 1, 7] {
        line.push(caller.begin("BTC", days).await);
    }
    oracle.always(Act::Answer);
    for reply in join_all(line).await {
        assert_eq!(reply.status(), 200, "{}", reply.text());
    }
    assert_eq!(oracle.asked(), [5, 3, 9, 1, 7]);
}

#[tokio::test]
async fn the_hundred_and_first_that_would_wait_is_refused() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    let ada = shop.member("ada@example.org").await;
    let first = begin(&shop, &ada, 1).await;
    oracle.was_asked(1).await;
    // The first of these joins the one that is being computed.
    let waiting = begin(&shop, &ada, 101).await;
    assert_eq!(shop.app.predictions.counts().waiting, 100);
    let caller = shop.at("192.0.2.9").token(&ada);
    for _ in 0..3 {
        let refused = caller.predict("GOOG", 1).await;
        assert_eq!(refused.refusal(), (503, "server_busy".into()));
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    }
    assert_eq!(shop.events().iter().filter(|word| **word == "queue_full").count(), 1);
    assert!(shop.app.predictions.queue_is_full());
    oracle.always(Act::Answer);
    for reply in join_all(first.into_iter().chain(waiting)).await {
        assert_eq!(reply.status(), 200, "{}", reply.text());
    }
    assert_eq!(caller.predict("GOOG", 1).await.status(), 200);
    assert_eq!(oracle.asked().len(), 102);
}

#[tokio::test]
async fn strangers_cannot_fill_it() {
    let (shop, oracle) = Oracle::shop(&["admission.queue=10"]).await;
    let ada = shop.member("ada@example.org").await;
    let stranger = shop.caller();
    let mut line = vec![stranger.begin("BTC", 30).await];
    oracle.was_asked(1).await;
    for days in 1..=8 {
        line.push(stranger.begin("BTC", days).await);
    }
    assert_eq!(shop.caller().predict("BTC", 9).await.refusal(), (503, "server_busy".into()));
    let members = shop.at("192.0.2.9").token(&ada).begin("BTC", 9).await;
    oracle.always(Act::Answer);
    assert_eq!(members.await.status(), 200);
}

#[tokio::test]
async fn equal_questions_are_computed_once() {
    let (shop, oracle) = Oracle::shop(&["admission.queue=1"]).await;
    let callers = [shop.at("192.0.2.1"), shop.at("192.0.2.2"), shop.at("192.0.2.3")];
    let mut line = Vec::new();
    for caller in callers.iter().cycle().take(50) {
        line.push(caller.begin("BTC", 7).await);
    }
    oracle.once(Act::Answer);
    let replies = join_all(line).await;
    assert!(replies.iter().all(|reply| reply.status() == 200 && reply.json() == replies[0].json()));
    assert_eq!(oracle.asked(), [7]);
    assert_eq!(shop.app.predictions.counts().shared, 49);
    let text = shop.app.metrics.render();
    assert!(text.contains("aspis_predictions_shared_total 49"), "{text}");
    assert_eq!(shop.caller().predict("BTC", 7).await.status(), 200, "known by now, and not asked again");
}

#[tokio::test]
async fn who_hangs_up_leaves_the_line() {
    let (shop, oracle) = Oracle::shop(&[]).await;
    let caller = shop.caller();
    let first = caller.begin("BTC", 1).await;
    oracle.was_asked(1).await;
    let gone: Vec<_> = join_all((2..=40).map(|days| caller.begin("BTC", days.min(30)))).await;
    let last = caller.begin("ETH", 30).await;
    drop(gone);
    assert_eq!(shop.app.predictions.counts().waiting, 1);
    oracle.always(Act::Answer);
    assert_eq!((first.await.status(), last.await.status()), (200, 200));
    assert_eq!(oracle.asked(), [1, 30]);
}

#[tokio::test]
async fn a_model_that_does_not_answer_is_in_nobodys_way() {
    let (shop, oracle) = Oracle::shop(&["admission.in_progress=2"]).await;
    let ada = shop.member("ada@example.org").await;
    oracle.once(Act::Answer);
    assert_eq!(shop.caller().predict("MSFT", 1).await.status(), 200);
    let line = begin(&shop, &ada, 60).await;
    oracle.was_asked(2).await;
    for path in ["/api/v1/price/BTC", "/api/v1/prices", "/api/v1/history/ETH?limit=2"] {
        assert_eq!(shop.caller().get(path).await.status(), 200, "{path}");
    }
    assert_eq!(shop.caller().predict("MSFT", 1).await.status(), 200, "what is known needs no model");
    drop(line);
    oracle.always(Act::Answer);
}
