use proptest::prelude::*;

use super::{
    cell::{Comma, moment, units},
    *,
};

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    read(text.as_bytes(), &mut |piece| pieces.push(piece)).unwrap_or_else(|error| panic!("{text}: {error}"));
    pieces
}

fn refused(text: &[u8]) -> String {
    read(text, &mut |_| ()).expect_err("refused").to_string()
}

fn fixed(text: &str) -> Fixed {
    text.parse().expect("a decimal")
}

/// The row that all the files below tell of.
fn row() -> Found {
    Found {
        asset: Some("BTC".to_owned()),
        interval: Some(Interval::Day),
        start: Timestamp::parse("2020-01-17").expect("a date"),
        prices: [Some(fixed("8723.5")), None, Some(fixed("8600"))],
        close: Some(fixed("8929.01")),
        volume: Some("12345.6".parse().expect("a volume")),
        source: Some("bitstamp".to_owned()),
    }
}

#[test]
fn a_table_may_have_any_order_case_delimiter_and_names() {
    for text in [
        "asset_id,interval,timestamp,open,high,low,close,volume,source\r\nBTC,1d,2020-01-17T00:00:00Z,8723.5,,8600,8929.01,12345.6,bitstamp\r\n",
        "\u{feff}Source;Vol;C;L;O;DateTime;Timeframe;Ticker\nbitstamp;12.345,60;8929,01;8600;8.723,5;2020-01-17 00:00:00;daily;BTC",
        "symbol\tsource\tv\tc\tl\th\to\tt\tperiod\nBTC\tbitstamp\t1.23456e4\t8929.010\t8600.0\t\t8723.50\t1579219200\tD\n",
        "\n,Open,Low,Close,Volume,Interval,Exchange,Symbol,Note\n2020-01-17,\"8,723.5\",8600,8929.01,\"12,345.600\",1D,bitstamp,BTC,\"x,y\"\n",
        "sep=;\n# a note\n\"Date\";\"Open\";\"Low\";\"Close\";\"Volume\";\"Interval\";\"Source\";\"Asset\"\n\"1579219200000\";\"8723,5\";\"8600\";\"8929,01\";\"12345,6\";\"day\";\"bitstamp\";\"BTC\"\n",
    ] {
        assert_eq!(pieces(text), [Piece::Row(row())], "{text}");
    }
}

