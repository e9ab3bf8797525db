use super::*;

fn starts(meta: &str, interval: Interval, now: &str, times: &[i64]) -> Vec<String> {
    let closes = vec!["7.5"; times.len()].join(",");
    let body = format!(
        "{{\"chart\":{{\"result\":[{{\"meta\":{{\"symbol\":\"X\"{meta}}},\"timestamp\":{times:?},\
         \"indicators\":{{\"quote\":[{{\"close\":[{closes}]}}]}}}}]}}}}"
    );
    let now = Timestamp::parse(now).unwrap();
    let chart = read(body.as_bytes(), Asked { symbol: "x", interval, now }).unwrap();
    chart.bars.iter().map(|bar| bar.start.to_string()).collect()
}

fn at(text: &str) -> i64 {
    Timestamp::parse(text).unwrap().seconds()
}

#[test]
fn a_day_is_that_of_the_exchange_in_both_halves_of_the_year() {
    let new_york = [at("2020-01-15T14:30:00Z"), at("2020-07-15T13:30:00Z")];
    for offset in [-18_000, -14_400] {
        let meta = format!(",\"gmtoffset\":{offset}");
        let days = starts(&meta, Interval::Day, "2021-01-01", &new_york);
        assert_eq!(days, ["2020-01-15T00:00:00Z", "2020-07-15T00:00:00Z"]);
    }
    // Days in London begin at its own midnight, and Tokyo opens when UTC's day begins.
    let london = [at("2020-01-15T00:00:00Z"), at("2020-07-14T23:00:00Z")];
    for offset in [0, 3600] {
        let meta = format!(",\"gmtoffset\":{offset}");
        let days = starts(&meta, Interval::Day, "2021-01-01", &london);
        assert_eq!(days, ["2020-01-15T00:00:00Z", "2020-07-15T00:00:00Z"]);
    }
    let tokyo = starts(",\"gmtoffset\":32400", Interval::Day, "2021-01-01", &[at("2020-01-15T00:00:00Z")]);
    assert_eq!(tokyo, ["2020-01-15T00:00:00Z"]);
}

#[test]
fn a_session_that_goes_on_is_no_bar() {
    let opened = at("2020-01-15T14:30:00Z");
    let meta = format!(
        ",\"gmtoffset\":-18000,\"currentTradingPeriod\":{{\"regular\":{{\"start\":{opened},\"end\":{}}}}}",
        opened + 36_000
    );
    assert!(starts(&meta, Interval::Day, "2020-01-15T23:59:59Z", &[opened]).is_empty());
    assert!(starts(&meta, Interval::Day, "2020-01-16T00:10:00Z", &[opened]).is_empty());
    assert_eq!(starts(&meta, Interval::Day, "2020-01-16T00:30:00Z", &[opened]).len(), 1);
}

#[test]
fn an_hour_is_one_of_the_clock() {
    let times = [at("2020-01-15T10:00:00Z"), at("2020-01-15T11:00:00Z"), at("2020-01-15T11:17:05Z")];
    let hours = starts(",\"dataGranularity\":\"1h\"", Interval::Hour, "2020-01-15T11:17:06Z", &times);
    assert_eq!(hours, ["2020-01-15T10:00:00Z"]);
}

#[test]
fn numbers_that_are_no_moments_are_no_rows() {
    let times = [i64::MIN, i64::MAX, -90_000, 0, 253_402_300_800 * 2];
    assert_eq!(starts("", Interval::Day, "2021-01-01", &times), ["1970-01-01T00:00:00Z"]);
    for offset in [i64::MAX, i64::MIN, 54_001, -54_001] {
        let days = starts(&format!(",\"gmtoffset\":{offset}"), Interval::Day, "2021-01-01", &[5]);
        assert_eq!(days, ["1970-01-01T00:00:00Z"], "{offset}");
    }
}

#[test]
fn splits_are_whole_and_in_order() {
    let split = |date: &str, new: &str, old: &str| {
        format!("\"{0}\":{{\"date\":{0},\"numerator\":{new},\"denominator\":{old}}}", at(date))
    };
    let all = [
        split("2020-08-31T13:30:00Z", "4", "1"),
        split("2014-06-09T13:30:00Z", "7.0", "1"),
        split("2005-02-28T14:30:00Z", "2.5", "1"),
        split("2004-02-28T14:30:00Z", "0", "1"),
        split("2003-02-28T14:30:00Z", "1", "1"),
        split("2002-02-28T14:30:00Z", "1e9", "1"),
    ];
    let body = format!(
        "{{\"chart\":{{\"result\":[{{\"meta\":{{\"symbol\":\"X\"}},\"events\":{{\"splits\":{{{}}}}}}}]}}}}",
        all.join(",")
    );
    let asked = Asked { symbol: "X", interval: Interval::Day, now: Timestamp::parse("2021-01-01").unwrap() };
    let chart = read(body.as_bytes(), asked).unwrap();
    let day = |text| Timestamp::parse(text).unwrap();
    assert_eq!(chart.splits, [(day("2014-06-09"), (7, 1)), (day("2020-08-31"), (4, 1))]);
}
