//! Bytes of strangers.

use aspis_core::client::Client;

use super::Fresh;
use crate::contract::at_once;

fn client(last: u8) -> Client {
    Client::from_ip([192, 0, 2, last].into())
}

pub(super) async fn a_day_has_its_bytes_and_no_more(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.bytes);
    one.reserve(client(1), 100, 60).await.expect("asked").expect("60 of 100");
    let exceeded = other.reserve(client(1), 100, 41).await.expect("asked").expect_err("too many");
    assert_eq!(exceeded.left, 40);
    other.reserve(client(1), 100, 40).await.expect("asked").expect("the rest");
    assert_eq!(one.reserve(client(1), 100, 1).await.expect("asked").expect_err("none is left").left, 0);
    one.reserve(client(2), 100, 100).await.expect("asked").expect("another's");
    assert_eq!(one.reserve(client(3), 100, 101).await.expect("asked").expect_err("never").left, 100);
}

pub(super) async fn what_is_not_sent_goes_back(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.bytes);
    let promise = one.reserve(client(1), 100, 90).await.expect("asked").expect("90 of 100");
    one.settle(promise, 30).await.expect("settled");
    assert_eq!(other.reserve(client(1), 100, 71).await.expect("asked").expect_err("too many").left, 70);
    let promise = other.reserve(client(1), 100, 70).await.expect("asked").expect("the rest");
    // More than was promised is counted as what was promised.
    other.settle(promise, 7000).await.expect("settled");
    assert_eq!(one.reserve(client(1), 100, 1).await.expect("asked").expect_err("none is left").left, 0);
}

pub(super) async fn many_at_once_take_exactly_the_most(home: Fresh) {
    let takes = (0..200).map(|n| {
        let bytes = home.nodes[n % 2].bytes.clone();
        async move { bytes.reserve(client(1), 700, 7).await.expect("asked").is_ok() }
    });
    assert_eq!(at_once(takes).await.into_iter().filter(|taken| *taken).count(), 100);
}
