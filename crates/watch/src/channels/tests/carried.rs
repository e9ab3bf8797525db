//! From the hand into the outbox to the receiver.

use std::{sync::Arc, time::Duration};

use aspis_core::{alert::Severity, clock::Timestamp};
use aspis_store::{
    Outbox as _,
    memory::Memory,
    outbox::{Posting, Room},
};

use super::{
    receiver::{Act, Receiver},
    scene::{Scene, rules, slack, until, webhook},
    told,
};

const FAR: Timestamp = Timestamp(i64::MAX);

async fn waiting(store: &Memory, channel: &str) -> u64 {
    store.waiting(channel, FAR).await.unwrap().all
}

#[tokio::test]
async fn each_channel_carries_what_is_severe_enough_for_it() {
    let (all, worst, store) = (Receiver::kind().await, Receiver::kind().await, Arc::<Memory>::default());
    let routes = vec![slack(&all, Severity::Info), webhook(&worst, Severity::Critical)];
    let scene = Scene::open(store.clone(), routes, rules());
    for (n, severity) in (1..).zip(Severity::ALL) {
        scene.outbox.tell(told(n, severity));
    }
    assert_eq!((all.until(3).await.len(), worst.until(1).await.len()), (3, 1));
    let sent = || scene.outbox.tallies().map(|(name, tally)| (name, tally.sent())).collect::<Vec<_>>();
    until("crossed out", async || waiting(&store, "slack").await + waiting(&store, "webhook").await == 0)
        .await;
    assert_eq!(sent(), [("slack", 3), ("webhook", 1)]);
    scene.stop().await;
}

#[tokio::test]
async fn a_message_is_sent_until_it_is_taken_under_one_identifier() {
    let script = |number, _: &_| match number {
        1 => Act::Say(500, ""),
        2 => Act::Close,
        3 => Act::Say(302, "location: /elsewhere\r\n"),
        _ => Act::Say(200, ""),
    };
    let (receiver, store) = (Receiver::moody(script).await, Arc::<Memory>::default());
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(7, Severity::Warning));
    let seen = receiver.until(4).await;
    assert!(seen.iter().all(|post| post.fields["webhook-id"] == seen[0].fields["webhook-id"]));
    until("crossed out", async || waiting(&store, "webhook").await == 0).await;
    let (_, tally) = scene.outbox.tallies().next().unwrap();
    assert_eq!((tally.sent(), tally.retried(), tally.failed(), receiver.seen().len()), (1, 3, 0, 4));
    scene.stop().await;
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_in_the_end() {
    let (receiver, store) = (Receiver::moody(|_, _| Act::Say(500, "")).await, Arc::<Memory>::default());
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(7, Severity::Warning));
    until("given up", async || scene.outbox.tallies().any(|(_, tally)| tally.failed() == 1)).await;
    assert_eq!((receiver.seen().len(), waiting(&store, "webhook").await), (7, 0));
    scene.stop().await;
}

#[tokio::test]
async fn what_says_the_same_is_told_once() {
    let (receiver, store) = (Receiver::kind().await, Arc::<Memory>::default());
    let scene = Scene::open(store.clone(), vec![slack(&receiver, Severity::Info)], rules());
    for n in 0..50 {
        let again = super::Message { rule: "same".to_owned(), ..told(n, Severity::Warning) };
        scene.outbox.tell(again);
    }
    scene.outbox.tell(told(99, Severity::Info));
    assert_eq!(receiver.until(2).await.len(), 2);
    scene.stop().await;
    assert_eq!(receiver.seen().len(), 2);
}

/// Nobody waits: not whoever tells, and not another channel.
#[tokio::test]
async fn a_channel_that_hangs_holds_nobody_up() {
    let (stuck, good) = (Receiver::moody(|_, _| Act::Hang).await, Receiver::kind().await);
    let routes = vec![slack(&stuck, Severity::Info), webhook(&good, Severity::Info)];
    let scene = Scene::open(Arc::<Memory>::default(), routes, rules());
    for n in 0..20 {
        scene.outbox.tell(told(n, Severity::Warning));
    }
    assert_eq!((good.until(20).await.len(), stuck.until(1).await.len()), (20, 1));
    scene.kill().await;
}

