//! Windows, as core's own table has them.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use aspis_core::{
    client::Client,
    scenario::denial_of_service::windows::{Ask, Standing, Subject, Verdict},
};
use uuid::Uuid;

use super::{super::Budgets, Fresh};
use crate::contract::at_once;

fn client(n: u32) -> Subject {
    Subject::Client(Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n))))
}

fn ask(subject: Subject, rate: &str) -> Ask {
    Ask { class: 1, subject, rate: rate.parse().expect("a rate") }
}

async fn judged(home: &dyn Budgets, asks: &[Ask]) -> Result<Standing, Standing> {
    match home.admit(asks).await.expect("judged") {
        Verdict::Admitted(standing) => Ok(standing),
        Verdict::Refused(standing) => Err(standing),
    }
}

/// How many of so many tries are let in.
async fn passed(home: &dyn Budgets, asks: &[Ask], tries: usize) -> usize {
    let mut passed = 0;
    for _ in 0..tries {
        passed += usize::from(judged(home, asks).await.is_ok());
    }
    passed
}

pub(super) async fn an_idle_client_may_send_five_at_once_and_then_waits(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.budgets);
    for left in (0..5).rev() {
        let standing = judged(&**one, &[ask(client(1), "5/minute")]).await.expect("let in");
        assert_eq!(standing.remaining, left);
        assert!(standing.reset <= Duration::from_millis(63_750), "{standing:?}");
    }
    for node in [one, other] {
        let standing = judged(&**node, &[ask(client(1), "5/minute")]).await.expect_err("refused");
        assert_eq!((standing.remaining, standing.rate.limit), (0, 5));
        assert!(standing.reset <= Duration::from_millis(63_750), "{standing:?}");
        assert!(standing.reset > Duration::from_secs(30), "{standing:?}");
    }
    judged(&**other, &[ask(client(2), "5/minute")]).await.expect("another client is free");
}

pub(super) async fn a_refused_request_counts_in_no_window(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.budgets);
    let own = Subject::Principal(Uuid::from_u128(1));
    for n in 0..3 {
        judged(&**one, &[ask(client(n), "5/hour"), ask(own, "3/hour")]).await.expect("let in");
    }
    assert_eq!(passed(&**other, &[ask(client(9), "5/hour"), ask(own, "3/hour")], 20).await, 0);
    let tightest =
        judged(&**one, &[ask(client(8), "5/hour"), ask(own, "3/hour")]).await.expect_err("refused");
    assert_eq!(tightest.rate.limit, 3);
    assert_eq!(passed(&**other, &[ask(client(9), "5/hour")], 9).await, 5, "the refusals were not counted");
}

pub(super) async fn the_same_window_twice_is_two_counts(home: Fresh) {
    let one = &home.nodes[0].budgets;
    let twice = [ask(client(1), "5/hour"); 2];
    judged(&**one, &twice).await.expect("let in");
    assert_eq!(judged(&**one, &twice[..1]).await.expect("let in").remaining, 2);
    judged(&**one, &twice).await.expect("two are left");
    judged(&**one, &twice[..1]).await.expect_err("none is left");
}

pub(super) async fn subjects_classes_and_units_are_told_apart(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.budgets);
    let v6 =
        |prefix: u128| Subject::Client(Client::from_ip(IpAddr::V6(Ipv6Addr::from_bits(prefix << 64 | 7))));
    let network = client(5 << 16);
    let Subject::Client(of_network) = network else { panic!("a client") };
    let subjects = [
        client(1),
        client(5 << 16),
        v6(1),
        v6(2),
        Subject::Principal(Uuid::from_u128(1)),
        Subject::Principal(Uuid::from_u128(2)),
        Subject::Network(of_network.network()),
        Subject::Everybody,
    ];
    for class in [0, 31] {
        for rate in ["1/minute", "1/hour", "1/day"] {
            for subject in subjects {
                let ask = Ask { class, ..ask(subject, rate) };
                judged(&**one, &[ask]).await.expect("a window of its own");
                judged(&**other, &[ask]).await.expect_err("and only one");
            }
        }
    }
}

pub(super) async fn a_window_ends_when_its_wait_says(home: Fresh) {
    let [one, other] = home.nodes.each_ref().map(|node| &node.budgets);
    let second = [ask(client(1), "3/second")];
    for _ in 0..3 {
        assert!(passed(&**one, &second, 9).await <= 3);
        let Err(standing) = judged(&**one, &second).await else { continue };
        assert!(
            !standing.reset.is_zero() && standing.reset <= Duration::from_micros(1_062_500),
            "{standing:?}"
        );
        home.time.pass(standing.reset + Duration::from_millis(1)).await;
        judged(&**other, &second).await.expect("the wait is honest");
    }
    home.time.pass(Duration::from_millis(1_070)).await;
    assert!(passed(&**other, &second, 9).await >= 3, "an idle window is free");
}

pub(super) async fn two_hundred_at_once_admit_exactly_the_limit(home: Fresh) {
    let both = [ask(client(1), "30/hour"), ask(Subject::Principal(Uuid::nil()), "20/hour")];
    let tries = (0..200).map(|n| {
        let node = home.nodes[n % 2].budgets.clone();
        async move { judged(&*node, &both).await.is_ok() }
    });
    assert_eq!(at_once(tries).await.into_iter().filter(|passed| *passed).count(), 20);
}
