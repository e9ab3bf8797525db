//! Days, pages and leases, against sums done by hand.

use std::time::Duration;

use super::*;

mod leases;
mod pages;

const TODAY: Day = Day(20_778);

#[test]
fn a_day_ends_at_midnight_utc() {
    let now = Timestamp::parse("2026-11-21T23:59:58.5Z").expect("a moment");
    assert_eq!(Day::of(now), TODAY);
    assert_eq!(TODAY.to_string(), "2026-11-21");
    assert_eq!(TODAY.end(), Timestamp::parse("2026-11-22").expect("a date"));
    assert_eq!(TODAY.left(now), Duration::from_millis(1500));
    assert_eq!(Day::of(TODAY.end()), Day(TODAY.0 + 1));
    assert_eq!(TODAY.left(TODAY.end()), Duration::ZERO);
    assert_eq!(Day::of(Timestamp(-1)), Day(-1), "also before there were days");
}
