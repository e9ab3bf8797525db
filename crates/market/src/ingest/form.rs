//! What a row has to be before its price is looked at: a bar that is over, whose prices are prices.

use std::time::Duration;

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_store::prices::{Bar, Interval};

/// How far a sender's clock may be ahead of ours.
const SKEW: Duration = Duration::from_secs(2);

/// Why a row is refused: the word, and the member of the row.
pub(super) type Wrong = (&'static str, &'static str);

/// The first thing that is wrong with a row.
pub(super) fn judge(bar: &Bar, interval: Interval, now: Timestamp) -> Result<(), Wrong> {
    let prices = [("open", bar.open), ("high", bar.high), ("low", bar.low), ("close", Some(bar.close))];
    for (field, price) in prices {
        if price.is_some_and(|price| !price.is_positive()) {
            return Err(("not_a_price", field));
        }
    }
    range(bar)?;
    let length = i64::try_from(interval.length().as_micros()).unwrap_or(i64::MAX);
    if bar.start.0.rem_euclid(length) != 0 {
        return Err(("misaligned", "timestamp"));
    }
    if bar.start > now.plus(SKEW) {
        return Err(("in_future", "timestamp"));
    }
    if bar.start.plus(interval.length()) > now.plus(SKEW) {
        return Err(("not_closed", "timestamp"));
    }
    Ok(())
}

/// The highest price is not below any other, nor the lowest above.
fn range(bar: &Bar) -> Result<(), Wrong> {
    let inside = [bar.open, bar.low, bar.high, Some(bar.close)];
    let all = || inside.into_iter().flatten();
    if bar.high.is_some_and(|high| all().any(|price| price > high)) {
        return Err(("out_of_range", "high"));
    }
    if bar.low.is_some_and(|low| all().any(|price| price < low)) {
        return Err(("out_of_range", "low"));
    }
    Ok(())
}

/// True where its highest price is the highest, and its lowest the lowest.
pub(crate) fn in_range(bar: &Bar) -> bool {
    range(bar).is_ok()
}

/// True where the bar's own prices lie further apart than twice: the close alone would not show it.
pub(super) fn is_wild(bar: &Bar) -> bool {
    let close = i128::from(bar.close.units());
    let apart = |price: Fixed| {
        let price = i128::from(price.units());
        price > 2 * close || 2 * price < close
    };
    [bar.open, bar.high, bar.low].into_iter().flatten().any(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(10 * 3600);

    fn fixed(text: &str) -> Fixed {
        text.parse().expect("a decimal")
    }

    fn bar(hour: i64) -> Bar {
        Bar::closing(Timestamp::from_seconds(hour * 3600), fixed("100"))
    }

    fn judged(bar: &Bar) -> Result<(), Wrong> {
        judge(bar, Interval::Hour, NOW)
    }

    #[test]
    fn a_bar_is_over_and_begins_on_the_hour() {
        assert_eq!(judged(&bar(9)), Ok(()));
        assert_eq!(judged(&bar(10)), Err(("not_closed", "timestamp")));
        assert_eq!(judged(&bar(11)), Err(("in_future", "timestamp")));
        let crooked = Bar { start: Timestamp::from_seconds(9 * 3600 - 1), ..bar(0) };
        assert_eq!(judged(&crooked), Err(("misaligned", "timestamp")));
        assert_eq!(judge(&bar(9), Interval::Day, NOW), Err(("misaligned", "timestamp")));
        let ahead = NOW.minus(Duration::from_secs(2));
        assert_eq!(judge(&bar(9), Interval::Hour, ahead), Ok(()), "a clock may be two seconds ahead");
        assert!(judge(&bar(9), Interval::Hour, ahead.minus(Duration::from_micros(1))).is_err());
    }

    #[test]
    fn its_prices_are_prices_and_in_their_range() {
        let with = |open: &str, high: &str, low: &str| Bar {
            open: Some(fixed(open)),
            high: Some(fixed(high)),
            low: Some(fixed(low)),
            ..bar(9)
        };
        assert_eq!(judged(&with("99", "101", "98")), Ok(()));
        assert_eq!(judged(&with("0", "101", "98")), Err(("not_a_price", "open")));
        assert_eq!(judged(&Bar { close: fixed("-1"), ..bar(9) }), Err(("not_a_price", "close")));
        assert_eq!(judged(&with("99", "99.9", "98")), Err(("out_of_range", "high")));
        assert_eq!(judged(&with("97", "101", "98")), Err(("out_of_range", "low")));
        assert!(is_wild(&with("99", "201", "98")) && is_wild(&with("99", "101", "49")));
        assert!(!is_wild(&with("99", "200", "50")) && !is_wild(&bar(9)));
    }
}
