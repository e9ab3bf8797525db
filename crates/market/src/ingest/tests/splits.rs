//! Splits: two days, a second source or a person, and never a word alone.

use super::*;

/// The bars of a source from an hour on, each so much of the quiet price.
fn bars(from: i64, days: i64, share: f64) -> Vec<Bar> {
    (0..days).map(|day| bar(from + 24 * day, quiet(from + 24 * day) * share)).collect()
}

impl Home {
    async fn hears(&self, ratio: (u32, u32), bars: &[Bar], source: &str) -> bool {
        let last = bars.last().map_or(HISTORY, |bar| bar.start.seconds() / 3600);
        self.clock.set_wall(self.clock.now().max(hour(last + 2)));
        self.intake.split("BTC", bars[0].start, ratio, bars, source).await.expect("answered")
    }

    async fn split_review(&self) -> Review {
        let open = self.store.reviews.list(Some(true), None, 10).await.expect("read");
        open.into_iter().find(|review| review.why == "split_announced").expect("it waits")
    }
}

#[tokio::test]
async fn a_split_that_has_stood_for_two_days_is_an_adjustment_and_no_attack() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    assert!(home.hears((4, 1), &bars(1001, 2, 0.25), FIRST).await);
    assert!(!home.hears((4, 1), &bars(1001, 2, 0.25), FIRST).await, "once");
    assert!((home.price() - quiet(1000) / 4.0).abs() < 1e-6);
    assert!(is_accepted(&home.brings_one(FIRST, 1001, quiet(1001) / 4.0).await), "the watch knows");
    assert!((home.listed().closes[3] - 4.0_f64.recip() * quiet(95)).abs() < 1e-6);
    assert_eq!(home.words(), ["split_applied"]);
    let home = home.restarted().await;
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002) / 4.0).await));
}

#[tokio::test]
async fn a_forged_split_and_one_row_give_nobody_shares() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let mut forged = bars(1001, 4, 1.0);
    forged[0] = bar(1001, quiet(1001) / 4.0);
    assert!(!home.hears((4, 1), &forged, FIRST).await);
    assert!(!is_accepted(&home.brings_one(FIRST, 1001, quiet(1001) / 4.0).await));
    for n in 1..4 {
        assert!(is_accepted(&home.brings_one(FIRST, 1001 + 24 * n, quiet(1001 + 24 * n)).await), "{n}");
    }
    assert!((home.price() - quiet(1073)).abs() < 1e-6);
    assert!(home.store.splits.splits("BTC").await.expect("read").is_empty());
    assert_eq!(home.split_review().await.source.as_deref(), Some(FIRST), "somebody should look");
}

#[tokio::test]
async fn a_split_waits_until_the_second_day_shows_it_also_over_a_restart() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    assert!(!home.hears((4, 1), &bars(1001, 1, 0.25), FIRST).await);
    let taken = home.brings_one(FIRST, 1001, quiet(1001) / 4.0).await;
    let review = home.split_review().await;
    assert_eq!(review_of(&taken), review.id, "one question");
    assert!((home.price() - quiet(1000)).abs() < 1e-6, "nothing is told anew");
    let home = home.restarted().await;
    assert!(!is_accepted(&home.brings_one(FIRST, 1002, quiet(1002) / 4.0).await));
    assert!(is_accepted(&home.brings_one(FIRST, 1026, quiet(1026) / 4.0).await));
    let newest = home.newest(4).await;
    let hours: Vec<i64> = newest.iter().map(|(hour, _)| *hour).collect();
    assert_eq!(hours, [1026, 1002, 1001, 1000], "what waited is let in");
    assert!(newest.iter().all(|(hour, price)| (price - quiet(*hour) / 4.0).abs() < 1e-6), "{newest:?}");
    let review = home.store.reviews.get(review.id).await.expect("read").expect("kept");
    assert!(review.decided.is_some_and(|decided| decided.approved && decided.by.is_none()));
    assert!(home.store.quarantine.held().await.expect("read").is_empty());
}

#[tokio::test]
async fn a_second_source_that_says_so_or_shows_it_is_enough() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    assert!(!home.hears((4, 1), &bars(1001, 1, 0.25), FIRST).await);
    assert!(home.hears((4, 1), &bars(1001, 1, 0.25), SECOND).await, "it says so");
    assert!((home.price() - quiet(1000) / 4.0).abs() < 1e-6);
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    assert!(!home.hears((4, 1), &bars(1001, 1, 0.25), FIRST).await);
    home.brings_one(SECOND, 1001, quiet(1001) / 4.0).await;
    assert_eq!(home.store.splits.splits("BTC").await.expect("read").len(), 1, "it shows it");
}

#[tokio::test]
async fn an_odd_split_takes_a_person() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let share = 1.0 / 60.0;
    assert!(!home.hears((60, 1), &bars(1001, 2, share), FIRST).await);
    assert!(!home.hears((60, 1), &bars(1001, 2, share), SECOND).await);
    for n in [1001, 1025, 1049] {
        assert!(!is_accepted(&home.brings_one(FIRST, n, quiet(n) * share).await), "{n}");
    }
    let review = home.split_review().await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert!(!home.intake.release(&review, &said(true)).await.expect("answered"), "once");
    assert!((home.price() - quiet(1049) * share).abs() < 1e-6, "{}", home.price());
    assert!(is_accepted(&home.brings_one(FIRST, 1050, quiet(1050) * share).await));
}

#[tokio::test]
async fn a_split_that_a_person_rejects_does_not_come_again() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    assert!(!home.hears((4, 1), &bars(1001, 1, 0.25), FIRST).await);
    let review = home.split_review().await;
    assert!(home.intake.reject(&review, &said(false)).await.expect("rejected"));
    assert!(!home.hears((4, 1), &bars(1001, 1, 0.25), FIRST).await);
    assert!(home.store.reviews.list(Some(true), None, 10).await.expect("read").is_empty());
    assert!((home.price() - quiet(1000)).abs() < 1e-6);
}

#[tokio::test]
async fn what_is_no_split_changes_nothing() {
    let home = Home::new().await;
    let level = bars(900, 2, 0.5);
    for ratio in [(0, 1), (1, 0), (2, 2), (10_001, 1), (1, 10_001)] {
        assert!(!home.hears(ratio, &level, FIRST).await, "{ratio:?}");
    }
    assert!(!home.hears((2, 1), &level, "stranger").await);
    assert!(!home.intake.split("DOGE", hour(900), (2, 1), &level, FIRST).await.expect("answered"));
    assert!(!home.intake.split("BTC", hour(5000), (2, 1), &level, FIRST).await.expect("answered"), "not yet");
    for (ratio, share) in [((4, 1), 1.0), ((1, 4), 1.0), ((4, 1), 0.5)] {
        assert!(!home.hears(ratio, &bars(990, 2, share), FIRST).await, "{ratio:?} {share}");
    }
    assert!(home.store.reviews.list(None, None, 10).await.expect("read").is_empty());
    assert!((home.price() - quiet(999)).abs() < 1e-6);
}

#[tokio::test]
async fn what_is_held_is_split_too() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1001, 1400.0).await;
    assert!(home.hears((2, 1), &bars(1002, 2, 0.5), FIRST).await);
    let review = home.review(&taken).await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert!((home.price() - 700.0).abs() < 1e-9);
}
