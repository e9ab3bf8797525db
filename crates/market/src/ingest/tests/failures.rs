//! The store fails, or the caller goes away: nothing is half-learned.

use std::sync::atomic::{AtomicBool, Ordering};

use aspis_store::{
    Quarantine, StoreError, Stored,
    quarantine::{Harvest, Held, HeldName},
};
use async_trait::async_trait;

use super::*;

/// A store whose writing fails, or never ends, while it is told so.
struct Moody {
    inner: Arc<dyn Quarantine>,
    fails: AtomicBool,
    hangs: AtomicBool,
}

#[async_trait]
impl Quarantine for Moody {
    async fn keep(&self, harvest: &Harvest) -> Stored<bool> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::because("the disk is full"));
        }
        let kept = self.inner.keep(harvest).await;
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        kept
    }

    async fn held(&self) -> Stored<Vec<Held>> {
        self.inner.held().await
    }

    async fn of_review(&self, review: ReviewId) -> Stored<Vec<Held>> {
        self.inner.of_review(review).await
    }

    async fn between(&self, of: &HeldName, last: Timestamp) -> Stored<Vec<Held>> {
        self.inner.between(of, last).await
    }
}

async fn moody() -> (Home, Arc<Moody>) {
    let plain = Durable::of(Arc::new(Memory::default()));
    let inner = Arc::clone(&plain.quarantine);
    let moody = Arc::new(Moody { inner, fails: AtomicBool::new(false), hangs: AtomicBool::new(false) });
    let store = Durable { quarantine: moody.clone(), ..plain };
    (Home::over(store).await, moody)
}

#[tokio::test]
async fn a_failed_batch_can_be_sent_again() {
    let (home, moody) = moody().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    moody.fails.store(true, Ordering::SeqCst);
    home.clock.set_wall(hour(1003));
    let rows = || vec![offered("BTC", bar(1001, quiet(1001))), offered("BTC", bar(1002, 1500.0))];
    let from = Sender { source: FIRST, by: None };
    assert!(home.intake.take(from, rows()).await.is_err());
    assert!((home.price() - quiet(1000)).abs() < 1e-6 && !home.listed().held);
    assert_eq!(home.words(), [""; 0], "nothing is told that did not happen");
    moody.fails.store(false, Ordering::SeqCst);
    let taken = home.intake.take(from, rows()).await.expect("taken");
    assert!(is_accepted(&taken[0]) && !is_accepted(&taken[1]), "{taken:?}");
    assert_eq!(home.newest(1).await, [(1001, quiet(1001))]);
}

#[tokio::test]
async fn a_caller_who_goes_away_in_the_middle_leaves_the_truth() {
    let (home, moody) = moody().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    moody.hangs.store(true, Ordering::SeqCst);
    home.clock.set_wall(hour(1002));
    let from = Sender { source: FIRST, by: None };
    let taking = home.intake.take(from, vec![offered("BTC", bar(1001, quiet(1001)))]);
    assert!(tokio::time::timeout(Duration::from_millis(20), taking).await.is_err());
    moody.hangs.store(false, Ordering::SeqCst);
    home.intake.refresh().await.expect("looked");
    assert!((home.price() - quiet(1001)).abs() < 1e-6, "it was written, so it is served");
    assert_eq!(home.brings_one(FIRST, 1001, quiet(1001)).await, Taken::Known);
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002)).await));
}
