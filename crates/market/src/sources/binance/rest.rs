//! Klines over REST: a list of rows of twelve, times in milliseconds, prices and volumes as decimal texts.

use aspis_core::clock::Timestamp;
use aspis_store::prices::{Bar, Interval};
use serde::Deserialize;

use crate::sources::{
    cell::{Cell, Few},
    fault::Fault,
};

/// The most rows of one answer.
pub(super) const ROWS: usize = 1000;

/// What an answer held.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The bars, in the order they came, the running one among them.
    pub bars: Vec<Bar>,
    /// Rows that are none.
    pub wrong: usize,
}

type Row = Few<Cell, 16>;

/// Reads an answer of status 200.
pub fn read(body: &[u8], interval: Interval) -> Result<Rows, Fault> {
    let rows: Few<Row, ROWS> =
        serde_json::from_slice(body).map_err(|_| Fault::Unreadable("it is no list of rows"))?;
    let mut read = Rows::default();
    for row in &rows.0 {
        match bar(&row.0, interval) {
            Some(bar) => read.bars.push(bar),
            None => read.wrong += 1,
        }
    }
    Ok(read)
}

fn bar(row: &[Cell], interval: Interval) -> Option<Bar> {
    let [opened, open, high, low, close, volume, closed, ..] = row else { return None };
    let start = start(opened.whole()?, closed.whole()?, interval)?;
    Some(Bar {
        open: Some(open.text_price()?),
        high: Some(high.text_price()?),
        low: Some(low.text_price()?),
        volume: Some(volume.text_volume()?),
        ..Bar::closing(start, close.text_price()?)
    })
}

/// When a bar begins that is one of this interval: aligned, and as long as it has to be.
pub(super) fn start(opened: i64, closed: i64, interval: Interval) -> Option<Timestamp> {
    let length = i64::try_from(interval.length().as_millis()).ok()?;
    let is_one = (0..LAST).contains(&opened) && opened % length == 0 && opened + (length - 1) == closed;
    is_one.then(|| Timestamp(opened * 1000))
}

/// 9999-12-30T22:00:00Z in milliseconds: what comes then has no name.
const LAST: i64 = 253_402_207_200_000;

#[derive(Deserialize)]
struct Complaint {
    code: i64,
}

/// What a refusal of status 400 says: -1121 is a symbol that there is not, -1003 are too many requests.
pub fn complaint(body: &[u8]) -> Fault {
    match serde_json::from_slice(body).map(|complaint: Complaint| complaint.code) {
        Ok(-1121) => Fault::UnknownSymbol,
        Ok(-1003) => Fault::Limited { after: None },
        _ => Fault::Status(400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_begins_in_a_year_that_can_be_written() {
        let day = |opened: i64| start(opened, opened.saturating_add(86_399_999), Interval::Day);
        let last = Timestamp::parse("9999-12-30").expect("a day");
        assert_eq!((day(0), day(last.millis())), (Some(Timestamp(0)), Some(last)));
        let end = i64::MAX / 1000 / 86_400_000 * 86_400_000;
        for opened in [LAST, end, i64::MAX, i64::MIN, -86_400_000, 1] {
            assert_eq!(day(opened), None, "{opened}");
        }
    }
}
