//! Daily bars from hours, for each day (UTC) that no source has brought itself.

use aspis_core::{clock::Timestamp, money::Volume};
use aspis_store::prices::{Bar, Interval, Series};

use super::to_f64;
use crate::{ingest::flags, shipped::is_shipped};

const DAY: i64 = 86_400_000_000;

/// True for a day that was made of hours, here or before it was stored.
pub(super) const fn is_made(bar: &Bar) -> bool {
    bar.flags & flags::MADE != 0
}

/// The stored days with those between and after them that only hours tell of; none where there is no such day.
pub(super) fn filled(stored: &[(Series, Vec<Bar>)]) -> Option<Vec<Bar>> {
    let of = |interval| stored.iter().find(move |(series, _)| series.interval == interval);
    let ((series, days), (of_hours, hours)) = of(Interval::Day).zip(of(Interval::Hour))?;
    // A day that is missing among the shipped ones is missing where they come from: hours of elsewhere are no such day.
    let shipped = days.iter().find(|bar| bar.source.is_none()).filter(|_| is_shipped(series));
    let is_missing = |made: &&[Bar]| {
        let start = Timestamp(day_of(&made[0]) * DAY);
        shipped.is_none_or(|last| start > last.start)
            && days.binary_search_by(|known| start.cmp(&known.start)).is_err()
    };
    let missing = hours.chunk_by(|a, b| day_of(a) == day_of(b)).filter(is_missing).map(day);
    let mut all: Vec<Bar> = missing.map(|bar| named(&bar, of_hours, series)).collect();
    if all.is_empty() {
        return None;
    }
    all.extend(days.iter().cloned());
    all.sort_by_key(|bar| std::cmp::Reverse(bar.start));
    Some(all)
}

/// A bar of one series as it stands in another: it names its source where that is not the series'.
pub(super) fn named(bar: &Bar, from: &Series, to: &Series) -> Bar {
    let source = bar.source_in(from).to_owned();
    let source = (*source != *to.source).then(|| source.into());
    Bar { source, ..bar.clone() }
}

/// A daily series made of hours, where there is none. Bars are newest first throughout.
pub(super) fn of_hours(stored: &[(Series, Vec<Bar>)]) -> Option<(Series, Vec<Bar>)> {
    let of = |interval| stored.iter().find(move |(series, _)| series.interval == interval);
    if of(Interval::Day).is_some() {
        return None;
    }
    let (series, hours) = of(Interval::Hour)?;
    let days = hours.chunk_by(|a, b| day_of(a) == day_of(b)).map(day).collect();
    Some((Series { interval: Interval::Day, ..series.clone() }, days))
}

fn day_of(bar: &Bar) -> i64 {
    bar.start.0.div_euclid(DAY)
}

/// One day of hours, newest first.
fn day(hours: &[Bar]) -> Bar {
    let (newest, oldest) = (&hours[0], &hours[hours.len() - 1]);
    let volume = |sum: Option<Volume>, bar: &Bar| {
        sum.zip(bar.volume).and_then(|(sum, volume)| sum.checked_add(volume))
    };
    Bar {
        start: Timestamp(day_of(newest) * DAY),
        open: oldest.open,
        high: hours.iter().filter_map(|bar| bar.high).max(),
        low: hours.iter().filter_map(|bar| bar.low).min(),
        close: newest.close,
        volume: hours.iter().fold(Some(Volume::ZERO), volume),
        flags: hours.iter().fold(flags::MADE, |flags, hour| flags | hour.flags),
        source: newest.source.clone(),
    }
}

/// The days with an hour more, which is later than all hours that are in them. False where the days know better: they
/// have come further than the hours.
pub(super) fn with_hour(days: &mut Vec<Bar>, hour: &Bar) -> bool {
    let start = Timestamp(day_of(hour) * DAY);
    match days.first_mut() {
        Some(newest) if newest.start > start => return false,
        Some(newest) if newest.start == start && is_made(newest) => {
            let both = day(&[hour.clone(), newest.clone()]);
            *newest = both;
        }
        // A source has brought this day itself.
        Some(newest) if newest.start == start => {}
        _ => days.insert(0, day(std::slice::from_ref(hour))),
    }
    true
}

