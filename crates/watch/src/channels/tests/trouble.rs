//! Alerts while the database does not answer: that is when they are wanted most.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aspis_core::{alert::Severity, clock::Timestamp};
use aspis_store::{
    Outbox, StoreError, Stored,
    memory::Memory,
    outbox::{Parcel, Posted, Posting, Room, Waiting},
};
use async_trait::async_trait;
use uuid::Uuid;

use super::{
    receiver::{Act, Receiver},
    scene::{Scene, rules, until, webhook},
    told,
};

/// A home that can be cut off.
#[derive(Default)]
struct Cut {
    home: Memory,
    off: AtomicBool,
}

impl Cut {
    fn home(&self) -> Stored<&Memory> {
        if self.off.load(Ordering::SeqCst) { Err(StoreError::because("cut off")) } else { Ok(&self.home) }
    }
}

#[async_trait]
impl Outbox for Cut {
    async fn post(&self, postings: &[Posting], room: Room) -> Stored<Posted> {
        self.home()?.post(postings, room).await
    }

    async fn waiting(&self, channel: &str, now: Timestamp) -> Stored<Waiting> {
        self.home()?.waiting(channel, now).await
    }

    async fn take(&self, channel: &str, now: Timestamp, until: Timestamp, limit: u64) -> Stored<Vec<Parcel>> {
        self.home()?.take(channel, now, until, limit).await
    }

    async fn put_off(&self, channel: &str, message: Uuid, until: Timestamp) -> Stored<()> {
        self.home()?.put_off(channel, message, until).await
    }

    async fn done(&self, channel: &str, message: Uuid) -> Stored<()> {
        self.home()?.done(channel, message).await
    }

    async fn merge(&self, channel: &str, parts: &[Uuid], whole: &Parcel, until: Timestamp) -> Stored<()> {
        self.home()?.merge(channel, parts, whole, until).await
    }

    async fn clear(&self, channel: &str) -> Stored<u64> {
        self.home()?.clear(channel).await
    }

    async fn recover(&self, now: Timestamp) -> Stored<()> {
        self.home()?.recover(now).await
    }

    async fn spend(&self, channel: &str, day: i64, amount: u64, most: u64) -> Stored<bool> {
        self.home()?.spend(channel, day, amount, most).await
    }
}

#[tokio::test]
async fn without_a_database_alerts_go_out_all_the_same() {
    let (receiver, store) = (Receiver::kind().await, Arc::<Cut>::default());
    store.off.store(true, Ordering::SeqCst);
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(1, Severity::Critical));
    receiver.until(1).await;
    store.off.store(false, Ordering::SeqCst);
    scene.outbox.tell(told(2, Severity::Critical));
    receiver.until(2).await;
    scene.stop().await;
    assert_eq!(receiver.seen().len(), 2);
}

/// Taken with a database, sent without one: it is crossed out when the database is back, and not sent again.
#[tokio::test]
async fn what_could_not_be_crossed_out_is_not_sent_twice() {
    let store = Arc::<Cut>::default();
    let cut = Arc::clone(&store);
    let receiver = Receiver::moody(move |_, _| {
        cut.off.store(true, Ordering::SeqCst);
        Act::Say(200, "")
    })
    .await;
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(1, Severity::Critical));
    until("sent", async || scene.outbox.tallies().any(|(_, tally)| tally.sent() == 1)).await;
    assert_eq!(store.home.waiting("webhook", Timestamp(i64::MAX)).await.unwrap().all, 1, "not crossed out");
    store.off.store(false, Ordering::SeqCst);
    let all = async || store.home.waiting("webhook", Timestamp(i64::MAX)).await.unwrap().all;
    until("crossed out", async || all().await == 0).await;
    scene.stop().await;
    assert_eq!(receiver.seen().len(), 1);
}
