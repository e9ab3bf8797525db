//! A source corrects what it said of a bar.

use super::*;

#[tokio::test]
async fn the_right_value_of_a_bar_that_was_held_is_taken() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let wrong = home.brings_one(FIRST, 1001, 1500.0).await;
    let review = home.review(&wrong).await;
    assert!(is_accepted(&home.brings_one(FIRST, 1001, quiet(1001)).await));
    assert_eq!(home.newest(2).await, [(1001, quiet(1001)), (1000, quiet(1000))]);
    assert!(!home.listed().held && (home.price() - quiet(1001)).abs() < 1e-6);
    let kept = home.store.quarantine.of_review(review.id).await.expect("read");
    assert!((kept[0].bar.close.to_f64() - 1500.0).abs() < 1e-9, "never dropped");
    let closed = home.store.reviews.get(review.id).await.expect("read").expect("kept").decided;
    assert!(closed.is_some_and(|decided| !decided.approved && decided.by.is_none()));
    assert_eq!(home.brings_one(FIRST, 1001, quiet(1001)).await, Taken::Known);
    let again = home.brings_one(FIRST, 1001, quiet(1001) + 1.0).await;
    assert_eq!(again, Taken::Refused { why: "not_in_order", field: Some("timestamp") }, "it stands now");
    let home = home.restarted().await;
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002)).await));
}

#[tokio::test]
async fn an_older_bar_is_mended_by_what_came_before_it() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    home.brings_one(FIRST, 1001, 1500.0).await;
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002)).await));
    let rows = [(1001, quiet(1001)), (1003, quiet(1003))];
    assert!(home.brings(FIRST, &rows).await.iter().all(is_accepted));
    let hours: Vec<i64> = home.newest(3).await.iter().map(|(hour, _)| *hour).collect();
    assert_eq!(hours, [1003, 1002, 1001]);
}

#[tokio::test]
async fn a_second_wrong_value_waits_for_nobody() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let wrong = home.brings_one(FIRST, 1001, 1500.0).await;
    let other = home.brings_one(FIRST, 1001, 1600.0).await;
    assert_eq!(other, Taken::Refused { why: "bar_is_held", field: Some("timestamp") });
    let review = home.review(&wrong).await;
    assert!(home.intake.reject(&review, &said(false)).await.expect("rejected"));
    let third = home.brings_one(FIRST, 1001, 1700.0).await;
    let review = home.review(&third).await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert_eq!(home.newest(1).await, [(1001, 1700.0)], "as it was said last");
    assert!(is_accepted(&home.brings_one(FIRST, 1002, 1701.0).await));
}
