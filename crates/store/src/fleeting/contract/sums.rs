//! Sums over all nodes.

use std::time::Duration;

use super::Fresh;
use crate::{
    contract::at_once,
    fleeting::sums::{Add, Sum, Sums},
};

const ONE: [u8; 16] = [1; 16];
const OTHER: [u8; 16] = [2; 16];

fn add(what: &str, window: Duration, more: u64) -> Add {
    Add { what: what.as_bytes().to_vec(), window, from: 10, more }
}

async fn sum(home: &dyn Sums, by: [u8; 16], what: &str, more: u64) -> Sum {
    let sums = home.add(by, &[add(what, Duration::from_secs(3600), more)]).await.expect("added");
    sums[0]
}

pub(super) async fn what_nodes_count_is_added_up_and_one_speaks_of_it(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &*node.sums);
    let said = |count, ours| Sum { count, ours };
    assert_eq!(sum(one, ONE, "a", 6).await, said(6, false));
    assert_eq!(sum(other, OTHER, "a", 3).await, said(9, false));
    assert_eq!(sum(other, OTHER, "b", 3).await, said(3, false), "another sum");
    assert_eq!(sum(other, OTHER, "a", 1).await, said(10, true));
    assert_eq!(sum(one, ONE, "a", 1).await, said(11, false), "the other one has said so");
    assert_eq!(sum(other, OTHER, "a", 0).await, said(11, true), "to ask adds nothing");
    assert_eq!(sum(one, ONE, "c", 0).await, said(0, false));
    let large = sum(one, ONE, "d", 1_000_000_000_000).await;
    assert_eq!(large, said(1_000_000_000_000, true));
    let many: Vec<_> = (0..64).map(|n| add(&format!("m{n}"), Duration::from_secs(60), n)).collect();
    let sums = one.add(ONE, &many).await.expect("added");
    assert_eq!(sums.iter().map(|sum| sum.count).collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
    one.add(ONE, &vec![many[0].clone(); 65]).await.expect_err("too many");
    assert_eq!(one.add(ONE, &[]).await.expect("nothing to do"), []);
}

pub(super) async fn what_is_out_of_the_window_counts_no_more(home: Fresh) {
    let window = Duration::from_secs(2);
    let [one, other] = home.nodes.each_ref().map(|node| &*node.sums);
    one.add(ONE, &[add("a", window, 10)]).await.expect("added");
    home.time.pass(Duration::from_millis(1200)).await;
    let sums = other.add(OTHER, &[add("a", window, 1)]).await.expect("added");
    assert_eq!(sums, [Sum { count: 11, ours: false }]);
    home.time.pass(Duration::from_millis(1000)).await;
    let sums = other.add(OTHER, &[add("a", window, 10)]).await.expect("added");
    assert_eq!(sums, [Sum { count: 11, ours: true }], "who spoke of it spoke of what is over");
    home.time.pass(Duration::from_millis(2200)).await;
    assert_eq!(one.add(ONE, &[add("a", window, 0)]).await.expect("asked"), [Sum { count: 0, ours: false }]);
}

pub(super) async fn many_at_once_are_all_counted(home: Fresh) {
    let adds = (0..200).map(|n| {
        let sums = home.nodes[n % 2].sums.clone();
        let by = if n % 2 == 0 { ONE } else { OTHER };
        async move { (by, sum(&*sums, by, "a", 1).await) }
    });
    let sums = at_once(adds).await;
    assert_eq!(sums.iter().map(|(_, sum)| sum.count).max(), Some(200));
    let speaks = |node| sums.iter().any(|(by, sum)| *by == node && sum.ours);
    assert_ne!(speaks(ONE), speaks(OTHER), "one of them speaks");
}
