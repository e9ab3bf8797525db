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

/// One letter a piece: a row, a signature, or what says nothing.
fn shape(text: &[u8]) -> String {
    let mut shape = String::new();
    let letter = |piece| match piece {
        Piece::Row(_) => 'r',
        Piece::Signature(_) => 's',
        Piece::Unreadable => '?',
    };
    read(text, &mut |piece| shape.push(letter(piece))).unwrap_or_else(|error| panic!("{error}"));
    shape
}

#[test]
fn an_odd_value_costs_itself_and_an_unreadable_line_its_line() {
    let bare = r#"{"t":"2020-01-17","c":"1"}"#;
    let deep = |depth: usize| format!("{}1{}", r#"{"a":["#.repeat(depth), "]}".repeat(depth));
    for odd in [
        "1e999",
        "-1e-999",
        "NaN",
        r#""\ud800""#,
        "\"\u{7}\"",
        "123456789012345678901234567890",
        "[]",
        "{}",
        &deep(100),
        &deep(100_000),
        &format!("\"{}\"", "x".repeat(100_000)),
        &"9".repeat(100_000),
    ] {
        let row = bare.replacen('{', &format!(r#"{{"x":{odd},"#), 1);
        let file = format!("{row}\n[{row},{bare}]\n{{\"rows\":[{row}],\"_signature\":\"v1.a\"}}");
        assert_eq!(shape(file.as_bytes()), "rrrrs", "{file:.99}");
    }
    for torn in [
        r#"{"t":"2020"#,
        r#"{"t":"#,
        r#"{"t""#,
        r#"{"t" 5}"#,
        r#"{"t":1,"#,
        r#"{"t":1]"#,
        "{5:1}",
        "}",
        "nothing",
    ] {
        let file = format!("{bare}\n{torn}\n{bare}\r{torn}\r{bare}\n");
        let shape = shape(file.as_bytes());
        assert!(shape.matches('r').count() == 3 && shape.contains('?'), "{torn}: {shape}");
    }
    assert_eq!(shape(format!(r#"{{"_signature":"v1.a","rows":[{bare},{bare},{{"t":"20"#).as_bytes()), "rrs?");
    let long = bare.replace("\"1\"", "0.10000000000000000055511151231257827e1");
    assert_eq!(pieces(&long), pieces(bare), "digits beyond a float's");
    let null = r#"{"t":"2020-01-17","c":"1","asset":null,"source":"null","vol":true}"#;
    assert!(matches!(
        &pieces(null)[..],
        [Piece::Row(Found { asset: None, source: Some(_), volume: None, .. })]
    ));
    let counted = bare.replace("\"2020-01-17\"", "1.5792192e12");
    assert_eq!(pieces(&counted), pieces(bare));
}

#[test]
fn lines_may_end_as_on_any_system_and_nothing_is_left_out_silently() {
    let table = format!("t,c\n{}# _signature,v1.a\n", "2020-01-17,1\n".repeat(20_000));
    let all = "r".repeat(20_000) + "s";
    for ends in ["\n", "\r", "\r\n", "\r\r"] {
        assert!(shape(table.replace('\n', ends).as_bytes()) == all, "{ends:?}");
    }
    for (quoted, form) in [("\"", "r?rr"), ("2020-01-17,1,\"", "rrrr")] {
        let swallowed = format!("t,c\n2020-01-17,1\n{quoted}\n2020-01-17,1\n2020-01-17,1\n");
        assert_eq!(shape(swallowed.as_bytes()), form, "a quote without an end");
    }
    let header = format!("{},t,c\n2020-01-17,1\n", "x".repeat(70_000));
    assert!(refused(header.as_bytes()).ends_with("longer than 64 KiB"));
}

#[test]
fn utf_16_is_read_where_it_says_so() {
    let table = "t;c;s\n2020-01-17;1;\u{1d11e}\n".to_owned() + &"2020-01-17;1;x\n".repeat(5000);
    let document = r#"{"t":"2020-01-17","c":"1","s":"é"}"#;
    for text in [&*table, document] {
        let with = |unit: fn(u16) -> [u8; 2]| {
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
        };
        for mut bytes in [with(u16::to_le_bytes), with(u16::to_be_bytes)] as [Vec<u8>; 2] {
            let mut wide = Vec::new();
            read(&bytes[..], &mut |piece| wide.push(piece)).expect("rows");
            assert!(wide == pieces(text));
            // Torn within a character.
            bytes.pop();
            let _ = read(&bytes[..], &mut |_| ());
        }
    }
    assert!(refused(b"t\0,\0c\0\n\0").ends_with("without its mark"));
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
