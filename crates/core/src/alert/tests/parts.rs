//! States, shares, uses and facts.

use super::*;
use crate::alert::{Severity::*, Turn::*};

fn totals(all: u64, failed: u64) -> Vitals {
    Vitals { requests: Totals { all, failed }, ..Vitals::default() }
}

#[test]
fn more_than_a_tenth_of_fifty_requests_is_critical() {
    let mut post = Post::new();
    assert!(post.look(&totals(0, 0)).is_empty());
    assert!(post.watches(&totals(49, 49), 1).is_empty(), "too few to say anything");
    assert!(post.watches(&totals(500, 50), 1).is_empty(), "a tenth is not more than a tenth");
    let alerts = post.watches(&totals(500, 51), 1);
    assert_eq!(told(&alerts), [("server.errors", Critical, Began)]);
    assert_eq!((alerts[0].count, alerts[0].bound.map(|bound| bound.limit)), (10, Some(10)));
    let says = "Too many requests end in an error of the server, 10 per cent where 10 are the bar.";
    assert_eq!(alerts[0].says, says, "whose they are need not be said twice");
    assert!(post.watches(&totals(600, 51), 1).is_empty(), "below its bar, and above half of it");
    assert_eq!(told(&post.watches(&totals(2000, 51), 1)), [("server.errors", Critical, Ended)]);
}

#[test]
fn errors_of_long_ago_are_none() {
    let mut post = Post::new();
    post.look(&totals(1000, 1000));
    assert!(post.watches(&totals(1000, 1000), 400).is_empty());
    assert!(post.watches(&totals(1100, 1005), 400).is_empty());
}

#[test]
fn more_than_half_of_the_predictions() {
    let mut post = Post::new();
    let vitals = |all, failed| Vitals { predictions: Totals { all, failed }, ..Vitals::default() };
    post.look(&vitals(0, 0));
    assert!(post.watches(&vitals(60, 30), 1).is_empty());
    assert_eq!(told(&post.watches(&vitals(61, 31), 1)), [("predictions.failing", Warning, Began)]);
}

#[test]
fn a_database_that_is_away_for_five_seconds() {
    let mut post = Post::new();
    let vitals = |up| Vitals { backends: vec![("database", up), ("state", true)], ..Vitals::default() };
    assert!(post.watches(&vitals(true), 100).is_empty());
    assert!(post.watches(&vitals(false), 5).is_empty());
    let alerts = post.watches(&vitals(false), 1);
    assert_eq!(told(&alerts), [("backend.unreachable", Critical, Began)]);
    assert_eq!(alerts[0].subject, Subject::Named("database".to_owned()));
    assert!(post.watches(&vitals(true), 60).is_empty(), "what flaps is one alert");
    assert!(post.watches(&vitals(false), 20).is_empty());
    assert_eq!(told(&post.watches(&vitals(true), 61)), [("backend.unreachable", Critical, Ended)]);
}

#[test]
fn a_breaker_that_is_open_for_a_minute_and_a_queue_that_is_full_for_ten_seconds() {
    let mut post = Post::new();
    let breaker = Vitals { breakers: vec![("model", true)], ..Vitals::default() };
    assert!(post.watches(&breaker, 60).is_empty());
    assert_eq!(told(&post.watches(&breaker, 1)), [("breaker.open", Critical, Began)]);
    let mut post = Post::new();
    let queue = Vitals { queue_full: true, ..Vitals::default() };
    assert!(post.watches(&queue, 10).is_empty());
    assert_eq!(told(&post.watches(&queue, 1)), [("queue.full", Critical, Began)]);
    let mut post = Post::new();
    for _ in 0..20 {
        assert!(post.watches(&queue, 9).is_empty());
        assert!(post.watches(&Vitals::default(), 1).is_empty());
    }
}

#[test]
fn a_backup_that_is_older_than_a_day_and_an_hour() {
    let mut post = Post::new();
    post.wait(HOUR * 25);
    assert!(post.look(&Vitals::default()).is_empty());
    post.wait(Duration::from_secs(1));
    assert_eq!(told(&post.look(&Vitals::default())), [("backup.old", Warning, Began)]);
    post.see(None, What::BackupMade);
    assert_eq!(told(&post.look(&Vitals::default())), [("backup.old", Warning, Ended)]);
    post.wait(HOUR * 24);
    assert!(post.look(&Vitals::default()).is_empty());
}

