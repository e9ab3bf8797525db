//! Counts within windows.

use super::*;
use crate::alert::{Severity::*, Turn::*};

#[test]
fn ten_guesses_warn_and_twenty_one_are_critical() {
    let mut post = Post::new();
    let mut all = Vec::new();
    for n in 1..=30 {
        let alerts = post.guess(7);
        assert_eq!(alerts.len(), usize::from(n == 10 || n == 21), "{n}");
        all.extend(alerts);
        post.wait(Duration::from_secs(60));
    }
    let rule = "logins.failed_by_client";
    assert_eq!(told(&all), [(rule, Warning, Began), (rule, Critical, Worse)]);
    assert_eq!(all[0].id, all[1].id, "it is one alert");
    assert_eq!(all[0].subject, Subject::Client(client(7)));
    assert_eq!((all[1].count, all[1].bound.map(|bound| bound.limit)), (21, Some(21)));
    assert_eq!(
        all[0].says,
        "Many sign-ins of one client fail, or are refused unlooked-at: client 0.0.0.7, 10 where 10 in 1h is the bar."
    );
    assert_eq!(post.watch.all()[0].count, 30, "what came later is counted, and not told");
}

/// Nine, and a tenth when the first is just out of the window: for ever.
#[test]
fn a_slow_guesser_stays_below_every_bar() {
    let mut post = Post::new();
    for _ in 0..1000 {
        assert!(post.guess(7).is_empty());
        post.wait(HOUR / 9);
    }
}

/// No bucket: ten within an hour are found wherever the hour begins.
#[test]
fn a_window_is_found_across_every_boundary() {
    for start in 0..120 {
        let mut post = Post::new();
        post.wait(Duration::from_secs(start * 60));
        let mut alerts = Vec::new();
        for _ in 0..10 {
            alerts.extend(post.guess(7));
            post.wait(Duration::from_secs(399));
        }
        assert_eq!(told(&alerts), [("logins.failed_by_client", Warning, Began)], "{start}");
    }
}

#[test]
fn it_ends_below_half_and_may_begin_anew() {
    let mut post = Post::new();
    for _ in 0..10 {
        post.guess(7);
        post.wait(Duration::from_secs(60));
    }
    // After the window only the newest five count, then four.
    post.wait(HOUR.checked_sub(Duration::from_secs(301)).unwrap());
    assert!(post.look(&Vitals::default()).is_empty());
    post.wait(Duration::from_secs(2));
    let over = post.look(&Vitals::default());
    assert_eq!(told(&over), [("logins.failed_by_client", Warning, Ended)]);
    let alerts: Vec<_> = (0..10).flat_map(|_| post.guess(7)).collect();
    assert_eq!(told(&alerts), [("logins.failed_by_client", Warning, Began)]);
    assert_ne!(alerts[0].id, over[0].id);
}

#[test]
fn an_account_is_counted_over_all_clients() {
    let mut post = Post::new();
    let aimed = Some(Subject::Account(account(1)));
    let mut alerts = Vec::new();
    for host in 0..10 {
        alerts.extend(post.see(Some(client(host)), What::Guess { aimed: aimed.clone(), limited: false }));
    }
    assert_eq!(told(&alerts), [("logins.failed_by_account", Warning, Began)]);
    assert_eq!(alerts[0].subject, Subject::Account(account(1)));
}

#[test]
fn a_hundred_refusals_are_none_and_one_more_is() {
    let mut post = Post::new();
    for _ in 0..100 {
        assert!(post.see(Some(client(7)), What::Limited).is_empty());
    }
    assert!(post.see(Some(client(8)), What::Limited).is_empty(), "another client");
    let alerts = post.see(Some(client(7)), What::Limited);
    assert_eq!(told(&alerts), [("rate.refused_by_client", Critical, Began)]);
}

#[test]
fn a_refusal_at_the_sign_in_counts_as_both() {
    let mut post = Post::new();
    let alerts: Vec<_> = (0..101)
        .flat_map(|_| post.see(Some(client(7)), What::Guess { aimed: None, limited: true }))
        .collect();
    let rules: Vec<_> = alerts.iter().map(|alert| alert.rule).collect();
    assert_eq!(rules, ["logins.failed_by_client", "logins.failed_by_client", "rate.refused_by_client"]);
}

#[test]
fn three_hostile_inputs_warn_and_twenty_are_critical() {
    let mut post = Post::new();
    let alerts: Vec<_> = (0..20).flat_map(|_| post.see(Some(client(7)), What::Hostile)).collect();
    assert_eq!(
        told(&alerts),
        [("hostile.by_client", Warning, Began), ("hostile.by_client", Critical, Worse)]
    );
    assert_eq!((alerts[0].count, alerts[1].count), (3, 20));
    let mut slow = Post::new();
    for _ in 0..100 {
        assert!(slow.see(Some(client(7)), What::Hostile).is_empty());
        slow.wait(Duration::from_secs(300));
    }
}

#[test]
fn what_observe_let_pass_is_told_as_such() {
    let mut post = Post::new();
    let seen = Seen { client: Some(client(7)), request: None, enforced: false, what: What::Hostile };
    let alerts: Vec<_> =
        (0..20).flat_map(|_| post.watch.see(&seen, post.now(), &SeededChance::new(1))).collect();
    assert!(alerts.iter().all(|alert| !alert.enforced), "nobody is blocked for it");
    assert_eq!(alerts.len(), 2);
}

#[test]
fn fifty_megabytes_in_an_hour_by_an_account_and_a_hundred_by_a_client() {
    let mut post = Post::new();
    let mut take = |n: u128, bytes: u64| {
        let what = What::Bytes { account: Some(account(n)), bytes };
        let alerts = post.see(Some(client(7)), what);
        post.wait(Duration::from_secs(10));
        told(&alerts)
    };
    assert!(take(1, 50_000_000).is_empty());
    assert_eq!(take(1, 1), [("bytes.by_account", Warning, Began)]);
    assert!(take(2, 49_999_999).is_empty());
    assert_eq!(take(3, 1), [("bytes.by_client", Warning, Began)], "over all its accounts");
}

#[test]
fn bytes_of_more_than_an_hour_are_none() {
    let mut post = Post::new();
    for _ in 0..1000 {
        let what = What::Bytes { account: Some(account(1)), bytes: 490_000 };
        assert!(post.see(Some(client(7)), what).is_empty());
        post.wait(HOUR / 100);
    }
}

#[test]
fn a_clock_that_is_set_back_opens_no_window() {
    let mut post = Post::new();
    let mut alerts = Vec::new();
    for n in 0..10 {
        post.set = HOUR * 24 * n;
        alerts.extend(post.guess(7));
        post.wait(Duration::from_secs(1));
    }
    assert_eq!(told(&alerts), [("logins.failed_by_client", Warning, Began)]);
}

#[test]
fn a_rule_that_is_off_says_nothing() {
    let off = BTreeSet::from([Rule::HostileByClient]);
    let mut post = Post::with(Settings { off, ..settings() });
    for _ in 0..50 {
        assert!(post.see(Some(client(7)), What::Hostile).is_empty());
    }
    assert_eq!(post.see(None, What::Fact(Rule::LogBroken, Subject::Server)).len(), 1);
}
