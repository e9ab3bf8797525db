//! Several sources: the median, liars, votes, silence.

use super::*;

/// What each source says of an hour: never quite the same.
fn says(source: &str, n: i64) -> f64 {
    quiet(n)
        * match source {
            FIRST => 1.0,
            SECOND => 1.0003,
            _ => 0.9996,
        }
}

#[tokio::test]
async fn a_liar_of_three_never_moves_the_price() {
    let home = Home::new().await;
    for n in 1000..1080 {
        let lie = if (1030..1060).contains(&n) { 1.3 } else { 1.0 };
        home.brings_one(FIRST, n, says(FIRST, n) * lie).await;
        home.brings_one(SECOND, n, says(SECOND, n)).await;
        home.brings_one(THIRD, n, says(THIRD, n)).await;
        assert!((home.price() / quiet(n) - 1.0).abs() <= 0.002, "hour {n}: {}", home.price());
        let latest = home.listed().latest.clone();
        assert!(latest.sources >= 2, "hour {n}: {latest:?}");
    }
    let words = home.words();
    assert!(words.contains(&"source_distrusted") && words.contains(&"price_quarantined"));
    let history = home.newest(80).await;
    assert!(
        history.iter().all(|(n, price)| (price / quiet(*n) - 1.0).abs() <= 0.002),
        "nothing of it is kept"
    );
}

#[tokio::test]
async fn the_median_goes_to_the_board_and_the_first_source_to_the_history() {
    let home = Home::new().await;
    for source in [THIRD, SECOND, FIRST] {
        home.brings_one(source, 1000, says(source, 1000)).await;
    }
    let latest = home.listed().latest.clone();
    assert_eq!((latest.source.as_ref(), latest.sources, latest.single_source), (MEDIAN, 3, false));
    assert!((home.price() - says(FIRST, 1000)).abs() < 1e-6);
    let (_, written) = home.newest(1).await[0];
    assert!((written - says(THIRD, 1000)).abs() < 1e-6, "who was first that hour has written it");
    home.brings(FIRST, &[(1001, says(FIRST, 1001))]).await;
    home.brings(SECOND, &[(1001, says(SECOND, 1001))]).await;
    let newest = home.newest(1).await;
    assert_eq!(newest, [(1001, says(FIRST, 1001))]);
}

#[tokio::test]
async fn a_source_without_a_vote_gets_it_back_from_an_operator() {
    let home = Home::new().await;
    let all = async |n: i64, third: f64| {
        home.brings_one(FIRST, n, says(FIRST, n)).await;
        home.brings_one(SECOND, n, says(SECOND, n)).await;
        home.brings_one(THIRD, n, says(THIRD, n) * third).await
    };
    for n in 1000..1010 {
        all(n, 1.0).await;
    }
    for n in 1010..1020 {
        all(n, 1.1).await;
    }
    let feeds = home.store.feeds.feeds().await.expect("read");
    let lost: Vec<_> = feeds.iter().filter(|feed| feed.distrusted.is_some()).collect();
    assert_eq!(lost.iter().map(|feed| feed.source.as_str()).collect::<Vec<_>>(), [THIRD]);
    assert!(!is_accepted(&all(1020, 1.0).await), "it is not heard, whatever it says");
    let by = operator();
    assert_eq!(home.intake.trust(THIRD, "repaired", by).await.expect("trusted"), 1);
    assert_eq!(home.intake.trust(THIRD, "repaired", by).await.expect("trusted"), 0);
    assert!(is_accepted(&all(1021, 1.0).await));
    assert!(home.words().contains(&"source_trusted"));
}

#[tokio::test]
async fn where_the_others_fall_silent_the_history_is_served() {
    let home = Home::new().await;
    for source in [FIRST, SECOND] {
        home.brings_one(source, 1000, says(source, 1000)).await;
    }
    assert_eq!(home.listed().latest.sources, 2);
    for n in 1001..1010 {
        home.brings_one(FIRST, n, says(FIRST, n)).await;
    }
    home.clock.set_wall(hour(1012));
    home.intake.refresh().await.expect("looked");
    let latest = home.listed().latest.clone();
    assert_eq!((latest.source.as_ref(), latest.single_source), (FIRST, true));
    assert!((home.price() - says(FIRST, 1009)).abs() < 1e-6);
}

#[tokio::test]
async fn a_price_that_repeats_itself_is_frozen_until_it_moves() {
    let home = Home::new().await;
    for n in 1000..1010 {
        home.brings_one(FIRST, n, 1000.25).await;
    }
    assert!(home.listed().frozen);
    assert!(home.words().contains(&"price_frozen"));
    home.brings_one(FIRST, 1010, 1000.75).await;
    assert!(!home.listed().frozen);
    assert!(home.words().contains(&"price_moves_again"));
}

#[tokio::test]
async fn sources_that_come_at_once_lose_nothing() {
    let home = Arc::new(Home::new().await);
    home.clock.set_wall(hour(1101));
    let mut set = tokio::task::JoinSet::new();
    for n in 1000..1100 {
        for source in [FIRST, SECOND, THIRD] {
            let intake = Arc::clone(&home.intake);
            let row = offered("BTC", bar(n, says(source, n)));
            set.spawn(
                async move { intake.take(Sender { source, by: None }, vec![row]).await.expect("taken") },
            );
        }
    }
    let taken: Vec<_> = set.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 300);
    let stored = home.newest(2000).await;
    assert!(stored.windows(2).all(|two| two[0].0 > two[1].0), "in order, and nothing twice");
    assert_eq!(home.listed().of(Interval::Hour).expect("hours").rows, stored.len());
}