/// A server that is started every morning is never up for a day.
#[test]
fn data_without_any_backup_is_as_old_as_the_data_is() {
    let mut post = Post::new();
    post.wait(HOUR);
    let without =
        |ago: Duration| Vitals { without_backup: Some(post.now().now.minus(ago)), ..Vitals::default() };
    let (young, old) = (without(HOUR * 24), without(HOUR * 26));
    assert!(post.look(&young).is_empty());
    assert_eq!(told(&post.look(&old)), [("backup.old", Warning, Began)]);
    post.see(None, What::BackupMade);
    assert_eq!(told(&post.look(&old)), [("backup.old", Warning, Ended)], "an event is quicker than a look");
}

#[test]
fn a_state_lasts_until_it_is_said_to_be_over() {
    for rule in [Rule::SiteAttack, Rule::UnderAttack] {
        let mut post = Post::new();
        let began = post.see(None, What::State(rule, Subject::Server, true));
        assert_eq!(told(&began), [(rule.word(), Critical, Began)]);
        assert!(post.watches(&Vitals::default(), 7000).is_empty(), "it lasts");
        let ended = post.see(None, What::State(rule, Subject::Server, false));
        assert_eq!(told(&ended), [(rule.word(), Critical, Ended)]);
    }
}

/// Every rule that a fact sets off: once, however often it comes, and over when it has been quiet.
#[test]
fn a_fact_is_told_once_and_is_over_after_an_hour() {
    for rule in [
        Rule::RefreshReplayed,
        Rule::HoneyKeyUsed,
        Rule::KeyLeaked,
        Rule::LeakedKeyUsed,
        Rule::LedgerBroken,
        Rule::LogBroken,
        Rule::LogUnwritable,
        Rule::KeyCalls,
        Rule::KeySuspended,
        Rule::LargeChange,
        Rule::BackupFailed,
        Rule::CertificateFailed,
        Rule::AuditFinding,
        Rule::Registered,
        Rule::KeyCreated,
        Rule::PasswordChanged,
    ] {
        let mut post = Post::new();
        let fact = || What::Fact(rule, Subject::Account(account(1)));
        assert_eq!(told(&post.see(None, fact())), [(rule.word(), rule.worst(), Began)]);
        for _ in 0..100 {
            let again = post.see(None, fact());
            assert!(again.iter().all(|alert| alert.turn == Again && rule.shuts_out()), "{rule:?}");
        }
        assert_eq!(post.watch.all()[0].count, 101);
        post.wait(HOUR.checked_sub(Duration::from_secs(1)).unwrap());
        assert!(post.look(&Vitals::default()).is_empty());
        post.wait(Duration::from_secs(1));
        assert_eq!(told(&post.look(&Vitals::default())), [(rule.word(), rule.worst(), Ended)]);
    }
}

#[test]
fn it_is_told_again_every_four_hours() {
    let mut post = Post::new();
    post.see(None, What::State(Rule::UnderAttack, Subject::Server, true));
    let told_again = post.watches(&Vitals::default(), 9 * 3600);
    assert_eq!(told(&told_again), [("server.under_attack", Critical, Reminder); 2]);
}

#[test]
fn ten_times_its_norm() {
    let mut post = Post::new();
    let mut busy = |today, days: &[u64]| {
        let busy = Busy { account: account(1), today, days: days.to_vec() };
        let now = post.now();
        told(&post.watch.busy(&[busy], now, &SeededChance::new(1)))
    };
    assert!(busy(1000, &[]).is_empty(), "nobody's norm is below a hundred");
    assert!(busy(2000, &[200; 28]).is_empty());
    assert_eq!(busy(2001, &[200; 28]), [("account.above_norm", Warning, Began)]);
    assert!(busy(4000, &[200; 28]).is_empty(), "told once");
    assert_eq!(busy(5, &[200; 28]), [("account.above_norm", Warning, Ended)], "a new day");
}

#[test]
fn what_lasted_before_a_restart_lasts_on() {
    let mut post = Post::new();
    let mut alerts: Vec<_> = (0..10).flat_map(|_| post.guess(7)).collect();
    let before = alerts.remove(0);
    let mut after = Post::new();
    after.watch.restore(Rule::GuessesByClient, before.clone(), after.uptime);
    assert!((0..9).all(|_| after.guess(7).is_empty()));
    after.wait(HOUR.checked_sub(Duration::from_secs(1)).unwrap());
    assert!(after.look(&Vitals::default()).is_empty(), "its count could still be in the window");
    after.wait(HOUR);
    let over = after.look(&Vitals::default());
    assert_eq!((over[0].id, over[0].turn, over[0].count), (before.id, Ended, 19));
}
