//! What looks wrong is held, and comes free.

use super::*;

#[tokio::test]
async fn a_leap_is_held_and_the_old_price_served() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1001, 1300.0).await;
    let review = home.review(&taken).await;
    assert!(review.why.contains("step") && review.source.as_deref() == Some(FIRST), "{review:?}");
    assert!(review.facts.contains("\"close\":\"1300\""), "{}", review.facts);
    assert_eq!(review.due, review.opened.plus(Duration::from_secs(86_400)));
    assert!((home.price() - quiet(1000)).abs() < 1e-6);
    assert!(home.listed().held, "and that is said");
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002)).await), "back to what it was");
    assert!(!home.listed().held);
    assert_eq!(home.newest(2).await, [(1002, quiet(1002)), (1000, quiet(1000))]);
    assert_eq!(home.words(), ["price_quarantined"]);
}

#[tokio::test]
async fn a_true_move_after_an_outage_comes_free_by_agreement() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let after = 1000 + 13 * 24;
    let mut taken = Vec::new();
    for n in 0..8 {
        taken.push(home.brings_one(FIRST, after + n, quiet(after + n) * 1.33).await);
    }
    let held: Vec<_> = taken.iter().take_while(|taken| !is_accepted(taken)).collect();
    assert!((2..=5).contains(&held.len()), "{taken:?}");
    assert!(taken[held.len()..].iter().all(is_accepted), "never stuck");
    let reviews: std::collections::BTreeSet<_> = held.iter().map(|taken| review_of(taken)).collect();
    assert_eq!(reviews.len(), 1, "one question to a person, not five");
    let review = home.review(held[0]).await;
    assert!(review.decided.is_some_and(|decided| decided.approved && decided.by.is_none()));
    let newest = home.newest(9).await;
    assert_eq!(newest.len(), 9);
    assert_eq!((newest[7].0, newest[8].0), (after, 1000), "what was held is in the history");
    assert!((home.price() - quiet(after + 7) * 1.33).abs() < 1e-6);
    assert!(home.words().contains(&"price_released"));
}

#[tokio::test]
async fn a_person_lets_a_true_move_in_at_once() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1312, 1330.0).await;
    let review = home.review(&taken).await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert!(!home.intake.release(&review, &said(true)).await.expect("answered"), "once");
    assert!(!home.intake.reject(&review, &said(false)).await.expect("answered"));
    assert!((home.price() - 1330.0).abs() < 1e-9 && !home.listed().held);
    assert!(is_accepted(&home.brings_one(FIRST, 1313, 1331.0).await), "the watch has learned it");
    let review = home.review(&taken).await;
    assert_eq!(review.decided.expect("decided").by, said(true).by);
    assert_eq!(home.newest(1).await, [(1313, 1331.0)]);
}

#[tokio::test]
async fn what_is_refused_by_a_person_stays_out() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1001, 1300.0).await;
    let review = home.review(&taken).await;
    assert!(home.intake.reject(&review, &said(false)).await.expect("refused"));
    assert!((home.price() - quiet(1000)).abs() < 1e-6);
    assert!(home.store.quarantine.held().await.expect("read").is_empty());
    assert_eq!(home.store.quarantine.of_review(review.id).await.expect("read").len(), 1, "never dropped");
    assert_eq!(home.words(), ["price_quarantined", "price_refused"]);
    assert_eq!(home.brings_one(FIRST, 1001, 1300.0).await, Taken::Known);
}

#[tokio::test]
async fn a_slipped_decimal_never_comes_free_by_itself() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    for n in 1001..1040 {
        let taken = home.brings_one(FIRST, n, quiet(n) * 10.0).await;
        let review = home.review(&taken).await;
        assert!(review.why.contains("decimal_shift"), "{review:?}");
    }
    assert!((home.price() - quiet(1000)).abs() < 1e-6);
    let open = home.store.reviews.list(Some(true), None, 100).await.expect("read");
    assert_eq!(open.len(), 1, "one question");
    assert_eq!(home.store.quarantine.held().await.expect("read").len(), 39);
    assert!(is_accepted(&home.brings_one(FIRST, 1040, quiet(1040)).await), "the true price goes on");
    assert!(home.intake.release(&open[0], &said(true)).await.expect("released"), "a person may");
    assert_eq!(home.newest(41).await.len(), 41);
    assert!((home.price() - quiet(1040)).abs() < 1e-6);
}

#[tokio::test]
async fn the_first_price_of_an_asset_waits_for_others_like_it() {
    let home = Home::new().await;
    let mut taken = Vec::new();
    for n in 0..6 {
        home.clock.set_wall(hour(1001 + n));
        let row = offered("NEW", bar(1000 + n, quiet(n) / 7.0));
        taken.extend(home.intake.take(Sender { source: THIRD, by: None }, vec![row]).await.expect("taken"));
    }
    assert!(!is_accepted(&taken[0]) && is_accepted(&taken[5]), "{taken:?}");
    assert_eq!(home.board.find("NEW").expect("listed").latest.source.as_ref(), THIRD);
}
