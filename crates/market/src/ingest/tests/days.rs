//! Days of hours, where the days that were brought have ended.

use super::*;

const DAYS: i64 = 30;

async fn home() -> Home {
    let store = Durable::of(Arc::new(Memory::default()));
    let series = Series { interval: Interval::Day, source: "bitstamp".into(), ..history("BTC") };
    let day = |n: i64| Bar::closing(hour(24 * n), fixed(quiet(n)));
    let days: Vec<Bar> = (0..DAYS).map(day).collect();
    store.prices.load_once("days", &[], &[(series, days)], &|_| ()).await.expect("stored");
    Home::over(store).await
}

fn days(home: &Home) -> Vec<(i64, f64)> {
    let listed = home.listed();
    let bars = &listed.of(Interval::Day).expect("days").bars;
    bars.iter().map(|bar| (bar.start.seconds() / 86_400, bar.close.to_f64())).collect()
}

#[tokio::test]
async fn days_go_on_with_hours_where_those_that_were_brought_end() {
    let home = home().await;
    // The hours reach until the 41st day: 999 is its 15th.
    assert_eq!(days(&home).len(), 42);
    assert_eq!(days(&home)[..2], [(41, quiet(999)), (40, quiet(983))]);
    assert_eq!(days(&home)[12], (29, quiet(29)), "what was brought stays");
    let as_of = |home: &Home| home.listed().closes_as_of;
    assert_eq!(as_of(&home), hour(24 * 41), "the day that runs is no close yet");
    for n in 1000..1120 {
        assert!(is_accepted(&home.brings_one(FIRST, n, quiet(n)).await), "{n}");
    }
    assert_eq!(days(&home)[..2], [(46, quiet(1119)), (45, quiet(1103))]);
    assert_eq!((as_of(&home), home.listed().closes.len()), (hour(24 * 46), 46));
    assert!((home.price() - quiet(1119)).abs() < 1e-6);
    let before = days(&home);
    let home = home.restarted().await;
    assert_eq!(days(&home), before);
    let bar = home.listed().of(Interval::Day).expect("days").bars[0].clone();
    assert_eq!(bar.source.as_deref(), Some(FIRST));
}

#[tokio::test]
async fn a_day_that_a_source_brings_takes_the_place_of_its_hours() {
    let home = home().await;
    home.clock.set_wall(hour(1010));
    let row =
        Offered { asset: "BTC".into(), interval: Interval::Day, bar: Bar::closing(hour(960), fixed(1001.5)) };
    let taken = home.intake.take(Sender { source: FIRST, by: None }, vec![row]).await.expect("taken");
    assert!(is_accepted(&taken[0]), "{taken:?}");
    assert_eq!(days(&home)[..3], [(41, quiet(999)), (40, 1001.5), (39, quiet(959))]);
    let next = home.intake.newest(FIRST, "BTC", Interval::Day).await.expect("read");
    assert_eq!(next, Some(hour(960)));
    let other = home.intake.newest(SECOND, "BTC", Interval::Day).await.expect("read");
    assert_eq!(other, Some(hour(960)), "made days are asked for");
}
