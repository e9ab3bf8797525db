//! Messages of alarm on their way.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use uuid::Uuid;

use super::{at, at_once, ayes};
use crate::{
    Durable,
    outbox::{Parcel, Posting, Room, Waiting},
};

const ROOM: Room = Room { same: Duration::from_secs(60), most: 1000 };

fn posting(n: u128, key: &str, channels: &[&str], weight: u8, seconds: i64) -> Posting {
    Posting {
        message: Uuid::from_u128(n),
        key: key.to_owned(),
        channels: channels.iter().map(ToString::to_string).collect(),
        weight,
        at: at(seconds),
        body: r#"{"says":"it's; DROP TABLE outbox"}"#.to_owned(),
    }
}

async fn post(home: &Durable, postings: &[Posting], room: Room) -> (u64, u64) {
    let posted = home.outbox.post(postings, room).await.expect("stored");
    (posted.taken, posted.dropped)
}

async fn take(home: &Durable, channel: &str, now: i64, until: i64, limit: u64) -> Vec<u128> {
    let taken = home.outbox.take(channel, at(now), at(until), limit).await.expect("read");
    taken.iter().map(|parcel| parcel.message.as_u128()).collect()
}

async fn waiting(home: &Durable, channel: &str, now: i64) -> (u64, u64, Option<Timestamp>) {
    let Waiting { due, all, next } = home.outbox.waiting(channel, at(now)).await.expect("read");
    (due, all, next)
}

pub(super) async fn a_message_waits_by_each_of_its_channels(home: Durable) {
    let first = posting(1, "a", &["mail", "slack"], 1, 10);
    assert_eq!(post(&home, &[first.clone(), posting(2, "b", &["mail"], 2, 11)], ROOM).await, (2, 0));
    assert_eq!(waiting(&home, "mail", 10).await, (1, 2, Some(at(11))));
    assert_eq!(waiting(&home, "sms", 99).await, (0, 0, None));
    let taken = home.outbox.take("slack", at(20), at(50), 9).await.expect("read");
    let Posting { message, weight, at: written, body, .. } = first;
    assert_eq!(taken, [Parcel { message, weight, at: written, body, tries: 0 }]);
    assert_eq!(take(&home, "mail", 20, 50, 9).await, [2, 1], "the heaviest first");
    assert_eq!(take(&home, "mail", 49, 80, 9).await, [0_u128; 0], "nobody takes what is taken");
    assert_eq!(take(&home, "mail", 50, 80, 1).await, [2], "but for a while");
    home.outbox.done("mail", Uuid::from_u128(2)).await.expect("stored");
    home.outbox.put_off("mail", Uuid::from_u128(1), at(70)).await.expect("stored");
    assert_eq!(waiting(&home, "mail", 60).await, (0, 1, Some(at(70))));
    let again = home.outbox.take("mail", at(70), at(90), 9).await.expect("read");
    assert_eq!((again.len(), again[0].tries), (1, 1));
    assert_eq!(waiting(&home, "slack", 60).await, (1, 1, None), "channels do not know of each other");
}

pub(super) async fn what_says_the_same_is_taken_once_in_its_time(home: Durable) {
    let say = async |n, key, seconds| post(&home, &[posting(n, key, &["mail"], 1, seconds)], ROOM).await;
    assert_eq!(say(1, "a", 100).await, (1, 0));
    assert_eq!((say(2, "a", 159).await, say(3, "b", 159).await), ((0, 0), (1, 0)));
    assert_eq!(say(4, "a", 160).await, (1, 0), "its time is over");
    let both = [posting(5, "c", &["mail"], 1, 200), posting(6, "c", &["mail"], 1, 200)];
    assert_eq!(post(&home, &both, ROOM).await, (1, 0));
    let always = Room { same: Duration::ZERO, ..ROOM };
    assert_eq!(post(&home, &[posting(7, "c", &["mail"], 1, 201)], always).await, (1, 0));
    assert_eq!(take(&home, "mail", 300, 400, 99).await, [1, 3, 4, 5, 7]);
}

pub(super) async fn where_there_is_no_room_the_lightest_and_oldest_goes(home: Durable) {
    let room = Room { same: Duration::ZERO, most: 3 };
    for (n, weight, dropped) in [(1, 1, 0), (2, 0, 0), (3, 0, 0), (4, 2, 1), (5, 1, 1), (6, 0, 1), (7, 2, 1)]
    {
        let seconds = 10 + i64::try_from(n).expect("small");
        let put = post(&home, &[posting(n, "", &["mail"], weight, seconds)], room).await;
        assert_eq!(put, (1, dropped), "{n}");
    }
    assert_eq!(take(&home, "mail", 100, 200, 9).await, [4, 7, 5]);
}

pub(super) async fn several_become_one(home: Durable) {
    let parts: Vec<_> = (1..=3).map(|n| posting(n, &n.to_string(), &["mail", "slack"], 1, 10)).collect();
    post(&home, &parts, ROOM).await;
    assert_eq!(take(&home, "mail", 10, 50, 2).await, [1, 2]);
    let ids: Vec<_> = parts[..2].iter().map(|part| part.message).collect();
    let whole =
        Parcel { message: Uuid::from_u128(9), weight: 2, at: at(11), body: "{}".to_owned(), tries: 0 };
    home.outbox.merge("mail", &ids, &whole, at(60)).await.expect("stored");
    assert_eq!(waiting(&home, "mail", 12).await, (1, 2, Some(at(60))));
    assert_eq!(take(&home, "mail", 60, 90, 9).await, [9, 3]);
    assert_eq!(take(&home, "slack", 60, 90, 9).await, [1, 2, 3]);
}

pub(super) async fn what_the_dead_had_taken_is_due_again(home: Durable) {
    let parts: Vec<_> = (1..=3).map(|n| posting(n, &n.to_string(), &["mail"], 1, 10)).collect();
    post(&home, &parts, ROOM).await;
    assert_eq!(take(&home, "mail", 10, 500, 2).await, [1, 2]);
    home.outbox.put_off("mail", Uuid::from_u128(2), at(400)).await.expect("stored");
    home.outbox.recover(at(20)).await.expect("stored");
    assert_eq!(take(&home, "mail", 20, 500, 9).await, [1, 3], "what was put off stays put off");
    assert_eq!(home.outbox.clear("mail").await.expect("stored"), 3);
    assert_eq!(waiting(&home, "mail", 999).await, (0, 0, None));
}

pub(super) async fn a_day_has_its_budget_and_no_more(home: Durable) {
    let spend = async |day, amount| home.outbox.spend("sms", day, amount, 5).await.expect("stored");
    assert_eq!((spend(7, 3).await, spend(7, 3).await, spend(7, 2).await), (true, false, true));
    assert_eq!((spend(7, 1).await, spend(8, 5).await), (false, true));
    assert!(!spend(9, 6).await, "more than a day has");
    let ask = |outbox: std::sync::Arc<dyn crate::Outbox>| async move {
        outbox.spend("mail", 7, 1, 4).await.expect("stored")
    };
    assert_eq!(ayes(&at_once((0..12).map(|_| ask(home.outbox.clone()))).await), 4);
}
