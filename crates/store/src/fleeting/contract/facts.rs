//! Facts that change if nobody has changed them.

use std::time::Duration;

use super::Fresh;
use crate::{
    contract::at_once,
    fleeting::facts::{About, Change, Listed, Place},
};

const MINUTE: Duration = Duration::from_secs(60);

fn change(about: About, id: &[u8], was: Option<&[u8]>, becomes: &[u8]) -> Change {
    let place = Place { about, id: id.to_vec() };
    Change { place, was: was.map(<[u8]>::to_vec), becomes: becomes.to_vec() }
}

pub(super) async fn a_fact_changes_if_nobody_has_changed_it(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.facts);
    let made = [change(About::Source, b"a", None, b"1"), change(About::Name, b"a", None, b"\0\xff")];
    assert!(one.swap(&made, MINUTE, None).await.expect("asked"));
    assert!(!other.swap(&made, MINUTE, None).await.expect("asked"), "it is there already");
    // Of two, one was changed: then neither is.
    let stale = [change(About::Source, b"a", Some(b"1"), b"2"), change(About::Name, b"a", Some(b"x"), b"2")];
    assert!(!other.swap(&stale, MINUTE, None).await.expect("asked"));
    let place = |about, id: &[u8]| Place { about, id: id.to_vec() };
    let places = [place(About::Source, b"a"), place(About::Name, b"a"), place(About::Site, b"a")];
    let loaded = other.load(&places).await.expect("asked");
    assert_eq!(loaded.facts, [Some(b"1".to_vec()), Some(b"\0\xff".to_vec()), None]);
    assert!(other.swap(&[change(About::Source, b"a", Some(b"1"), b"")], MINUTE, None).await.expect("asked"));
    assert_eq!(one.load(&places[..1]).await.expect("asked").facts, [Some(Vec::new())]);
    let short = Duration::from_millis(400);
    assert!(one.swap(&[change(About::Site, b"", None, b"1")], short, None).await.expect("asked"));
    home.time.pass(short * 2).await;
    let later = other.load(&[place(About::Site, b"")]).await.expect("asked");
    assert_eq!(later.facts, [None], "its time is over");
    assert!(later.now >= loaded.now + short * 2, "time is the home's own");
}

pub(super) async fn of_many_at_once_one_changes_it(home: Fresh) {
    let swaps = (0..50_u8).map(|n| {
        let facts = home.nodes[usize::from(n % 2)].facts.clone();
        async move { facts.swap(&[change(About::Site, b"", None, &[n])], MINUTE, None).await.expect("asked") }
    });
    assert_eq!(at_once(swaps).await.into_iter().filter(|done| *done).count(), 1);
}

pub(super) async fn the_list_has_who_is_locked(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.facts);
    let listed = |n: u8, left| Some(Listed { name: [n; 16], left });
    for n in 0..3 {
        let made = [change(About::Name, &[n], None, b"1")];
        let left = if n == 2 { Duration::from_millis(400) } else { MINUTE };
        assert!(one.swap(&made, MINUTE, listed(n, Some(left))).await.expect("asked"));
    }
    home.time.pass(Duration::from_millis(800)).await;
    let mut names = other.listed().await.expect("asked");
    names.sort();
    assert_eq!(names.iter().map(|(name, _)| name[0]).collect::<Vec<_>>(), [0, 1]);
    assert!(names.iter().all(|(_, left)| *left <= MINUTE && *left > MINUTE / 2), "{names:?}");
    let again = [change(About::Name, &[0], Some(b"1"), b"2")];
    assert!(other.swap(&again, MINUTE, listed(0, None)).await.expect("asked"));
    assert_eq!(one.listed().await.expect("asked").len(), 1);
}
