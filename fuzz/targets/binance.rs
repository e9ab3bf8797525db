//! Answers and messages of Binance: what is read as a bar is one, and means the same over REST and in the stream.

#![no_main]

use aspis_market::sources::binance::{
    rest::{self, Rows},
    stream::{self, Message},
};
use aspis_store::prices::{Bar, Interval};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

fuzz_target!(|data: &[u8]| {
    let Some((kind, body)) = data.split_first() else { return };
    match kind {
        b'h' => is_read_right(body, Interval::Hour),
        b'd' => is_read_right(body, Interval::Day),
        b's' => is_one_bar(body),
        _ => drop(rest::complaint(body)),
    }
});

/// A second reader that knows lists and nothing else counts the same rows.
fn is_read_right(body: &[u8], interval: Interval) {
    let Ok(rows) = rest::read(body, interval) else { return };
    let plain: Option<Vec<IgnoredAny>> = serde_json::from_slice(body).expect("it was read");
    assert_eq!(plain.map_or(0, |plain| plain.len()), rows.bars.len() + rows.wrong);
    for bar in rows.bars {
        is_a_bar(&bar, interval);
        let again = rest::read(format!("[{}]", row(&bar, interval)).as_bytes(), interval);
        assert_eq!(again, Ok(Rows { bars: vec![bar.clone()], wrong: 0 }));
        let said = stream::read(message(&bar, interval).to_string().as_bytes());
        assert_eq!(said, Ok(Message::Closed { symbol: "X".into(), interval, bar }));
    }
}

fn is_one_bar(body: &[u8]) {
    let Ok(Message::Closed { interval, bar, symbol }) = stream::read(body) else { return };
    is_a_bar(&bar, interval);
    assert!(symbol.len() <= 48);
    let again = rest::read(format!("[{}]", row(&bar, interval)).as_bytes(), interval);
    assert_eq!(again, Ok(Rows { bars: vec![bar], wrong: 0 }));
}

fn is_a_bar(bar: &Bar, interval: Interval) {
    let length = i64::try_from(interval.length().as_micros()).expect("a day at most");
    assert!(bar.start.0 >= 0 && bar.start.0 % length == 0);
    let prices = [bar.open, bar.high, bar.low, Some(bar.close)];
    assert!(prices.iter().all(|price| price.is_some_and(|price| price.is_positive())));
    assert!(bar.volume.is_some());
}

fn ends(bar: &Bar, interval: Interval) -> i64 {
    bar.start.plus(interval.length()).millis() - 1
}

fn texts(bar: &Bar) -> [String; 5] {
    let text =
        |price: Option<aspis_core::money::Fixed>| price.map(|price| price.to_string()).unwrap_or_default();
    let volume = bar.volume.map(|volume| volume.to_string()).unwrap_or_default();
    [text(bar.open), text(bar.high), text(bar.low), bar.close.to_string(), volume]
}

fn row(bar: &Bar, interval: Interval) -> Value {
    let [open, high, low, close, volume] = texts(bar);
    json!([bar.start.millis(), open, high, low, close, volume, ends(bar, interval), "0", 0, "0", "0", "0"])
}

fn message(bar: &Bar, interval: Interval) -> Value {
    let [open, high, low, close, volume] = texts(bar);
    let kline = json!({
        "t": bar.start.millis(), "T": ends(bar, interval), "s": "X", "i": interval.word(), "x": true,
        "o": open, "h": high, "l": low, "c": close, "v": volume,
    });
    json!({ "stream": "x@kline", "data": { "e": "kline", "s": "X", "k": kline } })
}
