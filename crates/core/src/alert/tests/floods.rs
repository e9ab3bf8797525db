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

/// Who fills the table makes nobody immune: whoever is counted with a network is named as soon as that is too much, by
/// the one who made it so, again and again.
#[test]
fn who_is_counted_by_network_is_named_all_the_same() {
    let mut post = Post::with(Settings { table: 100, ..settings() });
    for filler in 0..100 {
        for _ in 0..2 {
            post.see(Some(client(0x0a00_0000 + filler)), What::Hostile);
        }
    }
    let mut named = Vec::new();
    for host in 0..30 {
        let alerts = post.see(Some(client(0xc000_0200 + host)), What::Hostile);
        named.extend(alerts.into_iter().filter(|alert| alert.severity == Critical));
    }
    assert!(named.iter().all(|alert| alert.subject == Subject::Named("network 192.0.0.0/16".to_owned())));
    let by: Vec<_> = named.iter().map(|alert| alert.client).collect();
    assert_eq!(by, (19..30).map(|host| Some(client(0xc000_0200 + host))).collect::<Vec<_>>());
    assert!(
        post.see(Some(client(0xc633_6401)), What::Hostile).is_empty(),
        "another network is none of theirs"
    );
}

/// What pages of others have visitors send is counted apart.
#[test]
fn what_a_visitor_was_lured_into_says_nothing_of_them() {
    let mut post = Post::new();
    for _ in 0..19 {
        post.see(Some(client(7)), What::Hostile);
        post.see(Some(client(8)), What::Lured);
    }
    assert_eq!(told(&post.see(Some(client(8)), What::Lured)), [("hostile.lured", Critical, Worse)]);
    assert!(post.see(Some(client(8)), What::Hostile).is_empty());
    assert_eq!(told(&post.see(Some(client(7)), What::Hostile)), [("hostile.by_client", Critical, Worse)]);
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

/// As many networks as somebody likes, each above its bar.
fn network(n: u32) -> Client {
    Client::from_ip(std::net::Ipv6Addr::from_bits(0x2001_0db8 << 96 | u128::from(n) << 80).into())
}

/// Where all are at work, newcomers share: with their network, and when those are too many, with all of their rule.
#[test]
fn alerts_of_made_up_networks_are_bounded_too() {
    let mut post = Post::with(Settings { table: 100_000, ..settings() });
    for n in 0..20_000 {
        for _ in 0..3 {
            post.see(Some(network(n)), What::Hostile);
        }
    }
    assert_eq!(post.watch.all().len(), 11_001);
    let several = Subject::Named("several".to_owned());
    let shared = post.watch.all().into_iter().find(|alert| alert.subject == several).expect("one for all");
    assert_eq!(shared.count, 3 + 8_999, "{}", shared.says);
}

/// Who was quiet for a while makes room for who comes, the least severe and the longest quiet first, and that is told.
#[test]
fn the_oldest_quiet_ones_make_room() {
    let mut post = Post::with(Settings { table: 100_000, ..settings() });
    for _ in 0..20 {
        post.see(Some(network(0)), What::Hostile);
    }
    for n in 1..10_000 {
        for _ in 0..3 {
            post.see(Some(network(n)), What::Hostile);
        }
    }
    post.wait(Duration::from_secs(301));
    post.see(Some(network(1)), What::Hostile);
    assert!(post.watch.made_room().is_empty());
    for n in 20_000..20_003 {
        let mut told = Vec::new();
        for _ in 0..3 {
            told.extend(post.see(Some(network(n)), What::Hostile));
        }
        assert_eq!(told[0].subject, Subject::Client(network(n)), "told apart");
    }
    let left: Vec<_> = post.watch.made_room().into_iter().map(|alert| (alert.subject, alert.turn)).collect();
    // Neither the one that is worse nor the one that was heard of a moment ago.
    assert_eq!(left, [2, 3, 4].map(|n| (Subject::Client(network(n)), Ended)));
    assert_eq!(post.watch.all().len(), 10_000);
    assert!(post.watch.made_room().is_empty(), "told once");
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