#[test]
fn json_may_be_lines_lists_or_nested() {
    let one = r#"{"source":"bitstamp","asset_id":"BTC","interval":"1d","timestamp":"2020-01-17T00:00:00Z","open":"8723.5","high":null,"low":8600,"close":8929.01,"volume":"12345.60"}"#;
    let bare = r#"{"t":1579219200000,"o":"8723.5","l":8600.0,"c":"8929.01","v":12345.6}"#;
    for (text, rows) in [
        (one.to_owned(), 1),
        (format!("{one}\n{one}\n"), 2),
        (format!(" [{one},\n {one}] "), 2),
        (format!(r#"{{"rows":[{one}],"next_cursor":null}}"#), 1),
        (
            format!(
                r#"{{"data":{{"rows":[{bare},{bare}]}},"asset":"BTC","interval":"1d","source":"bitstamp"}}"#
            ),
            2,
        ),
    ] {
        assert_eq!(pieces(&text), vec![Piece::Row(row()); rows], "{text}");
    }
    let noted = one.replacen('{', r#"{"note":{"by":"me"},"#, 1);
    assert_eq!(pieces(&noted), [Piece::Row(row())], "what is nested in a row is not the row's end");
}

#[test]
fn signatures_come_after_what_they_cover() {
    let bare = r#"{"t":"2020-01-17","c":"1"}"#;
    let is = |text: &str, form: &str| {
        let shape = |piece: &Piece| match piece {
            Piece::Row(_) => 'r',
            Piece::Signature(value) => {
                if value == "v1.a.b.c" {
                    's'
                } else {
                    '!'
                }
            }
            Piece::Unreadable => '?',
        };
        assert_eq!(pieces(text).iter().map(shape).collect::<String>(), form, "{text}");
    };
    is(&format!(r#"{{"_signature":"v1.a.b.c","rows":[{bare},{bare}]}}"#), "rrs");
    is(&format!("{bare}\n{bare}\n{{\"_signature\":\"v1.a.b.c\"}}\n"), "rrs");
    is(
        &format!(r#"[{{"rows":[{bare}],"_signature":"v1.a.b.c"}},{{"rows":[],"_signature":"v1.a.b.c"}}]"#),
        "rss",
    );
    is("t,c\n2020-01-17,1\n# _signature,v1.a.b.c\n", "rs");
    is("t,c\n2020-01-17,1\n# _signature,v1.a.b.c\r\nT,C\n2020-01-18,1\n\n", "rsr");
    is(",t,c\n0,2020-01-17,1\n1,# _signature,v1.a.b.c\n", "rs");
    is("# _signature,v1.a.b.c\nt;c\n2020-01-17;1\n# _signature;v1.a.b.c", "srs");
    is("t,c\n2020-01-17,1\n# _signature\nyesterday,1\n2020-01-17,x\n", "r???");
    is(&format!("{bare}\n{{\"t\":\"2020-"), "r?");
}

#[test]
fn what_holds_no_rows_is_refused() {
    for text in [
        &b""[..],
        b"\n\n",
        b"hello\nworld",
        b"close,volume\n1,2",
        b"time,open\n1,2",
        b"\x7fELF\x01\x00",
        b"# only\n",
    ] {
        assert!(refused(text).starts_with("has no header line"), "{text:?}");
    }
    assert!(refused(b"{\"a\" 5}").starts_with("is no JSON"));
    assert!(refused(&b"[".repeat(5000)).starts_with("is no JSON"), "as deep as it may be");
}

#[test]
fn numbers_are_read_as_they_are_written_elsewhere() {
    let is = |text: &str, comma, wanted: Option<&str>| {
        let wanted = wanted.map(|text| text.parse::<Volume>().expect("a volume").units());
        assert_eq!(units(text, comma), wanted, "{text}");
    };
    for (text, wanted) in [
        ("1", "1"),
        ("+1.50", "1.5"),
        ("1,234,567.5", "1234567.5"),
        ("1.234.567", "1234567"),
        ("1,234", "1234"),
        ("1 234\u{a0}567.25", "1234567.25"),
        ("1'234.5", "1234.5"),
        ("4.69033600e8", "469033600"),
        ("1E-8", "0.00000001"),
        ("12345.600000000001", "12345.6"),
        ("0.000000005", "0.00000001"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0e9", "0"),
        ("1e-400", "0"),
    ] {
        is(text, Comma::Thousands, Some(wanted));
    }
    is("1234,5", Comma::Decimal, Some("1234.5"));
    is("1.234,5", Comma::Decimal, Some("1234.5"));
    is("1,234,567", Comma::Decimal, Some("1234567"));
    for text in
        ["", "-1", "x", "1x", "NaN", "inf", "1e", "1e99", "1e2147483647", "--1", "1.2.3e5.", &"9".repeat(70)]
    {
        is(text, Comma::Thousands, None);
    }
}

#[test]
fn moments_are_read_as_they_are_written_elsewhere() {
    let noon = Timestamp::parse("2020-01-17T12:00:00Z");
    for text in [
        "2020-01-17T12:00:00Z",
        "2020-01-17T13:00:00+01:00",
        "2020-01-17 12:00:00",
        "2020-01-17 12:00:00.000000",
        "2020-01-17 12:00:00+00:00",
        "2020-01-17 12:00:00 UTC",
        "2020/01/17 12:00:00",
        " 2020-01-17T12:00 ",
        "1579262400",
        "1579262400.0",
        "1579262400000",
        "1579262400000000",
        "1579262400000000000",
    ] {
        assert_eq!(moment(text), noon, "{text}");
    }
    let day = Timestamp::parse("2020-01-17");
    assert_eq!([moment("20200117"), moment("2020-01-17"), moment("2020/01/17")], [day; 3]);
    for text in ["", "today", "17.01.2020", "2020-13-01", "99999999", &"9".repeat(30), "2020-01-17T25:00:00Z"]
    {
        assert_eq!(moment(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn what_a_volume_prints_reads_back(whole: u128, comma: bool) {
        let volume = Volume::from_units(whole);
        let comma = if comma { Comma::Decimal } else { Comma::Thousands };
        prop_assert_eq!(units(&volume.to_string(), comma), Some(whole));
    }

    #[test]
    fn nothing_panics(bytes: Vec<u8>, head in "([{\\[]|t,c\n|t;c,v\n)?", text in "[0-9eE.,;\\-+: TZ\"#{}\\[\\]a-c\n]{0,80}") {
        let _ = read(&bytes[..], &mut |_| ());
        let _ = read(format!("{head}{text}").as_bytes(), &mut |_| ());
    }
}