/// Those of the days, newest first, that are over.
pub(super) fn over(days: &[Bar], now: Timestamp) -> &[Bar] {
    let open = days.iter().take_while(|day| day.start.plus(Interval::Day.length()) > now).count();
    &days[open..]
}

/// The days that hours of an asset make, oldest first, as far as they are over; the hours are newest first.
pub(crate) fn made_days(hours: Series, bars: Vec<Bar>, now: Timestamp) -> Option<(Series, Vec<Bar>)> {
    let (series, days) = of_hours(&[(hours, bars)])?;
    Some((series, over(&days, now).iter().rev().cloned().collect()))
}

/// The daily closes, oldest first, and the end of the last day.
pub(super) fn closes(days: &[Bar]) -> (Vec<f64>, Timestamp) {
    let as_of = days.first().map_or(Timestamp::default(), |bar| bar.start.plus(Interval::Day.length()));
    (to_f64(days), as_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(at: i64, close: &str) -> Bar {
        let price = close.parse().ok();
        let close = close.parse().expect("a decimal");
        let start = Timestamp::from_seconds(at * 3600);
        let volume = "1".parse().ok();
        Bar { open: price, high: price, low: price, volume, ..Bar::closing(start, close) }
    }

    #[test]
    fn hours_become_days_of_utc() {
        let series = Series {
            asset: "X".to_owned(),
            interval: Interval::Hour,
            source: "s".into(),
            role: aspis_store::prices::SeriesRole::History,
        };
        let hours = vec![hour(25, "5"), hour(24, "4"), hour(23, "9"), hour(1, "2"), hour(0, "3")];
        let stored = [(series.clone(), hours)];
        let made = of_hours(&stored).expect("there are hours and no days");
        let days = &made.1;
        assert_eq!(made.0.interval, Interval::Day);
        assert_eq!(days.iter().map(|bar| bar.close.to_string()).collect::<Vec<_>>(), ["5", "9"]);
        assert_eq!(
            (days[1].open, days[1].high, days[1].low),
            ("3".parse().ok(), "9".parse().ok(), "2".parse().ok())
        );
        assert_eq!(days[1].volume, "3".parse().ok());
        assert_eq!(closes(days), (vec![9.0, 5.0], Timestamp::from_seconds(2 * 86_400)));
        let before_midnight = Timestamp::from_seconds(2 * 86_400 - 1);
        assert_eq!(closes(over(days, before_midnight)), (vec![9.0], Timestamp::from_seconds(86_400)));
        let mut grown = days[1..].to_vec();
        assert!(stored[0].1.iter().take(2).rev().all(|hour| with_hour(&mut grown, hour)));
        assert_eq!(grown, *days, "hour by hour is the same as all at once");
        let daily = Series { interval: Interval::Day, ..series };
        assert!(of_hours(&[(daily, Vec::new()), stored[0].clone()]).is_none());
    }

    #[test]
    fn days_that_nobody_brought_are_made_of_hours_each_by_itself() {
        let of = |interval, source: &str| Series {
            asset: "X".to_owned(),
            interval,
            source: source.into(),
            role: aspis_store::prices::SeriesRole::History,
        };
        let (days, hours) = (of(Interval::Day, "a"), of(Interval::Hour, "b"));
        let brought = |at: i64, close: &str| Bar { volume: None, ..hour(at * 24, close) };
        let told = vec![hour(73, "8"), hour(72, "7"), hour(30, "6"), hour(5, "5")];
        let stored = [(days.clone(), vec![brought(2, "20"), brought(0, "10")]), (hours.clone(), told)];
        let all = filled(&stored).expect("two days are missing");
        let closes: Vec<_> = all.iter().map(|bar| bar.close.to_string()).collect();
        assert_eq!(closes, ["8", "20", "6", "10"]);
        assert_eq!(all.iter().map(is_made).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!((all[0].source_in(&days), all[1].source_in(&days)), ("b", "a"));
        let whole = [(days, vec![brought(0, "10")]), (hours, vec![hour(5, "5")])];
        assert!(filled(&whole).is_none(), "nothing is missing");
        let mut grown = vec![brought(1, "10")];
        assert!(!with_hour(&mut grown, &hour(5, "5")), "the days have come further");
        assert!(with_hour(&mut grown, &hour(30, "5")) && grown.len() == 1, "the day was brought");
        assert!(with_hour(&mut grown, &hour(50, "5")) && grown.len() == 2);
    }
}
