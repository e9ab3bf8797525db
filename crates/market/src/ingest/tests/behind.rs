//! Sources that are behind others, and what of the first one's word stays in the history.

use super::*;

/// The truth, with one hour that stands out.
fn truth(n: i64, at: i64) -> f64 {
    quiet(n) * if n == at { 1.06 } else { 1.0 }
}

#[tokio::test]
async fn a_true_move_that_all_sources_tell_is_in_the_history_however_far_one_is_ahead() {
    for (lag, restart) in [(2, false), (10, true), (60, false), (300, false), (60, true)] {
        let mut home = Home::new().await;
        let (at, end) = (1010, 1012 + lag);
        let rows: Vec<(i64, f64)> = (1000..end).map(|n| (n, truth(n, at))).collect();
        for source in [FIRST, SECOND, THIRD] {
            home.brings(source, &rows[..5]).await;
        }
        home.brings(FIRST, &rows[5..]).await;
        if restart {
            home = home.restarted().await;
        }
        home.brings(SECOND, &rows[5..]).await;
        home.brings(THIRD, &rows[5..]).await;
        let history = home.newest(u64::try_from(end - 1000).expect("small")).await;
        let expected: Vec<(i64, f64)> = rows.iter().rev().copied().collect();
        assert_eq!(history.len(), expected.len(), "lag {lag}, restart {restart}");
        assert!(history.iter().zip(&expected).all(|(is, should)| (is.1 - should.1).abs() < 1e-6));
        let open = home.store.reviews.list(Some(true), None, 10).await.expect("read");
        assert!(open.is_empty(), "lag {lag}, restart {restart}: {open:?}");
    }
}

#[tokio::test]
async fn who_writes_the_history_cannot_bend_it_though_the_published_price_is_right() {
    let home = Home::new().await;
    let swing = |n: i64, share: f64| quiet(n) * if n % 2 == 0 { 1.0 + share } else { 1.0 - share };
    for n in 1000..1140 {
        let share = if n < 1060 {
            0.009
        } else if n < 1100 {
            0.03
        } else {
            0.06
        };
        home.brings_one(FIRST, n, swing(n, share)).await;
        home.brings_one(SECOND, n, quiet(n)).await;
        home.brings_one(THIRD, n, quiet(n) * 1.0002).await;
    }
    for (n, price) in home.newest(140).await {
        assert!((price / quiet(n) - 1.0).abs() <= 0.0101, "hour {n}: {price}");
    }
}

#[tokio::test]
async fn what_the_first_said_alone_leaves_the_history_when_two_contradict_it() {
    for restart in [false, true] {
        let mut home = Home::new().await;
        for source in [FIRST, SECOND, THIRD] {
            home.brings(source, &(1000..1010).map(|n| (n, quiet(n))).collect::<Vec<_>>()).await;
        }
        assert!(is_accepted(&home.brings_one(FIRST, 1010, quiet(1010) * 1.015).await));
        if restart {
            home = home.restarted().await;
        }
        home.brings_one(FIRST, 1011, quiet(1011)).await;
        assert_eq!(home.newest(2).await[1].0, 1010, "nobody has contradicted it yet");
        for source in [SECOND, THIRD] {
            home.brings_one(source, 1010, quiet(1010)).await;
        }
        let newest = home.newest(2).await;
        assert_eq!((newest[0].0, newest[1].0), (1011, 1009), "restart {restart}");
        let held = home.store.quarantine.held().await.expect("read");
        assert_eq!(held.len(), 1);
        assert!(*held[0].source == *FIRST && held[0].why.contains("cross_source"));
    }
}
