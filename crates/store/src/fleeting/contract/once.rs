//! What is good once, or for a while.

use std::time::Duration;

use aspis_core::client::Client;

use super::Fresh;
use crate::{contract::at_once, fleeting::spent::Once};

const MINUTE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(400);

pub(super) async fn a_word_is_good_once_on_any_node(home: Fresh) {
    let tries = (0..50).map(|n| {
        let spent = home.nodes[n % 2].spent.clone();
        async move { spent.spend(Once::Challenge, b"word", MINUTE).await.expect("asked") }
    });
    assert_eq!(at_once(tries).await.into_iter().filter(|fresh| *fresh).count(), 1);
    let [one, other] = home.nodes.each_ref().map(|node| &node.spent);
    for (what, id) in [(Once::Sum, &b"word"[..]), (Once::Proof, b"word"), (Once::Challenge, b"another")] {
        assert!(one.spend(what, id, MINUTE).await.expect("asked"));
        assert!(!other.spend(what, id, MINUTE).await.expect("asked"));
    }
    assert!(one.spend(Once::Proof, b"short", SHORT).await.expect("asked"));
    home.time.pass(SHORT * 2).await;
    assert!(other.spend(Once::Proof, b"short", SHORT).await.expect("asked"), "its time is over");
    assert!(!one.spend(Once::Proof, b"word", MINUTE).await.expect("asked"), "the other's is not");
}

pub(super) async fn a_question_is_taken_once(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.shelf);
    one.put(b"word", vec![0, 255, 7], MINUTE).await.expect("kept");
    let takes = (0..20).map(|n| {
        let shelf = home.nodes[n % 2].shelf.clone();
        async move { shelf.take(b"word").await.expect("asked") }
    });
    let got: Vec<_> = at_once(takes).await.into_iter().flatten().collect();
    assert_eq!(got, [vec![0, 255, 7]]);
    one.put(b"short", b"question".to_vec(), SHORT).await.expect("kept");
    home.time.pass(SHORT * 2).await;
    assert_eq!(other.take(b"short").await.expect("asked"), None);
    assert_eq!(other.take(b"never asked").await.expect("asked"), None);
    assert!(one.put(b"large", vec![0; crate::fleeting::shelf::LARGEST + 1], MINUTE).await.is_err());
}

pub(super) async fn a_class_is_open_for_its_time(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.passes);
    let client = |last| Client::from_ip([192, 0, 2, last].into());
    assert_eq!(other.open_for(1, client(1)).await.expect("asked"), None);
    one.open(1, client(1), MINUTE).await.expect("opened");
    let left = other.open_for(1, client(1)).await.expect("asked").expect("open");
    assert!(left > MINUTE / 2 && left <= MINUTE, "{left:?}");
    // A shorter one takes nothing away.
    other.open(1, client(1), SHORT).await.expect("opened");
    other.open(2, client(1), SHORT).await.expect("opened");
    assert_eq!(one.open_for(1, client(2)).await.expect("asked"), None);
    home.time.pass(SHORT * 2).await;
    assert!(one.open_for(1, client(1)).await.expect("asked").is_some());
    assert_eq!(one.open_for(2, client(1)).await.expect("asked"), None);
}
