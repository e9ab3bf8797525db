//! The pages of strangers.

use std::{collections::HashMap, hash::RandomState, net::Ipv4Addr};

use proptest::prelude::*;

use super::{super::*, TODAY};
use crate::client::Client;

const TOMORROW: Day = Day(TODAY.0 + 1);

fn client(n: u32) -> Client {
    Client::V4(Ipv4Addr::from_bits(n))
}

fn of(limit: u64, most: usize) -> Strangers<RandomState> {
    Strangers::new(limit, most, RandomState::new())
}

#[test]
fn the_last_byte_is_given_and_no_more() {
    let mut book = Book::new(TODAY);
    let first = book.reserve(TODAY, 100, 60).expect("room");
    assert_eq!(book.reserve(TODAY, 100, 41), Err(Exceeded { left: 40 }));
    let second = book.reserve(TODAY, 100, 40).expect("the last");
    book.settle(first, 10);
    assert_eq!(book.left(TODAY, 100), 50, "what was not sent is there again");
    book.settle(second, 40);
    assert_eq!(book.left(TODAY, 100), 50);
    assert_eq!(book.left(TOMORROW, 100), 100);
}

#[test]
fn a_promise_from_before_midnight_is_no_matter_of_the_new_day() {
    let mut book = Book::new(TODAY);
    let late = book.reserve(TODAY, 100, 60).expect("room");
    book.reserve(TOMORROW, 100, 70).expect("a fresh page");
    book.settle(late, 60);
    assert_eq!(book.left(TOMORROW, 100), 30);
}

#[test]
fn who_asks_for_nothing_takes_no_page() {
    let mut pages = of(100, 1);
    for n in 1..=3 {
        let (whose, nothing) = pages.reserve(client(n), TODAY, 0).expect("nothing is asked for");
        assert_eq!(whose, Whose::Client(client(n)), "the one before left room");
        pages.settle(whose, nothing, 0);
    }
    let (whose, hung_up) = pages.reserve(client(4), TODAY, 50).expect("room");
    pages.settle(whose, hung_up, 0);
    pages.reserve(client(5), TODAY, 90).expect("its network's");
    assert_eq!(pages.left(client(5), TODAY), 10, "nobody gets a second day on a page that was given back");
}

#[test]
fn a_full_table_shares_by_network_and_then_by_nothing() {
    let mut pages = of(100, 2);
    for n in [1, 2] {
        assert_eq!(pages.reserve(client(n), TODAY, 90).expect("room").0, Whose::Client(client(n)));
    }
    let (whose, _) = pages.reserve(client(3), TODAY, 90).expect("its network is fresh");
    assert_eq!(whose, Whose::Network(client(3).network()));
    assert_eq!(pages.reserve(client(4), TODAY, 11), Err(Exceeded { left: 10 }), "of the same network");
    assert!(pages.reserve(client(1), TODAY, 10).is_ok(), "who has a page keeps it");
    assert!(pages.counts_apart(client(1)) && !pages.counts_apart(client(4)));
    pages.reserve(client(1 << 16), TODAY, 1).expect("another network");
    assert_eq!(pages.reserve(client(2 << 16), TODAY, 100).expect("one for the rest").0, Whose::Rest);
    assert_eq!(pages.reserve(client(3 << 16), TODAY, 1), Err(Exceeded { left: 0 }));
    assert_eq!((pages.left(client(4), TODAY), pages.left(client(5 << 16), TODAY)), (10, 0));
    assert_eq!(pages.reserve(client(4), TOMORROW, 100).expect("fresh").0, Whose::Client(client(4)));
}

#[test]
fn what_can_never_be_had_takes_no_page() {
    let mut pages = of(100, 1);
    assert_eq!(pages.reserve(client(1), TODAY, 101), Err(Exceeded { left: 100 }));
    assert_eq!(pages.reserve(client(2), TODAY, 1).expect("room").0, Whose::Client(client(2)));
}

proptest! {
    /// Whoever asks for what in which order: what was sent is at most the limit, for each page and day, and what is
    /// left is what the sums say.
    #[test]
    fn nobody_gets_more_than_a_day(asks in prop::collection::vec((0_u32..6, 0_i64..3, 0_u64..70, 0_u64..90), 1..80)) {
        let mut pages = of(100, 3);
        let (mut sent, mut open) = (HashMap::<Whose, u64>::new(), Vec::new());
        let mut day = 0;
        for (n, ahead, bytes, part) in asks {
            if ahead == 2 {
                day += 1;
                sent.clear();
            }
            let today = Day(day);
            if let Ok((whose, reservation)) = pages.reserve(client(n << 16), today, bytes) {
                open.push((whose, reservation, part.min(bytes)));
            }
            if part % 2 == 0 && let Some((whose, reservation, part)) = open.pop() {
                pages.settle(whose, reservation, part);
                // Who asks for nothing has no page for it, and may share one later.
                if reservation.day == today && reservation.bytes > 0 {
                    *sent.entry(whose).or_default() += part;
                }
            }
            let promised = |whose| -> u64 {
                open.iter().filter(|(own, made, _)| *own == whose && made.day == today).map(|(_, made, _)| made.bytes).sum()
            };
            for (whose, sent) in &sent {
                prop_assert!(sent + promised(*whose) <= 100);
                if let Whose::Client(client) = whose {
                    prop_assert_eq!(pages.left(*client, today), 100 - sent - promised(*whose));
                }
            }
        }
    }
}
