//! Channels that die, and come back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::{alert::Severity, event::Kind};
use aspis_store::memory::Memory;

use super::{
    super::Rules,
    receiver::{Act, Receiver},
    scene::{Scene, rules, slack, until, webhook},
    told,
};

fn frail() -> Rules {
    Rules { dead_after: Duration::from_millis(50), ..rules() }
}

#[tokio::test]
async fn the_others_hear_of_a_dead_channel_and_of_its_return() {
    let works = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&works);
    let sick =
        Receiver::moody(move |_, _| Act::Say(if now.load(Ordering::SeqCst) { 200 } else { 500 }, "")).await;
    let good = Receiver::kind().await;
    // It carries only what is critical, and hears of this all the same: nobody else is left.
    let routes = vec![webhook(&sick, Severity::Info), slack(&good, Severity::Critical)];
    let scene = Scene::open(Arc::<Memory>::default(), routes, frail());
    scene.outbox.tell(told(1, Severity::Warning));
    let told_of = good.until(1).await;
    let text = told_of[0].json()["blocks"][1]["text"]["text"].as_str().unwrap().to_owned();
    assert_eq!(text, "The channel webhook does not take alerts any more.");
    assert_eq!(scene.events.all(), [(Kind::ChannelDead, "webhook".to_owned())]);
    works.store(true, Ordering::SeqCst);
    let told_of = good.until(2).await;
    assert!(told_of[1].body.contains("The channel webhook takes alerts again."), "{}", told_of[1].body);
    let back = [(Kind::ChannelDead, "webhook".to_owned()), (Kind::ChannelBack, "webhook".to_owned())];
    assert_eq!(scene.events.all(), back);
    assert!(sick.seen().iter().all(|post| !post.body.contains("channel.dead")), "not by itself");
    scene.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_for_good_is_not_asked_again() {
    let gone = Receiver::moody(|_, _| Act::Say(410, "")).await;
    let good = Receiver::kind().await;
    let routes = vec![webhook(&gone, Severity::Info), slack(&good, Severity::Info)];
    let scene = Scene::open(Arc::<Memory>::default(), routes, frail());
    scene.outbox.tell(told(1, Severity::Critical));
    good.until(2).await;
    assert_eq!(scene.events.all(), [(Kind::ChannelDead, "webhook".to_owned())]);
    for n in 2..10 {
        scene.outbox.tell(told(n, Severity::Critical));
    }
    good.until(10).await;
    assert_eq!(gone.seen().len(), 1);
    scene.stop().await;
}

/// A message that is refused is no reason to think that others will be; one that is taken says that all is well.
#[tokio::test]
async fn a_message_that_is_refused_for_good_is_not_sent_again() {
    let picky =
        Receiver::moody(|_, post| Act::Say(if post.body.contains("Message 1.") { 400 } else { 200 }, ""))
            .await;
    let scene = Scene::open(Arc::<Memory>::default(), vec![slack(&picky, Severity::Info)], rules());
    scene.outbox.tell(told(1, Severity::Critical));
    scene.outbox.tell(told(2, Severity::Critical));
    picky.until(2).await;
    until("settled", async || {
        scene.outbox.tallies().any(|(_, tally)| (tally.sent(), tally.failed()) == (1, 1))
    })
    .await;
    scene.stop().await;
    assert_eq!(picky.seen().len(), 2);
}
