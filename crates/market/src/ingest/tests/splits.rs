//! Splits.

use super::*;

#[tokio::test]
async fn a_split_is_an_adjustment_and_no_attack() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    home.clock.set_wall(hour(1003));
    let split = || home.intake.split("BTC", hour(1001), (4, 1), fixed(quiet(1001) / 4.0), FIRST);
    assert!(split().await.expect("applied"));
    assert!(!split().await.expect("answered"), "once");
    assert!((home.price() - quiet(1000) / 4.0).abs() < 1e-6);
    assert!(is_accepted(&home.brings_one(FIRST, 1001, quiet(1001) / 4.0).await), "the watch knows");
    assert!((home.listed().closes[3] - 4.0_f64.recip() * quiet(95)).abs() < 1e-6);
    assert_eq!(home.words(), ["split_applied"]);
    let home = home.restarted().await;
    assert!(is_accepted(&home.brings_one(FIRST, 1002, quiet(1002) / 4.0).await));
}

#[tokio::test]
async fn what_is_no_split_changes_nothing() {
    let home = Home::new().await;
    for ratio in [(0, 1), (1, 0), (2, 2), (101, 1), (1, 101)] {
        assert!(
            !home.intake.split("BTC", hour(900), ratio, fixed(500.0), FIRST).await.expect("answered"),
            "{ratio:?}"
        );
    }
    assert!(!home.intake.split("BTC", hour(900), (2, 1), fixed(500.0), "stranger").await.expect("answered"));
    assert!(!home.intake.split("DOGE", hour(900), (2, 1), fixed(500.0), FIRST).await.expect("answered"));
    assert!(
        !home.intake.split("BTC", hour(5000), (2, 1), fixed(500.0), FIRST).await.expect("answered"),
        "not yet"
    );
    assert!((home.price() - quiet(999)).abs() < 1e-6);
}

#[tokio::test]
async fn a_split_that_the_prices_do_not_bear_out_gives_nobody_shares() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    home.clock.set_wall(hour(1003));
    for (ratio, opening) in [((4, 1), quiet(1001)), ((1, 4), quiet(1001)), ((4, 1), quiet(1001) / 2.0)] {
        let told = home.intake.split("BTC", hour(1001), ratio, fixed(opening), FIRST).await;
        assert!(!told.expect("answered"), "{ratio:?} {opening}");
    }
    assert!((home.price() - quiet(1000)).abs() < 1e-6);
}

fn fixed(price: f64) -> Fixed {
    Fixed::from_f64(price).expect("a price")
}

#[tokio::test]
async fn what_is_held_is_split_too() {
    let home = Home::new().await;
    home.brings_one(FIRST, 1000, quiet(1000)).await;
    let taken = home.brings_one(FIRST, 1001, 1400.0).await;
    home.clock.set_wall(hour(1005));
    assert!(
        home.intake.split("BTC", hour(1002), (2, 1), fixed(quiet(1002) / 2.0), FIRST).await.expect("applied")
    );
    let review = home.review(&taken).await;
    assert!(home.intake.release(&review, &said(true)).await.expect("released"));
    assert!((home.price() - 700.0).abs() < 1e-9);
}
