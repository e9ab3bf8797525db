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
    post.guess(1);
    assert_eq!(post.parts(), []);
}

#[test]
fn what_is_counted_is_told_once_for_each_bar() {
    let mut post = node();
    post.guess(1);
    assert_eq!(post.parts(), [], "once is nothing yet");
    post.guess(1);
    let bars = [("logins.failed_by_client", Warning, 2), ("logins.failed_by_client", Critical, 2)];
    assert_eq!(told_of(&post.parts()), bars);
    assert_eq!(post.parts(), []);
    post.guess(1);
    let parts = post.parts();
    assert_eq!(told_of(&parts).iter().map(|told| told.2).collect::<Vec<_>>(), [1, 1]);
    post.watch.unheard(parts);
    let asks = [("logins.failed_by_client", Warning, 0), ("logins.failed_by_client", Critical, 0)];
    assert_eq!(told_of(&post.parts()), asks, "what was perhaps heard is not told again, and asked for");
}

/// What has left the window when a count is noticed again is not told a second time, nor at all.
#[test]
fn what_was_told_is_not_told_again() {
    let mut post = node();
    let minute = Duration::from_secs(60);
    for (wait, told) in [(0, 0), (9, 2), (2, 1), (9, 1), (11, 0), (1, 2)] {
        post.wait(minute * wait);
        post.see(Some(client(7)), What::Hostile);
        let parts = post.parts();
        let more = parts.iter().find(|part| part.severity == Warning).map_or(0, |part| part.more);
        assert_eq!(more, told, "after {wait} minutes");
    }
}

#[test]
fn a_rule_that_is_off_tells_nothing() {
    let off = [Rule::GuessesByClient, Rule::ServerErrors].into();
    let mut post = Post::with(Settings { off, ..settings() });
    post.watch.join();
    post.guess(1);
    post.guess(1);
    post.watches(&vitals(0, 0), 1);
    post.watches(&vitals(100, 100), 1);
    assert_eq!(post.parts(), []);
}

/// A flood of made-up clients, each of them below a sixteenth of the bar, is told to nobody; then all of it is.
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
    assert_eq!(told_of(&post.parts()), [("rate.refused_by_client", Critical, 6)]);
}

#[test]
fn a_sum_is_raised_by_who_speaks_of_it_and_lasts_while_it_is_near() {
    let mut post = node();
    post.guess(1);
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
    post.guess(1);
    let parts: Vec<_> = post.parts().into_iter().filter(|part| part.severity == Warning).collect();
    assert_eq!(post.hears(parts, 12, true).len(), 1);
    post.wait(Duration::from_secs(3598));
    assert!(post.watches(&Vitals::default(), 1).is_empty());
    assert_eq!(told(&post.watches(&Vitals::default(), 1)), [("logins.failed_by_client", Warning, Ended)]);
}

#[test]
fn a_critical_sum_names_who_made_it_so() {
    let mut post = node();
    post.see(Some(client(7)), What::Hostile);
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

/// A warning is told by one node. Who is to be shut out is shut out by each that meets them.
#[test]
fn who_is_to_be_shut_out_is_so_at_each_node() {
    let mut post = node();
    post.see(Some(client(7)), What::Hostile);
    post.see(Some(client(7)), What::Hostile);
    let raised = {
        let parts = post.parts();
        post.hears(parts, 20, false)
    };
    assert_eq!(told(&raised), [("hostile.by_client", Critical, Began)]);
}

/// The answer may be lost: what a sum is, and that it is for this node to say so, is then asked for.
#[test]
fn a_sum_is_raised_although_its_answer_was_lost() {
    let mut post = node();
    post.guess(1);
    post.guess(1);
    let parts = post.parts();
    post.watch.unheard(parts);
    let asks: Vec<_> = post.parts().into_iter().filter(|part| part.severity == Warning).collect();
    let raised = post.hears(asks, 10, true);
    assert_eq!(told(&raised), [("logins.failed_by_client", Warning, Began)]);
    assert_eq!(raised[0].client, Some(client(1)));
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

/// However many sums last that are asked for: what was counted goes first, and as much as there is.
#[test]
fn asks_do_not_keep_what_was_counted() {
    let mut post = Post::with(Settings { table: 100_000, ..settings() });
    post.watch.join();
    for host in 0..6000 {
        post.guess(host);
        post.guess(host);
    }
    let parts: Vec<_> =
        post.watch.parts(20_000, post.now()).into_iter().filter(|part| part.severity == Warning).collect();
    post.hears(parts, 10, true);
    for _ in 0..10 {
        post.wait(Duration::from_secs(60));
        assert!(post.watch.parts(64, post.now()).iter().all(|part| part.more == 0));
        post.guess(99_999);
        post.guess(99_999);
        let parts = post.watch.parts(64, post.now());
        assert_eq!((parts.len(), parts[0].more), (64, 2));
    }
}

/// Both sums of a share are heard at once.
#[test]
fn a_share_is_not_cut_in_two() {
    for clients in 0..40 {
        let mut post = node();
        post.watches(&vitals(0, 0), 1);
        for host in 0..clients {
            post.guess(host);
            post.guess(host);
        }
        post.watches(&vitals(100, 100), 1);
        let mut told = Vec::new();
        loop {
            let parts = post.watch.parts(7, post.now());
            if parts.is_empty() {
                break;
            }
            assert!(parts.len() <= 7);
            let shares = parts.iter().filter(|part| part.rule == Rule::ServerErrors).count();
            assert!(shares == 0 || shares == 2, "{shares}");
            told.extend(parts);
        }
        assert_eq!(told.len(), 2 + 2 * clients as usize);
    }
}
