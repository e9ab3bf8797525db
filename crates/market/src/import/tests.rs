use std::sync::Arc;

use aspis_core::clock::Timestamp;
use aspis_store::{
    Durable,
    memory::Memory,
    prices::{Bar, Interval, Series, SeriesRole, Span},
};

use super::*;
use crate::ingest::flags;

mod going_on;
mod rows;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn plan(asset: &str, interval: Interval) -> Plan {
    Plan {
        asset: asset.to_owned(),
        currency: None,
        title: None,
        interval,
        source: "broker".to_owned(),
        name: Some("a file".to_owned()),
        anew: false,
        now: NOW,
    }
}

fn store() -> Durable {
    Durable::of(Arc::new(Memory::default()))
}

/// A file of so many days, a little dearer or cheaper.
fn file(days: i64) -> String {
    let row = |day: i64| format!("{},100.{}\n", Timestamp::from_seconds(day * 86_400), day % 7);
    format!("timestamp,close\n{}", (0..days).map(row).collect::<String>())
}

async fn bring(store: &Durable, plan: &Plan, text: &str) -> Result<Report, ImportError> {
    run(plan, Target::Store(store), &mut text.as_bytes(), &mut |_| ()).await
}

async fn history(store: &Durable, asset: &str, interval: Interval) -> (Series, Vec<Bar>) {
    let own = |series: &Series| {
        (series.asset.as_str(), series.interval, series.role) == (asset, interval, SeriesRole::History)
    };
    let all: Vec<Series> = store.prices.series().await.expect("read").into_iter().filter(own).collect();
    assert_eq!(all.len(), 1, "one history an interval");
    let span = Span { from: None, before: None, offset: 0, limit: 1_000_000 };
    let mut bars = store.prices.bars(&all[0], span).await.expect("read");
    bars.reverse();
    (all[0].clone(), bars)
}

fn counts(report: &Report) -> [u64; 5] {
    [report.rows, report.added, report.changed, report.unchanged, report.refused]
}

#[tokio::test]
async fn a_file_is_brought_in_and_a_second_time_changes_nothing() {
    let (store, plan) = (store(), plan("NEW", Interval::Day));
    let report = bring(&store, &plan, &file(2500)).await.expect("brought in");
    assert_eq!(counts(&report), [2500, 2500, 0, 0, 0]);
    assert!(report.stale && report.first.as_deref() == Some("1970-01-01T00:00:00Z"), "{report}");
    let (series, bars) = history(&store, "NEW", Interval::Day).await;
    assert_eq!((&*series.source, bars.len()), ("broker", 2500));
    assert!(bars.iter().all(|bar| bar.flags & flags::IMPORTED != 0 && bar.source.is_none()));
    let asset = &store.prices.assets().await.expect("read")[0];
    assert_eq!((asset.id.as_str(), asset.currency.as_str(), asset.name.as_str()), ("NEW", "USD", "NEW"));
    let again = bring(&store, &plan, &file(2500)).await.expect("brought in");
    assert_eq!(counts(&again), [2500, 0, 0, 2500, 0]);
    assert_eq!(again.resumed_at, None, "it had come to its end");
    assert_eq!(history(&store, "NEW", Interval::Day).await.1, bars);
}

#[tokio::test]
async fn what_differs_takes_the_place_and_is_told() {
    let (store, days) = (store(), plan("BTC", Interval::Day));
    bring(&store, &days, &file(30)).await.expect("brought in");
    let other = Plan { source: "other".to_owned(), name: None, ..days };
    let text = "Volume;CLOSE;Date\n1.5;104;1970-01-05\n;99.5;1970-01-06\n;7;1970-01-31\n";
    let sight = run(&other, Target::Sight(Some(&store)), &mut text.as_bytes(), &mut |_| ()).await;
    let report = bring(&store, &other, text).await.expect("brought in");
    assert_eq!(
        Report { dry_run: true, ..report.clone() },
        sight.expect("looked at"),
        "a dry run says the same"
    );
    assert_eq!(counts(&report), [3, 1, 2, 0, 0]);
    assert_eq!(report.noticed["gap"], 1);
    assert_eq!(
        (report.differences[1].stored.as_str(), report.differences[1].close.as_str()),
        ("100.5", "99.5")
    );
    let (series, bars) = history(&store, "BTC", Interval::Day).await;
    assert_eq!((&*series.source, bars.len()), ("broker", 31), "one history, whoever brought it");
    assert_eq!((bars[5].source_in(&series), bars[6].source_in(&series)), ("other", "broker"));
    assert!(bars[5].flags & flags::DIFFERS != 0 && bars[30].flags & flags::DIFFERS == 0);
}

#[tokio::test]
async fn a_step_is_noticed_and_nothing_is_held() {
    let (store, plan) = (store(), plan("BTC", Interval::Day));
    let text = file(400).replace("1970-12-31T00:00:00Z,100.0\n", "1970-12-31T00:00:00Z,1000.0\n");
    assert!(text != file(400));
    let report = bring(&store, &plan, &text).await.expect("brought in");
    assert_eq!(counts(&report), [400, 400, 0, 0, 0]);
    assert_eq!((report.noticed["jump"], report.noticed["decimal_shift"]), (2, 2), "there and back: {report}");
}

#[tokio::test]
async fn an_asset_keeps_its_currency() {
    let (store, plan) = (store(), plan("SAP", Interval::Day));
    let euro = Plan { currency: Some("EUR".to_owned()), title: Some("SAP SE".to_owned()), ..plan.clone() };
    bring(&store, &euro, &file(3)).await.expect("brought in");
    bring(&store, &plan, &file(3)).await.expect("nothing else is said");
    let dollar = Plan { currency: Some("USD".to_owned()), ..plan };
    let refused = bring(&store, &dollar, &file(3)).await.expect_err("another currency");
    assert_eq!(refused.to_string(), "SAP is priced in EUR, not in USD");
    let asset = &store.prices.assets().await.expect("read")[0];
    assert_eq!((asset.currency.as_str(), asset.name.as_str()), ("EUR", "SAP SE"));
}

#[tokio::test]
async fn days_that_were_made_of_hours_stay_under_those_that_are_brought() {
    let store = store();
    let hour = |n: i64| format!("{},{}\n", Timestamp::from_seconds(n * 3600), 50 + n);
    let text = format!("timestamp,close\n{}", (0..72).map(hour).collect::<String>());
    bring(&store, &plan("EURUSD", Interval::Hour), &text).await.expect("brought in");
    let days = "timestamp,close\n1970-01-02,60\n1970-01-04,61\n";
    let report = bring(&store, &plan("EURUSD", Interval::Day), days).await.expect("brought in");
    assert_eq!(counts(&report), [2, 2, 0, 0, 0]);
    let (_, bars) = history(&store, "EURUSD", Interval::Day).await;
    let closes: Vec<String> = bars.iter().map(|bar| bar.close.to_string()).collect();
    assert_eq!(closes, ["73", "60", "121", "61"]);
}
