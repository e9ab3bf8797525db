//! Files that turned up: whatever was read of one can be written down plainly, and is read the same again.

#![no_main]

use std::fmt::{Display, Write};

use aspis_market::leaked::{Found, Piece, read};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let mut rows = Vec::new();
    let mut signatures = 0_usize;
    let outcome = read(data, &mut |piece| match piece {
        Piece::Row(row) => rows.push(row),
        Piece::Signature(_) => signatures += 1,
        Piece::Unreadable => {}
    });
    assert!(rows.len() <= data.len() && signatures <= data.len());
    if outcome.is_err() || rows.is_empty() {
        return;
    }
    rows.iter().for_each(is_read_again_as_json);
    is_read_again_as_table(&rows);
});

fn text(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn again(written: &str) -> Vec<Found> {
    let mut rows = Vec::new();
    read(written.as_bytes(), &mut |piece| match piece {
        Piece::Row(row) => rows.push(row),
        other => panic!("{other:?} of {written:?}"),
    })
    .unwrap_or_else(|error| panic!("{error} of {written:?}"));
    rows
}

fn is_read_again_as_json(row: &Found) {
    let [open, high, low] = row.prices.map(text);
    let written = json!({
        "asset": row.asset, "interval": row.interval.map(|interval| interval.word()), "source": row.source,
        "timestamp": row.start.to_string(), "open": open, "high": high, "low": low,
        "close": text(row.close), "volume": text(row.volume),
    });
    assert_eq!(again(&written.to_string()), [row.clone()], "{written}");
}

/// Moments, numbers and intervals alone: a name may hold what a table is made of.
fn is_read_again_as_table(rows: &[Found]) {
    let mut written = String::from("volume,low,timestamp,high,interval,close,open\n");
    let plain: Vec<Found> =
        rows.iter().map(|row| Found { asset: None, source: None, ..row.clone() }).collect();
    for row in &plain {
        let [open, high, low] = row.prices.map(text);
        let interval = text(row.interval.map(|interval| interval.word()));
        let (volume, start, close) = (text(row.volume), row.start, text(row.close));
        writeln!(written, "{volume},{low},{start},{high},{interval},{close},{open}").expect("a string");
    }
    assert_eq!(again(&written), plain, "{written}");
}
