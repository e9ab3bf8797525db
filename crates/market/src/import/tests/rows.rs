//! What becomes of a row.

use super::*;
use crate::import::table::{Expected, Table};

/// What is wrong with the rows of a table.
fn faults(text: impl AsRef<[u8]>) -> Vec<String> {
    let expected = Expected { asset: "BTC".to_owned(), interval: Interval::Day, now: NOW };
    let mut table = Table::open(text.as_ref(), expected).expect("a table");
    let mut faults = Vec::new();
    while let Some(row) = table.row().expect("read") {
        faults.extend(row.bar.err().map(|fault| fault.to_string()));
    }
    faults
}

fn refused(text: &str) -> String {
    let expected = Expected { asset: "BTC".to_owned(), interval: Interval::Day, now: NOW };
    Table::open(text.as_bytes(), expected).expect_err("no table").to_string()
}

#[test]
fn a_file_without_its_columns_is_refused() {
    assert_eq!(refused(""), "it is empty");
    assert_eq!(refused("\n\n"), "it is empty");
    assert_eq!(refused("open,close\n"), "its first line names no column `timestamp`");
    assert_eq!(refused("timestamp\topen\n"), "its first line names no column `close`");
    assert_eq!(refused("timestamp,close,Close\n"), "its first line names the column `close` twice");
    assert_eq!(refused("timestamp,\"close\n"), "its first line is no line of names: open_quote");
}

#[test]
fn forms_that_are_good() {
    let good = [
        "\u{feff}timestamp,close\r\n2020-01-01,1\r\n2020-01-02T00:00:00+00:00,2",
        "close,note,timestamp\n\"1.5\",\"a, b\",\"2020-01-01\"\n2,\"said \"\"hi\"\"\",2020-01-02\n",
        "date;close\n2020-01-01;1\n\n# _signature,abc\n",
        "asset,interval,timestamp,open,high,low,close,volume\nbtc-usd,1D,2020-01-01,,,,1,\nBTC,,2020-01-02,1,2,1,2,3\n",
        "timestamp,close,open\n2020-01-01,1\n",
    ];
    for text in good {
        assert_eq!(faults(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn every_bad_row_is_told_with_line_column_and_reason() {
    let text = "timestamp,close,open,volume,asset,interval\n\
        ,1\n\
        2020-01-01,\n\
        01/02/2020,1\n\
        2020-01-01,abc\n\
        2020-01-01,0\n\
        2020-01-01,-1\n\
        2020-01-01,NaN\n\
        2020-01-01,1e5\n\
        2020-01-01,1,0.000000001\n\
        2020-01-01,99999999999999999999\n\
        2020-01-01,1,,-1\n\
        2020-01-01T12:00:00Z,1\n\
        2999-01-01,1\n\
        2020-01-01,1,,,ETH\n\
        2020-01-01,1,,,BTCX\n\
        2020-01-01,1,,,,1h\n\
        2020-01-01,\"1\n\
        2020-01-01,\x1b[2J\n\
        2020-01-01,1\n";
    assert_eq!(
        faults(text),
        [
            "line 2, timestamp: missing",
            "line 3, close: missing",
            "line 4, timestamp: not_a_moment (01/02/2020)",
            "line 5, close: not_a_price (abc)",
            "line 6, close: not_a_price (0)",
            "line 7, close: not_a_price (-1)",
            "line 8, close: not_a_price (NaN)",
            "line 9, close: not_a_price (1e5)",
            "line 10, open: too_many_decimals (0.000000001)",
            "line 11, close: too_large (99999999999999999999)",
            "line 12, volume: not_a_volume (-1)",
            "line 13, timestamp: misaligned (2020-01-01T12:00:00Z)",
            "line 14, timestamp: not_closed (2999-01-01)",
            "line 15, asset: other_asset (ETH)",
            "line 16, asset: other_asset (BTCX)",
            "line 17, interval: other_interval (1h)",
            "line 18: open_quote",
            "line 19, close: not_a_price (\\u{1b}[2J)",
        ]
    );
}

#[test]
fn a_row_out_of_order_costs_only_itself() {
    let at = |day: &str| format!("line {}, timestamp: not_in_order ({})", &day[..1], &day[2..]);
    let rows = |days: &[&str]| {
        let rows: Vec<String> = days.iter().map(|day| format!("2020-01-{day},1")).collect();
        faults(format!("timestamp,close\n{}", rows.join("\n")))
    };
    assert_eq!(rows(&["01", "02", "02", "03"]), [at("4 2020-01-02T00:00:00Z")], "twice");
    assert_eq!(rows(&["01", "03", "02", "04", "05"]), [at("4 2020-01-02T00:00:00Z")], "too late");
    assert_eq!(rows(&["01", "22", "02", "03", "04", "05"]), [at("3 2020-01-22T00:00:00Z")], "too early");
    assert_eq!(rows(&["22", "02", "03", "04"]), [at("2 2020-01-22T00:00:00Z")], "at the beginning");
    assert_eq!(rows(&["03", "02", "01"]).len(), 2, "backwards");
}

#[test]
fn a_year_that_nobody_can_mean_is_no_date() {
    let years = ["1969-12-31", "-000001-01-01", "0001-01-01", "10000-01-01", "+010000-01-01"];
    let rows: Vec<String> = years.iter().map(|day| format!("{day},1")).collect();
    let told = faults(format!("timestamp,close\n{}\n1970-01-01,1\n", rows.join("\n")));
    assert_eq!(told.len(), years.len(), "{told:?}");
    assert!(told.iter().all(|fault| fault.contains("timestamp: not_a_moment")), "{told:?}");
}

#[test]
fn what_is_no_utf_8_costs_its_row_wherever_it_stands() {
    let text = b"timestamp,close,note\n2020-01-01,1,a\xff\n2020-01-02,1,b\n2020-01-03,1,\xc3\x28\n";
    assert_eq!(faults(text), ["line 2: not_utf8", "line 4: not_utf8"]);
    let expected = Expected { asset: "BTC".to_owned(), interval: Interval::Day, now: NOW };
    let header = Table::open(&b"timestamp,close,\xff\n"[..], expected).expect_err("no table").to_string();
    assert_eq!(header, "its first line is no line of names: not_utf8");
}
