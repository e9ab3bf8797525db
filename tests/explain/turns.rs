//! Exemptions that are read while others are granted, and while the database fails.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aspis_core::{
    clock::{Clock, Timestamp},
    exemption::Exemption,
    ids::ExemptionId,
};
use aspis_store::{Durable, Exemptions, StoreError, Stored};
use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{EVE, OPERATOR, exempt};
use crate::shop::Shop;

/// What becomes of whoever asks who is excused.
#[derive(Default)]
struct Mood {
    fails: AtomicBool,
    holds: AtomicBool,
    reached: Notify,
    go: Notify,
}

/// A store that is asked, and fails or waits before it answers.
struct Moody(Arc<dyn Exemptions>, Arc<Mood>);

#[async_trait]
impl Exemptions for Moody {
    async fn exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        let known = self.0.exemptions(now).await;
        if self.1.holds.swap(false, Ordering::SeqCst) {
            self.1.reached.notify_one();
            self.1.go.notified().await;
        }
        if self.1.fails.load(Ordering::SeqCst) { Err(StoreError::because("no mood")) } else { known }
    }

    async fn exempt(&self, exemption: &Exemption, most: usize) -> Stored<bool> {
        self.0.exempt(exemption, most).await
    }

    async fn end_exemption(&self, id: ExemptionId, now: Timestamp) -> Stored<Option<Exemption>> {
        self.0.end_exemption(id, now).await
    }

    async fn sweep_exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        self.0.sweep_exemptions(now).await
    }
}

async fn shop() -> (Shop, Arc<Mood>) {
    let mood = Arc::new(Mood::default());
    let hand = |store: Durable| Durable {
        exemptions: Arc::new(Moody(Arc::clone(&store.exemptions), Arc::clone(&mood))),
        ..store
    };
    let shop = Shop::with_store(&["rate.prices=1/minute", "rate.default=60000/minute"], hand).await;
    (shop, mood)
}

fn wish() -> Value {
    json!({"client": EVE, "rule": "rate.prices", "for_s": 600, "why": "a load test"})
}

#[tokio::test]
async fn an_older_list_never_takes_the_place_of_a_newer_one() {
    let (shop, mood) = shop().await;
    let op = shop.another_operator(OPERATOR).await;
    mood.holds.store(true, Ordering::SeqCst);
    let granting = async {
        mood.reached.notified().await;
        exempt(&shop, &op, wish()).await
    };
    let letting_go = async {
        while shop.store().exemptions.exemptions(shop.clock.now()).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        // Whoever does not wait for their turn has read it long before this.
        for _ in 0..100 {
            shop.store().exemptions.exemptions(shop.clock.now()).await.unwrap();
        }
        mood.go.notify_one();
    };
    let ((), granted, ()) = tokio::join!(shop.keep(), granting, letting_go);
    assert_eq!(granted.status(), 201, "{}", granted.text());
    let prices = async || shop.at(EVE).get("/api/v1/prices").await.status();
    assert_eq!((prices().await, prices().await), (200, 200));
}

#[tokio::test]
async fn an_end_is_told_whatever_fails_after_it() {
    let (shop, mood) = shop().await;
    let op = shop.another_operator(OPERATOR).await;
    assert_eq!(exempt(&shop, &op, wish()).await.status(), 201);
    shop.wait(std::time::Duration::from_secs(600));
    mood.fails.store(true, Ordering::SeqCst);
    shop.keep().await;
    assert!(shop.events().contains(&"exemption_ended"), "{:?}", shop.events());
}