/// Killed after the receiver has it and before that is written down: it is sent again, with the same identifier.
#[tokio::test]
async fn what_was_being_sent_when_the_server_died_is_sent_again() {
    let receiver = Receiver::moody(|number, _| if number == 1 { Act::Hang } else { Act::Say(200, "") }).await;
    let store = Arc::<Memory>::default();
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(7, Severity::Warning));
    receiver.until(1).await;
    scene.kill().await;
    assert_eq!(waiting(&store, "webhook").await, 1);
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    let seen = receiver.until(2).await;
    assert_eq!(seen[0].fields["webhook-id"], seen[1].fields["webhook-id"]);
    assert_eq!(seen[0].body, seen[1].body);
    until("crossed out", async || waiting(&store, "webhook").await == 0).await;
    scene.stop().await;
}

/// Two servers on one store: who starts leaves alone what the other is sending, and sends it when that has died.
#[tokio::test]
async fn what_another_server_is_sending_is_its_own_until_its_time_is_over() {
    let receiver = Receiver::moody(|number, _| if number == 1 { Act::Hang } else { Act::Say(200, "") }).await;
    let store = Arc::<Memory>::default();
    let route = || vec![webhook(&receiver, Severity::Info)];
    let one = Scene::beside(store.clone(), route());
    one.outbox.tell(told(7, Severity::Warning));
    receiver.until(1).await;
    let other = Scene::beside(store.clone(), route());
    other.outbox.tell(told(8, Severity::Warning));
    receiver.until(2).await;
    one.kill().await;
    let seen = receiver.until(3).await;
    let ids: Vec<_> = seen.iter().map(|post| &post.fields["webhook-id"]).collect();
    assert!(ids[0] != ids[1] && ids[0] == ids[2], "{ids:?}");
    until("crossed out", async || waiting(&store, "webhook").await == 0).await;
    other.stop().await;
}

/// A channel that was off for weeks does not begin with what was then.
#[tokio::test]
async fn what_is_very_old_is_not_sent() {
    let (receiver, store) = (Receiver::kind().await, Arc::<Memory>::default());
    let old = Posting {
        message: uuid::Uuid::from_u128(1),
        key: "old".to_owned(),
        channels: vec!["webhook".to_owned()],
        weight: 2,
        at: Timestamp::from_seconds(1_700_000_000),
        body: serde_json::to_string(&told(1, Severity::Critical)).unwrap(),
    };
    store.post(&[old], Room { same: Duration::ZERO, most: 10 }).await.unwrap();
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(2, Severity::Info));
    receiver.until(1).await;
    until("crossed out", async || waiting(&store, "webhook").await == 0).await;
    scene.stop().await;
    assert!(receiver.seen().len() == 1 && receiver.seen()[0].body.contains("Message 2."));
}

/// What comes in the last moment is written down, and sent by the next server.
#[tokio::test]
async fn a_stop_loses_nothing() {
    let receiver = Receiver::moody(|_, _| Act::Say(503, "retry-after: 3600\r\n")).await;
    let store = Arc::<Memory>::default();
    let scene = Scene::open(store.clone(), vec![webhook(&receiver, Severity::Info)], rules());
    scene.outbox.tell(told(1, Severity::Warning));
    until("left alone", async || scene.outbox.tallies().any(|(_, tally)| tally.retried() == 1)).await;
    for n in 2..=30 {
        scene.outbox.tell(told(n, Severity::Warning));
    }
    scene.stop().await;
    assert_eq!(
        (waiting(&store, "webhook").await, receiver.seen().len()),
        (30, 1),
        "it is left alone for an hour"
    );
    let next = store.waiting("webhook", Timestamp(0)).await.unwrap().next;
    assert!(next.is_some_and(|next| next < FAR.minus(Duration::from_secs(1))));
}
