//! Files of prices: every row is judged once, whatever the pieces a file is read in; a good one is a bar that is over, in
//! order, and of the numbers that stand in its line.

#![no_main]

use std::io::{BufRead, BufReader};

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_market::import::table::{Expected, Row, Table};
use aspis_store::prices::{Bar, Interval};
use libfuzzer_sys::fuzz_target;

/// 2026-01-01: behind it lies every bar.
const NOW: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// The longest line that is a row.
const LONGEST: usize = 16 * 1024;
/// The mark that some programs put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

fuzz_target!(|data: &[u8]| {
    let Some((kind, file)) = data.split_first() else { return };
    let interval = if kind % 2 == 0 { Interval::Day } else { Interval::Hour };
    let whole = rows(file, interval);
    assert_eq!(whole, rows(BufReader::with_capacity(usize::from(kind / 2) + 1, file), interval));
    if let Some(rows) = whole {
        is_right(&rows, file, interval);
    }
});

/// All rows, unless it is no table.
fn rows(file: impl BufRead, interval: Interval) -> Option<Vec<Row>> {
    let expected = Expected { asset: "BTC".to_owned(), interval, now: NOW };
    let mut table = Table::open(file, expected).ok()?;
    let mut rows = Vec::new();
    while let Some(row) = table.row().expect("memory can be read") {
        rows.push(row);
    }
    Some(rows)
}

fn is_right(rows: &[Row], file: &[u8], interval: Interval) {
    let lines = plain(file);
    let told: Vec<u64> = rows.iter().map(|row| row.line).collect();
    let there: Vec<u64> = lines.iter().skip(1).map(|(number, _)| *number).collect();
    assert_eq!(told, there, "a row a line");
    let good: Vec<&Bar> = rows.iter().filter_map(|row| row.bar.as_ref().ok()).collect();
    assert!(good.windows(2).all(|two| two[0].start < two[1].start), "not in order");
    good.iter().for_each(|bar| is_a_bar(bar, interval));
    let header = lines[0].1;
    for row in rows {
        match &row.bar {
            Ok(bar) => {
                stands(bar, header, lines.iter().find(|(number, _)| *number == row.line).expect("told").1)
            }
            Err(fault) => assert!(fault.line == row.line && !fault.why.is_empty()),
        }
    }
}

/// The lines that say something, by their numbers, read plainly.
fn plain(file: &[u8]) -> Vec<(u64, &[u8])> {
    let file = file.strip_prefix(BOM).unwrap_or(file);
    let lines = file.split(|byte| *byte == b'\n').zip(1..);
    let trimmed = lines.map(|(line, number)| (number, line.strip_suffix(b"\r").unwrap_or(line)));
    trimmed
        .filter(|(_, line)| {
            line.len() >= LONGEST
                || !line.trim_ascii().is_empty() && !line.trim_ascii_start().starts_with(b"#")
        })
        .collect()
}

fn is_a_bar(bar: &Bar, interval: Interval) {
    let length = i64::try_from(interval.length().as_micros()).expect("a day at most");
    assert!(bar.start.0 >= 0 && bar.start.0 % length == 0 && bar.start.plus(interval.length()) <= NOW);
    let prices = [bar.open, bar.high, bar.low, Some(bar.close)];
    assert!(prices.iter().flatten().all(|price| price.is_positive()));
}

/// Where nothing is quoted, the cells are what stands between the delimiters.
fn stands(bar: &Bar, header: &[u8], line: &[u8]) {
    if header.contains(&b'"') || line.contains(&b'"') {
        return;
    }
    // Files that were put together have the mark in the middle, too.
    let [header, line] = [header, line].map(|text| text.strip_prefix(BOM).unwrap_or(text));
    let found = [b',', b';', b'\t'].into_iter().filter_map(|delimiter| {
        let named = |names: &[&str]| {
            let cells = header.split(|byte| *byte == delimiter).map(<[u8]>::trim_ascii);
            cells.clone().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name.as_bytes())))
        };
        Some((delimiter, named(&["timestamp", "date"])?, named(&["close"])?))
    });
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty(), "no header");
    // Where two would do, which one it is hangs on the other names.
    let [(delimiter, timestamp, close)] = found[..] else { return };
    let cells: Vec<&str> = line
        .split(|byte| *byte == delimiter)
        .map(|cell| std::str::from_utf8(cell.trim_ascii()).unwrap_or_default())
        .collect();
    assert_eq!(Timestamp::parse(cells[timestamp]), Some(bar.start));
    assert_eq!(cells[close].parse::<Fixed>().ok(), Some(bar.close));
}
