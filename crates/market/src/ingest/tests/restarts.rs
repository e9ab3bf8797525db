//! What a restart must not forget.

use super::*;

#[tokio::test]
async fn a_restart_keeps_what_is_held() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1001, 1400.0).await;
    let home = home.restarted().await;
    assert!((home.price() - quiet(1000)).abs() < 1e-6 && home.listed().held);
    assert_eq!(home.brings_one(FIRST, 1001, 1400.0).await, Taken::Known);
    let review = home.review(&taken).await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert!((home.price() - 1400.0).abs() < 1e-9 && !home.listed().held);
    assert!(is_accepted(&home.brings_one(FIRST, 1002, 1401.0).await));
}

#[tokio::test]
async fn agreement_goes_on_across_a_restart() {
    let mut home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let mut accepted = 0;
    for n in 0..6 {
        accepted += u32::from(is_accepted(&home.brings_one(FIRST, 1300 + n, quiet(n) * 1.33).await));
        home = home.restarted().await;
    }
    assert!(accepted > 0, "never stuck");
    assert_eq!(home.newest(6).await.iter().filter(|(_, price)| *price > 1300.0).count(), 6);
    let open = home.store.reviews.list(Some(true), None, 10).await.expect("read");
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn a_lost_vote_stays_lost() {
    let home = Home::new().await;
    for n in 1000..1020 {
        let lie = if n < 1010 { 1.0 } else { 1.1 };
        home.brings_one(FIRST, n, quiet(n)).await;
        home.brings_one(SECOND, n, quiet(n) * 1.0002).await;
        home.brings_one(THIRD, n, quiet(n) * lie).await;
    }
    let home = home.restarted().await;
    assert!(!is_accepted(&home.brings_one(THIRD, 1020, quiet(1020)).await));
}

#[tokio::test]
async fn a_price_is_frozen_again_after_a_restart() {
    let home = Home::new().await;
    for n in 1000..1010 {
        home.brings_one(FIRST, n, 1000.25).await;
    }
    assert!(home.restarted().await.listed().frozen);
}

#[tokio::test]
async fn lies_are_counted_across_restarts_and_a_vote_given_back_stays() {
    let mut home = Home::new().await;
    let all = async |home: &Home, n: i64, third: f64| {
        home.brings_one(FIRST, n, quiet(n)).await;
        home.brings_one(SECOND, n, quiet(n) * 1.0002).await;
        home.brings_one(THIRD, n, quiet(n) * third).await
    };
    for n in 1000..1003 {
        all(&home, n, 1.03).await;
    }
    let second = all(&home, 1003, 1.03).await;
    let review = home.review(&second).await;
    assert!(
        home.intake.reject(&review, &said(false)).await.expect("refused"),
        "refused or not, it was wrong"
    );
    home = home.restarted().await;
    assert!(!home.words().contains(&"source_distrusted"));
    all(&home, 1004, 1.03).await;
    assert!(home.words().contains(&"source_distrusted"), "five, whatever lay between");
    assert_eq!(home.intake.trust(THIRD, "repaired", operator()).await.expect("trusted"), 1);
    home = home.restarted().await;
    assert!(is_accepted(&all(&home, 1005, 1.0).await));
    assert!(is_accepted(&all(&home, 1006, 1.0).await));
}
