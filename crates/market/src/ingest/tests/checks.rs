//! Form, order, and rows that are known.

use super::*;

fn why(taken: &Taken) -> &'static str {
    match taken {
        Taken::Refused { why, .. } => why,
        Taken::Known => "known",
        Taken::Accepted { .. } => "accepted",
        Taken::Quarantined { .. } => "quarantined",
    }
}

#[tokio::test]
async fn a_bad_row_never_costs_the_good_ones() {
    let home = Home::new().await;
    home.clock.set_wall(hour(1003));
    let late = Bar { start: Timestamp(hour(1001).0 + 1), ..bar(0, 1000.0) };
    let rows = vec![
        offered("BTC", bar(1001, 1001.0)),
        offered("DOGE", bar(1001, 1.0)),
        offered("BTC", late),
        offered("BTC", bar(1000, 1000.0)),
        offered("BTC", bar(1003, 1000.0)),
        offered("BTC", bar(9999, 1000.0)),
        offered("BTC", Bar { open: Some(fixed(-1.0)), ..bar(1002, 1.0) }),
        offered("BTC", bar(1002, 1002.0)),
        offered("BTC", bar(1002, 1002.0)),
        offered("BTC", bar(1002, 1002.5)),
        offered("BTC", bar(7, 1.0)),
    ];
    let taken = home.intake.take(Sender { source: FIRST, by: None }, rows).await.expect("taken");
    let words: Vec<_> = taken.iter().map(why).collect();
    let expected = [
        "accepted",
        "unknown_asset",
        "misaligned",
        "accepted",
        "not_closed",
        "in_future",
        "not_a_price",
        "accepted",
        "known",
        "not_in_order",
        "not_in_order",
    ];
    assert_eq!(words, expected, "{taken:?}");
    assert_eq!(home.newest(3).await, [(1002, 1002.0), (1001, 1001.0), (1000, 1000.0)]);
    assert!((home.price() - 1002.0).abs() < 1e-9, "mixed rows are put in order");
}

#[tokio::test]
async fn the_very_same_row_is_known_for_ever() {
    let home = Home::new().await;
    let rows: Vec<_> = (1000..1050).map(|n| (n, quiet(n))).collect();
    assert!(home.brings(FIRST, &rows).await.iter().all(is_accepted));
    let again = home.brings(FIRST, &rows).await;
    assert!(again.iter().all(|taken| *taken == Taken::Known), "{again:?}");
    assert_eq!(home.brings_one(FIRST, 5, quiet(5)).await, Taken::Known, "the history is known too");
    let held = home.brings_one(FIRST, 1050, 1400.0).await;
    assert_eq!(home.brings_one(FIRST, 1050, 1400.0).await, Taken::Known, "and what is held");
    let _ = review_of(&held);
    assert_eq!(home.store.quarantine.held().await.expect("read").len(), 1);
    assert_eq!(why(&home.brings_one(FIRST, 1050, 1401.0).await), "bar_is_held");
}

#[tokio::test]
async fn who_is_not_trusted_is_not_heard() {
    let home = Home::new().await;
    assert_eq!(why(&home.brings_one("stranger", 1000, 1000.0).await), "untrusted_source");
    assert!(home.store.feeds.feeds().await.expect("read").is_empty());
}

#[tokio::test]
async fn refused_rows_make_nobody_a_source() {
    let home = Home::new().await;
    assert_eq!(why(&home.brings_one(FIRST, 7, 5.0).await), "not_in_order");
    assert!(is_accepted(&home.brings_one(SECOND, 1000, quiet(1000)).await));
    assert_eq!(home.newest(1).await, [(1000, quiet(1000))], "the second source writes the history");
}

#[tokio::test]
async fn a_bar_whose_own_prices_lie_far_apart_is_held() {
    let home = Home::new().await;
    home.clock.set_wall(hour(1001));
    let wild = Bar { high: Some(fixed(5000.0)), ..bar(1000, 1000.5) };
    let taken = home.intake.take(Sender { source: FIRST, by: None }, vec![offered("BTC", wild)]).await;
    let Taken::Quarantined { why, .. } = &taken.expect("taken")[0] else { panic!("not held") };
    assert!(why.has(Sign::Jump));
}

#[tokio::test]
async fn days_made_of_hours_are_written_before_the_first_day_that_comes() {
    let home = Home::new().await;
    home.clock.set_wall(hour(1008 + 24));
    let made = home.listed().of(Interval::Day).expect("made").bars.clone();
    let day = Bar::closing(hour(1008), fixed(1001.0));
    let row = Offered { interval: Interval::Day, ..offered("BTC", day) };
    let taken = home.intake.take(Sender { source: SECOND, by: None }, vec![row]).await.expect("taken");
    assert!(is_accepted(&taken[0]), "{taken:?}");
    let listed = home.listed();
    let days = listed.of(Interval::Day).expect("stored");
    assert!(!days.made && days.rows == made.len() + 1);
    assert_eq!(days.bars[1].close, made[0].close);
    assert_eq!(listed.closes.len(), made.len() + 1);
    assert!((listed.closes[listed.closes.len() - 1] - 1001.0).abs() < 1e-9);
    let home = home.restarted().await;
    assert_eq!(home.listed().closes, listed.closes, "the store says the same");
}
