//! Bytes of strangers.

use aspis_core::{client::Client, scenario::data_scraping::quota::Reservation};

use super::Fresh;
use crate::contract::at_once;

fn client(last: u8) -> Client {
    Client::from_ip([192, 0, 2, last].into())
}

pub(super) async fn a_day_has_its_bytes_and_no_more(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.bytes);
    let promise = one.reserve(client(1), 100, 60).await.expect("asked").expect("60 of 100");
    assert_eq!((promise.reservation.bytes, promise.left), (60, 40));
    let exceeded = other.reserve(client(1), 100, 41).await.expect("asked").expect_err("too many");
    assert_eq!(exceeded.left, 40);
    let rest = other.reserve(client(1), 100, 40).await.expect("asked").expect("the rest");
    assert_eq!((rest.reservation, rest.left), (Reservation { bytes: 40, ..promise.reservation }, 0));
    assert_eq!(one.reserve(client(1), 100, 1).await.expect("asked").expect_err("none is left").left, 0);
    let promise = one.reserve(client(2), 100, 100).await.expect("asked").expect("another's");
    assert_eq!(promise.left, 0);
    assert_eq!(one.reserve(client(3), 100, 101).await.expect("asked").expect_err("never").left, 100);
}

pub(super) async fn none_is_always_to_be_had_and_says_what_is_left(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.bytes);
    for (bytes, left) in [(0, 1_099_511_627_776), (1, 1_099_511_627_775), (1_099_511_627_775, 0)] {
        let promise = one.reserve(client(1), 1_099_511_627_776, bytes).await.expect("asked").expect("there");
        assert_eq!(promise.left, left);
        let none = other.reserve(client(1), 1_099_511_627_776, 0).await.expect("asked").expect("nothing");
        assert_eq!((none.reservation, none.left), (Reservation { bytes: 0, ..promise.reservation }, left));
    }
}

pub(super) async fn what_is_not_sent_goes_back(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.bytes);
    let promise = one.reserve(client(1), 100, 90).await.expect("asked").expect("90 of 100");
    one.settle(promise, 30).await.expect("settled");
    assert_eq!(other.reserve(client(1), 100, 71).await.expect("asked").expect_err("too many").left, 70);
    let promise = other.reserve(client(1), 100, 69).await.expect("asked").expect("all but one");
    assert_eq!(promise.left, 1);
    // More than was promised is counted as what was promised.
    other.settle(promise, 7000).await.expect("settled");
    assert_eq!(one.reserve(client(1), 100, 2).await.expect("asked").expect_err("one is left").left, 1);
}

pub(super) async fn many_at_once_take_exactly_the_most(home: Fresh) {
    let takes = (0..200).map(|n| {
        let bytes = home.nodes[n % 2].bytes.clone();
        async move { bytes.reserve(client(1), 700, 7).await.expect("asked").is_ok() }
    });
    assert_eq!(at_once(takes).await.into_iter().filter(|taken| *taken).count(), 100);
}
