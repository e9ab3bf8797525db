//! Several nodes whose counts are added up.

use super::*;
use crate::alert::{Part, Severity::*, Sum, Turn::*};

/// A node among others.
fn node() -> Post {
    let mut post = Post::new();
    post.watch.join();
    post
}

impl Post {
    fn parts(&mut self) -> Vec<Part> {
        self.watch.parts(1000, self.now())
    }

    /// Hears what its parts came to.
    fn hears(&mut self, parts: Vec<Part>, count: u64, ours: bool) -> Vec<Alert> {
        let heard: Vec<_> = parts.into_iter().map(|part| (part, Sum { count, ours })).collect();
        self.watch.heard(&heard, self.now(), &self.chance)
    }
}

/// What is told: rule, severity, of how many.
fn told_of(parts: &[Part]) -> Vec<(&'static str, Severity, u64)> {
    parts.iter().map(|part| (part.rule.word(), part.severity, part.more)).collect()
}

#[test]
fn who_is_alone_tells_nobody() {
    let mut post = Post::new();
    post.guess(1);
    assert_eq!(post.parts(), []);
}

#[test]
fn what_is_counted_is_told_once_for_each_bar() {
    let mut post = node();
    post.guess(1);
    post.guess(1);
    let bars = [("logins.failed_by_client", Warning, 2), ("logins.failed_by_client", Critical, 2)];
    assert_eq!(told_of(&post.parts()), bars);
    assert_eq!(post.parts(), []);
    post.guess(1);
    let parts = post.parts();
    assert_eq!(told_of(&parts).iter().map(|told| told.2).collect::<Vec<_>>(), [1, 1]);
    post.watch.unheard(parts.clone());
    assert_eq!(post.parts(), parts, "what could not be told is told later");
}

/// A flood of made-up clients, each of them below a sixteenth of the bar, is told to nobody.
#[test]
fn little_is_not_told() {
    let mut post = node();
    for host in 0..1000 {
        for _ in 0..5 {
            post.see(Some(client(host)), What::Limited);
        }
    }
    assert_eq!(post.parts(), []);
    post.see(Some(client(7)), What::Limited);
    assert_eq!(told_of(&post.parts()), [("rate.refused_by_client", Critical, 1)]);
}

#[test]
fn a_sum_is_raised_by_who_speaks_of_it_and_lasts_while_it_is_near() {
    let mut post = node();
    post.guess(1);
    let parts: Vec<_> = post.parts().into_iter().filter(|part| part.severity == Warning).collect();
    assert!(post.hears(parts.clone(), 9, false).is_empty());
    assert!(post.hears(parts.clone(), 10, false).is_empty(), "another node says so");
    let raised = post.hears(parts.clone(), 12, true);
    assert_eq!(told(&raised), [("logins.failed_by_client", Warning, Began)]);
    assert_eq!((raised[0].count, &raised[0].subject), (12, &Subject::Client(client(1))));
    assert!(post.hears(parts, 13, true).is_empty(), "it is told once");
    // By its own count alone it would be over at once.
    assert!(post.watches(&Vitals::default(), 20).is_empty());
    let asked = post.parts();
    assert_eq!(told_of(&asked), [("logins.failed_by_client", Warning, 0)], "the sum is asked for");
    assert!(post.hears(asked.clone(), 12, true).is_empty(), "to ask raises nothing");
    post.hears(asked, 4, false);
    assert_eq!(told(&post.watches(&Vitals::default(), 1)), [("logins.failed_by_client", Warning, Ended)]);
}

#[test]
fn a_sum_that_nobody_hears_of_any_more_is_over_with_its_window() {
    let mut post = node();
    post.guess(1);
    let parts: Vec<_> = post.parts().into_iter().filter(|part| part.severity == Warning).collect();
    assert_eq!(post.hears(parts, 12, true).len(), 1);
    post.wait(HOUR - Duration::from_secs(2));
    assert!(post.watches(&Vitals::default(), 1).is_empty());
    assert_eq!(told(&post.watches(&Vitals::default(), 1)), [("logins.failed_by_client", Warning, Ended)]);
}

#[test]
fn a_critical_sum_names_who_made_it_so() {
    let mut post = node();
    post.see(Some(client(7)), What::Hostile);
    let raised = {
        let parts = post.parts();
        post.hears(parts, 20, true)
    };
    assert_eq!(
        told(&raised),
        [("hostile.by_client", Warning, Began), ("hostile.by_client", Critical, Worse)]
    );
    assert_eq!(raised[1].client, Some(client(7)), "whoever acts on it knows whom to shut out");
}

fn vitals(all: u64, failed: u64) -> Vitals {
    Vitals { requests: Totals { all, failed }, ..Vitals::default() }
}

#[test]
fn a_share_is_one_of_all_nodes() {
    let mut post = node();
    post.watches(&vitals(1000, 500), 1);
    assert_eq!(post.parts(), [], "what was before it began is nobody's");
    post.watches(&vitals(1020, 503), 1);
    let parts = post.parts();
    assert_eq!(told_of(&parts), [("server.errors", Critical, 20), ("server.errors", Critical, 3)]);
    let heard = |all, failed| {
        let sums = [Sum { count: all, ours: false }, Sum { count: failed, ours: true }];
        parts.iter().cloned().zip(sums).collect::<Vec<_>>()
    };
    let (now, chance) = (post.now(), SeededChance::new(1));
    assert!(post.watch.heard(&heard(49, 49), now, &chance).is_empty(), "too few to say anything");
    assert!(post.watch.heard(&heard(60, 6), now, &chance).is_empty());
    let raised = post.watch.heard(&heard(60, 12), now, &chance);
    assert_eq!(told(&raised), [("server.errors", Critical, Began)]);
    assert_eq!((raised[0].count, &raised[0].subject), (20, &Subject::Server));
    assert!(post.watches(&vitals(1020, 503), 1).is_empty(), "its own few say nothing");
    let now = post.now();
    post.watch.heard(&heard(100, 4), now, &chance);
    assert_eq!(told(&post.watches(&vitals(1020, 503), 1)), [("server.errors", Critical, Ended)]);
}

/// However much is made up, what waits to be told is bounded.
#[test]
fn what_waits_is_bounded() {
    let mut post = Post::with(Settings { table: 100_000, ..settings() });
    post.watch.join();
    for host in 0..50_000 {
        post.guess(host);
    }
    let mut waiting = 0;
    loop {
        let parts = post.watch.parts(64, post.now());
        assert!(parts.len() <= 64);
        if parts.is_empty() {
            break;
        }
        waiting += parts.len();
    }
    assert_eq!(waiting, 16_384);
}
