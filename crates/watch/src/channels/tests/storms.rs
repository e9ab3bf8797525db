//! Very much at once.

use std::{sync::Arc, time::Duration};

use aspis_core::alert::Severity;
use aspis_store::{Outbox as _, memory::Memory};

use super::{
    super::Rules,
    receiver::{Act, Receiver},
    scene::{Scene, rules, slack, until, webhook},
    told,
};

/// Five at once, then one a second, as shipped; and a short rest after a sum.
fn calm() -> Rules {
    Rules { rate: "1/second".parse().unwrap(), burst: 5, digest: Duration::from_millis(300), ..rules() }
}

/// How many alerts a post of Slack's stands for.
fn stands_for(body: &serde_json::Value) -> u64 {
    let title = body["blocks"][0]["text"]["text"].as_str().unwrap();
    title.split_once(" alerts at once").map_or(1, |(count, _)| count.parse().unwrap())
}

#[tokio::test]
async fn a_storm_is_a_few_messages_that_leave_nothing_out() {
    let (receiver, store) = (Receiver::kind().await, Arc::<Memory>::default());
    let scene = Scene::open(store.clone(), vec![slack(&receiver, Severity::Info)], calm());
    for n in 0..1000 {
        let severity = if n == 700 { Severity::Critical } else { Severity::Warning };
        scene.outbox.tell(told(n, severity));
        if n % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let told = || receiver.seen().iter().map(|post| stands_for(&post.json())).sum::<u64>();
    until("all were told of", async || told() == 1000).await;
    let posts = receiver.seen();
    assert!(posts.len() <= 12, "{}", posts.len());
    let worst = posts.iter().filter(|post| post.body.contains("Message 700.")).count();
    assert_eq!(worst, 1, "what is critical is never among the others that are only counted");
    assert_eq!(scene.outbox.tally().dropped(), 0);
    scene.stop().await;
    assert_eq!(store.waiting("slack", aspis_core::clock::Timestamp(i64::MAX)).await.unwrap().all, 0);
}

/// After a failure what waits goes as one, too, and a sum keeps its identifier over its tries.
#[tokio::test]
async fn a_sum_is_tried_again_as_it_was() {
    let receiver = Receiver::moody(|number, _| Act::Say(if number < 3 { 500 } else { 200 }, "")).await;
    let scene = Scene::open(Arc::<Memory>::default(), vec![webhook(&receiver, Severity::Info)], calm());
    for n in 0..20 {
        scene.outbox.tell(told(n, Severity::Warning));
    }
    let seen = receiver.until(3).await;
    assert!(
        seen[0].json()["data"]["title"].as_str().unwrap().starts_with("20 alerts at once"),
        "{}",
        seen[0].body
    );
    assert!(seen.iter().all(|post| post.fields["webhook-id"] == seen[0].fields["webhook-id"]));
    scene.stop().await;
}

/// More than may wait: the lightest and oldest go, and are counted.
#[tokio::test]
async fn what_has_no_room_is_counted() {
    let receiver = Receiver::moody(|_, _| Act::Say(429, "retry-after: 3600\r\n")).await;
    let store = Arc::<Memory>::default();
    let rules = Rules { waiting: 10, ..rules() };
    let scene = Scene::open(store.clone(), vec![slack(&receiver, Severity::Info)], rules);
    scene.outbox.tell(told(1000, Severity::Critical));
    until("left alone", async || scene.outbox.tallies().any(|(_, tally)| tally.retried() == 1)).await;
    for n in 0..60 {
        scene.outbox.tell(told(n, if n < 30 { Severity::Info } else { Severity::Warning }));
    }
    until("dropped", async || scene.outbox.tally().dropped() == 51).await;
    let far = aspis_core::clock::Timestamp(i64::MAX);
    let left = store.take("slack", far, far, 100).await.unwrap();
    let ids: Vec<_> = left.iter().map(|parcel| parcel.message.as_u128()).collect();
    assert_eq!(ids, [1000, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    scene.stop().await;
}
