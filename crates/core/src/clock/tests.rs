use super::*;

#[test]
fn a_timestamp_reads_and_writes_rfc_3339() {
    let moment = Timestamp::parse("2020-01-17T00:00:00Z").expect("valid");
    assert_eq!(moment, Timestamp::from_seconds(1_579_219_200));
    assert_eq!(moment.to_string(), "2020-01-17T00:00:00Z");
    assert_eq!(Timestamp::parse("2020-01-17"), Some(moment));
    assert_eq!(Timestamp::parse("2020-01-17T01:00:00+01:00"), Some(moment));
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "",
        "now",
        "2020-13-01",
        "2020-02-30",
        "2020-01-17T25:00:00Z",
        "2020-01-17T00:00:00",
        "1579219200",
        "٢٠٢٠-٠١-١٧",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn spans_saturate_and_never_go_negative() {
    let early = Timestamp(5);
    assert_eq!(early.since(Timestamp(9)), Duration::ZERO);
    assert_eq!(Timestamp(i64::MAX).plus(Duration::from_secs(1)), Timestamp(i64::MAX));
    assert_eq!(Timestamp(-1).seconds(), -1);
}

#[test]
fn a_manual_clock_moves_only_when_told() {
    let clock = ManualClock::at(Timestamp::from_seconds(100));
    assert_eq!((clock.now(), clock.uptime()), (Timestamp::from_seconds(100), Duration::ZERO));
    clock.advance(Duration::from_secs(60));
    assert_eq!((clock.now(), clock.uptime()), (Timestamp::from_seconds(160), Duration::from_secs(60)));
    clock.set_wall(Timestamp::from_seconds(1));
    assert_eq!((clock.now(), clock.uptime()), (Timestamp::from_seconds(1), Duration::from_secs(60)));
}

#[test]
fn both_clocks_at_once_are_what_each_says() {
    let clock = SystemClock::start();
    for _ in 0..1000 {
        let before = (clock.now(), clock.uptime());
        let both = clock.both();
        let after = (clock.now(), clock.uptime());
        assert!(before.1 <= both.1 && both.1 <= after.1);
        let slack = Duration::from_millis(5);
        assert!(before.0.minus(slack) <= both.0 && both.0 <= after.0.plus(slack), "{both:?}");
    }
}
