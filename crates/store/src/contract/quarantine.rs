//! Batches of rows, and the rows that are held.

use super::{
    at, fixed,
    reviews::{decided, review},
};
use crate::{
    Durable,
    feeds::Feed,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::{Fate, Harvest, Held, HeldName},
};

const ALL: Span = Span { from: None, before: None, offset: 0, limit: 1000 };

fn series() -> Series {
    let source = "bitstamp".into();
    Series { asset: "BTC".to_owned(), interval: Interval::Hour, source, role: SeriesRole::History }
}

fn bar(hour: i64) -> Bar {
    let high = Some(fixed("9.00000001"));
    Bar { high, flags: 3, source: Some("internal_db".into()), ..Bar::closing(at(hour * 3600), fixed("1.5")) }
}

fn held(n: u128, hour: i64) -> Held {
    Held {
        asset: "BTC".to_owned(),
        interval: Interval::Hour,
        source: "internal_db".into(),
        bar: Bar { source: None, ..bar(hour) },
        review: review(n, 0).id,
        why: "step".to_owned(),
        served: Some(fixed("1")),
        came: at(7),
        fate: (Fate::Held, None),
    }
}

fn feed(source: &str, hour: i64, distrusted: Option<i64>) -> Feed {
    let (asset, last) = ("BTC".to_owned(), at(hour * 3600));
    let distrusted = distrusted.map(at);
    Feed { source: source.to_owned(), asset, interval: Interval::Hour, last, distrusted }
}

async fn bars(home: &Durable) -> Vec<Bar> {
    home.prices.bars(&series(), ALL).await.expect("read")
}

pub(super) async fn a_harvest_is_written_whole(home: Durable) {
    let harvest = Harvest {
        bars: vec![(series(), vec![bar(1), bar(2)])],
        held: vec![held(1, 3)],
        opened: vec![review(1, 5)],
        feeds: vec![feed("internal_db", 3, None)],
        ..Harvest::default()
    };
    assert!(home.quarantine.keep(&harvest).await.expect("stored"));
    assert_eq!(bars(&home).await, [bar(2), bar(1)]);
    assert_eq!(home.quarantine.held().await.expect("read"), [held(1, 3)]);
    assert_eq!(home.reviews.get(review(1, 5).id).await.expect("read"), Some(review(1, 5)));
    assert_eq!(home.feeds.feeds().await.expect("read"), [feed("internal_db", 3, None)]);
    let later = Harvest {
        bars: vec![(series(), vec![bar(3)])],
        withdrawn: vec![(series(), at(3600)), (series(), at(9 * 3600))],
        settled: vec![(held(1, 3).name(), Fate::Approved, at(99))],
        decided: vec![(review(1, 0).id, decided(true))],
        feeds: vec![feed("internal_db", 4, Some(9))],
        ..Harvest::default()
    };
    assert!(home.quarantine.keep(&later).await.expect("stored"));
    assert_eq!(bars(&home).await, [bar(3), bar(2)]);
    assert!(home.quarantine.held().await.expect("read").is_empty());
    let kept = home.quarantine.of_review(review(1, 0).id).await.expect("read");
    assert_eq!(kept, [Held { fate: (Fate::Approved, Some(at(99))), ..held(1, 3) }], "never dropped");
    assert_eq!(home.feeds.feeds().await.expect("read"), [feed("internal_db", 4, Some(9))]);
    let other = Held { bar: Bar { close: fixed("2.5"), high: None, ..held(2, 3).bar }, ..held(2, 3) };
    let anew = Harvest { held: vec![other.clone()], opened: vec![review(2, 9)], ..Harvest::default() };
    assert!(home.quarantine.keep(&anew).await.expect("stored"));
    assert_eq!(home.quarantine.held().await.expect("read"), [other], "held anew, with another price");
    assert!(home.quarantine.keep(&Harvest::default()).await.expect("nothing to do"));
}

pub(super) async fn what_was_decided_is_not_decided_again(home: Durable) {
    let opened = Harvest { held: vec![held(1, 3)], opened: vec![review(1, 5)], ..Harvest::default() };
    home.quarantine.keep(&opened).await.expect("stored");
    home.reviews.decide(review(1, 0).id, &decided(false)).await.expect("stored");
    let second = Harvest {
        bars: vec![(series(), vec![bar(3)])],
        settled: vec![(held(1, 3).name(), Fate::Approved, at(9))],
        decided: vec![(review(1, 0).id, decided(true))],
        ..Harvest::default()
    };
    assert!(!home.quarantine.keep(&second).await.expect("answered"));
    assert!(bars(&home).await.is_empty(), "nothing of it is written");
    assert_eq!(home.quarantine.held().await.expect("read"), [held(1, 3)]);
    let unknown = Harvest { decided: vec![(review(9, 0).id, decided(true))], ..Harvest::default() };
    assert!(!home.quarantine.keep(&unknown).await.expect("answered"));
}

pub(super) async fn held_rows_are_found_again(home: Durable) {
    let opened = vec![review(1, 5), review(2, 6)];
    let other = Held { source: "another".into(), ..held(2, 4) };
    let rows = vec![held(1, 3), other.clone(), held(1, 4), held(2, 8)];
    home.quarantine.keep(&Harvest { held: rows, opened, ..Harvest::default() }).await.expect("stored");
    let between = async |name: &HeldName, last: i64| {
        home.quarantine.between(name, at(last * 3600)).await.expect("read")
    };
    assert_eq!(between(&held(1, 3).name(), 7).await, [held(1, 3), held(1, 4)]);
    assert_eq!(between(&held(1, 4).name(), 8).await, [held(1, 4), held(2, 8)]);
    assert_eq!(between(&other.name(), 8).await, [other]);
    let of_one = home.quarantine.of_review(review(1, 0).id).await.expect("read");
    assert_eq!(of_one, [held(1, 3), held(1, 4)]);
}

pub(super) async fn a_source_that_lost_its_vote_gets_it_back(home: Durable) {
    let feeds = vec![feed("a", 1, Some(5)), feed("b", 2, Some(6)), feed("c", 3, None)];
    home.quarantine.keep(&Harvest { feeds, ..Harvest::default() }).await.expect("stored");
    assert_eq!(home.feeds.trust("a").await.expect("stored"), 1);
    assert_eq!(home.feeds.trust("a").await.expect("stored"), 0);
    let feeds = home.feeds.feeds().await.expect("read");
    assert_eq!(feeds, [feed("a", 1, None), feed("b", 2, Some(6)), feed("c", 3, None)]);
}
