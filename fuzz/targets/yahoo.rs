//! Charts of Yahoo: what is read as a bar is one, is over, and has the price that stands there.

#![no_main]

use aspis_core::clock::Timestamp;
use aspis_market::sources::yahoo::chart::{Asked, Chart, read};
use aspis_store::prices::{Bar, Interval};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// 2026-01-01: behind it lies every session that a chart may tell of.
const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else { return };
    let interval = if kind % 2 == 0 { Interval::Hour } else { Interval::Day };
    let asked = Asked { symbol: "X", interval, now: NOW };
    if let Ok(chart) = read(body, asked) {
        is_right(&chart, body, interval);
    }
});

fn is_right(chart: &Chart, body: &[u8], interval: Interval) {
    // What is passed over may be such as no other reader takes: numbers beyond counting, brackets without end.
    let Ok(plain) = serde_json::from_slice::<Value>(body) else { return };
    let series = part(part(part(&plain, "chart", 0), "result", 0), "", 0);
    let times = part(series, "timestamp", 1).as_array().map_or(0, Vec::len);
    assert!(chart.bars.len() + chart.wrong <= times, "no more rows than times");
    let quote = part(part(part(series, "indicators", 2), "quote", 0), "", 0);
    let closes = part(quote, "close", 3).as_array().map(Vec::as_slice).unwrap_or_default();
    for bar in &chart.bars {
        is_a_bar(bar, interval);
        let stands = |close: &Value| close.as_f64().is_some_and(|close| is_near(close, bar.close.to_f64()));
        assert!(closes.iter().any(stands), "{} stands nowhere", bar.close);
    }
    assert!(chart.splits.is_sorted());
    assert!(chart.splits.iter().all(|(day, (new, old))| day.seconds() % 86_400 == 0 && *new > 0 && *old > 0));
}

/// By its name, or by its place where an object is written as a list, which says the same.
fn part<'a>(of: &'a Value, name: &str, at: usize) -> &'a Value {
    of.get(name).or_else(|| of.get(at)).unwrap_or(&Value::Null)
}

fn is_a_bar(bar: &Bar, interval: Interval) {
    let length = i64::try_from(interval.length().as_micros()).expect("a day at most");
    assert!(bar.start.0 >= 0 && bar.start.0 % length == 0 && bar.start.plus(interval.length()) <= NOW);
    let prices = [bar.open, bar.high, bar.low, Some(bar.close)];
    assert!(prices.iter().flatten().all(|price| price.is_positive()));
}

/// The same in single precision, or to the last of eight decimals.
fn is_near(stands: f64, read: f64) -> bool {
    (stands - read).abs() <= stands.abs() * 1e-7 + 1e-8
}
