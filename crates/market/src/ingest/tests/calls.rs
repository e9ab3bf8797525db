//! Rows that somebody sends: many in one call, and what they are measured by.

use super::*;

impl Home {
    /// Hands rows over in one call, with a credential.
    async fn is_sent(&self, asset: &str, source: &str, bars: Vec<Bar>) -> Vec<Taken> {
        let last = bars.iter().map(|bar| bar.start).max().expect("rows");
        let over = last.plus(Interval::Hour.length()).plus(Duration::from_secs(10));
        self.clock.set_wall(self.clock.now().max(over));
        let rows = bars.into_iter().map(|bar| offered(asset, bar)).collect();
        self.intake.take(Sender { source, by: Some(operator()) }, rows).await.expect("taken")
    }
}

#[tokio::test]
async fn a_ladder_sent_in_one_call_stays_held() {
    let home = Home::new().await;
    let price = |n: i64| quiet(n) * 4.8f64.powi(i32::try_from((n - 2000) / 7 + 1).expect("small"));
    let ladder: Vec<Bar> = (2000..2042).map(|n| bar(n, price(n))).collect();
    let taken = home.is_sent("BTC", THIRD, ladder).await;
    assert!(taken.iter().all(|taken| matches!(taken, Taken::Quarantined { .. })), "{taken:?}");
    assert!((home.price() - quiet(HISTORY - 1)).abs() < 1e-6);
    let drip: Vec<Bar> = (2042..2442)
        .map(|n| bar(n, 1000.0 * 1.015f64.powi(i32::try_from(n - 2042).expect("small"))))
        .collect();
    home.is_sent("BTC", THIRD, drip).await;
    assert!(home.price() <= 3030.0, "small steps come no further: {}", home.price());
}

#[tokio::test]
async fn what_we_fetch_ourselves_counts_by_its_own_time() {
    let home = Home::new().await;
    let price = |n: i64| quiet(n) * if n < 1100 { 1.0 } else { 1.15 };
    let years: Vec<(i64, f64)> = (1000..1300).map(|n| (n, price(n))).collect();
    let taken = home.brings(FIRST, &years).await;
    assert!(taken.iter().all(is_accepted), "a step of years ago is told by the hours after it");
    let sent = Home::new().await;
    let rows = years.iter().map(|(n, price)| bar(*n, *price)).collect();
    let taken = sent.is_sent("BTC", FIRST, rows).await;
    assert!(taken[..100].iter().all(is_accepted) && !taken[100..].iter().any(is_accepted));
    for n in 1300..1303 {
        sent.is_sent("BTC", FIRST, vec![bar(n, price(n))]).await;
    }
    assert!((sent.price() - price(1302)).abs() < 1e-6, "live rows have confirmed it");
}

#[tokio::test]
async fn the_first_row_of_an_interval_is_measured_by_the_newest_close_of_any() {
    let home = Home::new().await;
    let day = Offered { asset: "BTC".into(), interval: Interval::Day, bar: bar(2400, 163.95) };
    let days = Series { interval: Interval::Day, ..history("BTC") };
    let series = [(days, vec![bar(2376, 163.0), day.bar])];
    home.store.prices.load_once("days", &[], &series, &|_| ()).await.expect("stored");
    home.clock.set_wall(hour(2430));
    assert!(home.intake.reload("BTC").await.expect("read"));
    let far = home.is_sent("BTC", THIRD, vec![bar(2429, 1000.0)]).await.remove(0);
    let review = home.review(&far).await;
    assert!(review.why.contains("decimal_shift"), "{review:?}");
    assert!(review.facts.contains("\"served\":\"163.95\""), "{}", review.facts);
    assert!(is_accepted(&home.is_sent("BTC", THIRD, vec![bar(2430, 164.5)]).await[0]));
    assert!((home.price() - 164.5).abs() < 1e-6);
}

#[tokio::test]
async fn a_long_call_that_is_held_is_free_when_another_source_says_the_same() {
    let home = Home::new().await;
    let rows = || (2000..2060).map(|n| bar(n, quiet(n) * 1.08)).collect::<Vec<_>>();
    assert!(!home.is_sent("BTC", FIRST, rows()).await.iter().any(is_accepted));
    assert!(home.is_sent("BTC", SECOND, rows()).await.iter().all(is_accepted));
    let newest = home.newest(60).await;
    assert!(newest.len() == 60 && newest[59].0 == 2000, "{:?}", newest.last());
    assert!(home.store.quarantine.held().await.expect("read").is_empty());
}

#[tokio::test]
async fn live_rows_that_confirm_a_long_call_free_all_of_it() {
    let home = Home::new().await;
    let price = |n: i64| quiet(n) * 1.08;
    let rows = (2000..2060).map(|n| bar(n, price(n))).collect();
    assert!(!home.is_sent("BTC", FIRST, rows).await.iter().any(is_accepted));
    assert!(is_accepted(&home.is_sent("BTC", FIRST, vec![bar(2060, price(2060))]).await[0]));
    let newest = home.newest(61).await;
    assert_eq!((newest[0].0, newest[60].0), (2060, 2000));
    let open = home.store.reviews.list(Some(true), None, 10).await.expect("read");
    assert!(open.is_empty(), "{open:?}");
}
