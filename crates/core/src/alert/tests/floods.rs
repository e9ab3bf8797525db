//! Clients that are made up, and clients that stay just below.

use super::*;
use crate::alert::{Severity::*, Turn::*};

#[test]
fn a_thousand_clients_just_below_are_no_alert_and_one_more_try_each_is() {
    let mut post = Post::new();
    for _ in 0..9 {
        for host in 0..1000 {
            assert!(post.guess(host).is_empty());
        }
        post.wait(Duration::from_secs(60));
    }
    let alerts: Vec<_> = (0..1000).flat_map(|host| post.guess(host)).collect();
    assert_eq!(alerts.len(), 1000);
}

/// One that is near its bound keeps its count, however many addresses are made up in between.
#[test]
fn a_flood_of_addresses_frees_nobody_who_is_near() {
    let mut post = Post::with(Settings { table: 1000, ..settings() });
    for _ in 0..9 {
        post.guess(7);
    }
    for host in 1000..60_000 {
        post.guess(host);
    }
    assert!(post.watch.tables().iter().all(|len| *len <= 1000));
    assert_eq!(told(&post.guess(7)), [("logins.failed_by_client", Warning, Began)]);
}

/// Nor does a flood that brings each address half-way: then newcomers are counted by their network.
#[test]
fn a_heavier_flood_is_counted_by_network() {
    let mut post = Post::with(Settings { table: 100, ..settings() });
    for _ in 0..9 {
        post.guess(7);
    }
    let mut alerts = Vec::new();
    for host in 0x0a00_0000..0x0a00_0000 + 500 {
        for _ in 0..5 {
            alerts.extend(post.guess(host));
        }
    }
    assert_eq!(told(&alerts)[0], ("logins.failed_by_client", Warning, Began));
    assert_eq!(alerts[0].subject, Subject::Named("network 10.0.0.0/16".to_owned()));
    assert_eq!(told(&post.guess(7)), [("logins.failed_by_client", Warning, Began)]);
    assert!(post.watch.tables().iter().all(|len| *len <= 100));
}

#[test]
fn what_no_longer_counts_makes_room() {
    let mut post = Post::with(Settings { table: 100, ..settings() });
    for host in 0..100 {
        for _ in 0..9 {
            post.guess(host);
        }
    }
    post.wait(HOUR);
    let alerts: Vec<_> = (0..10).flat_map(|_| post.guess(5000)).collect();
    assert_eq!(alerts[0].subject, Subject::Client(client(5000)));
    for _ in 0..10 {
        post.look(&Vitals::default());
    }
    post.wait(HOUR);
    post.look(&Vitals::default());
    assert_eq!(post.watch.tables()[0], 0, "and goes by itself");
}

/// An alert for each would be a flood of its own.
#[test]
fn alerts_are_bounded() {
    let mut post = Post::with(Settings { table: 100_000, ..settings() });
    let mut told = 0;
    for host in 0..20_000 {
        for _ in 0..3 {
            told += post.see(Some(client(host)), What::Hostile).len();
        }
    }
    assert!(told <= 10_010, "{told}");
    assert!(post.watch.all().len() <= 10_010);
}
