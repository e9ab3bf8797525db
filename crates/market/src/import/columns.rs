//! The header of a file, and a row into a bar by it.

use aspis_core::{
    clock::Timestamp,
    money::{DecimalError, Fixed, Volume},
};
use aspis_store::prices::{Bar, Interval};

use super::{cells::Cells, fault::Fault, table::HeaderError};

/// What a row is expected to be of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The asset; a column of another name's rows is refused.
    pub asset: String,
    /// How long a bar lasts.
    pub interval: Interval,
    /// No row ends later.
    pub now: Timestamp,
}

const PRICES: [&str; 3] = ["open", "high", "low"];

/// From 1970 until the end of 9999: what is written as earlier or later is a slip of the pen.
const YEARS: std::ops::Range<Timestamp> =
    Timestamp::from_seconds(0)..Timestamp::from_seconds(253_402_300_800);

/// Where the columns stand.
pub(super) struct Columns {
    timestamp: usize,
    close: usize,
    prices: [Option<usize>; 3],
    volume: Option<usize>,
    asset: Option<usize>,
    interval: Option<usize>,
}

impl Columns {
    pub(super) fn of(header: &Cells) -> Result<Self, HeaderError> {
        let find = |names: &[&'static str]| -> Result<Option<usize>, HeaderError> {
            let named = |cell: &[u8]| names.iter().any(|name| cell.eq_ignore_ascii_case(name.as_bytes()));
            let mut places = header.iter().enumerate().filter(|(_, cell)| named(cell)).map(|(at, _)| at);
            let place = places.next();
            if places.next().is_some() { Err(HeaderError::Twice(names[0])) } else { Ok(place) }
        };
        Ok(Self {
            timestamp: find(&["timestamp", "date"])?.ok_or(HeaderError::Missing("timestamp"))?,
            close: find(&["close"])?.ok_or(HeaderError::Missing("close"))?,
            prices: [find(&["open"])?, find(&["high"])?, find(&["low"])?],
            volume: find(&["volume"])?,
            asset: find(&["asset", "asset_id"])?,
            interval: find(&["interval"])?,
        })
    }

    /// The bar of a row, or the first thing that is wrong with it.
    pub(super) fn bar(&self, line: u64, cells: &Cells, expected: &Expected) -> Result<Bar, Fault> {
        let row = Row { line, cells };
        self.is_of(&row, expected)?;
        let start = self.start(&row, expected)?;
        let close = row.price("close", Some(self.close))?;
        let close = close.ok_or_else(|| Fault::cell(line, "close", "missing", None))?;
        let [open, high, low] = self.prices;
        let open = row.price(PRICES[0], open)?;
        let high = row.price(PRICES[1], high)?;
        let low = row.price(PRICES[2], low)?;
        let volume = row.volume(self.volume)?;
        Ok(Bar { open, high, low, volume, ..Bar::closing(start, close) })
    }

    /// `BTC-USD` is of BTC, `ETH` is not.
    fn is_of(&self, row: &Row<'_>, expected: &Expected) -> Result<(), Fault> {
        let named = |cell: &[u8]| {
            let own = expected.asset.as_bytes();
            cell.get(..own.len()).is_some_and(|head| head.eq_ignore_ascii_case(own))
                && cell.get(own.len()).is_none_or(|next| !next.is_ascii_alphanumeric())
        };
        let same = |cell: &[u8]| cell.eq_ignore_ascii_case(expected.interval.word().as_bytes());
        row.judge("asset", self.asset, "other_asset", named)?;
        row.judge("interval", self.interval, "other_interval", same)
    }

    /// When it begins: on the hour or the day, and so that it is over.
    fn start(&self, row: &Row<'_>, expected: &Expected) -> Result<Timestamp, Fault> {
        let (column, cell) = ("timestamp", row.cells.get(self.timestamp));
        let wrong = |why| Fault::cell(row.line, column, why, cell);
        let text = cell.ok_or_else(|| wrong("missing"))?;
        let start = std::str::from_utf8(text).ok().and_then(Timestamp::parse);
        let start = start.filter(|start| YEARS.contains(start)).ok_or_else(|| wrong("not_a_moment"))?;
        let length = i64::try_from(expected.interval.length().as_micros()).unwrap_or(i64::MAX);
        if start.0.rem_euclid(length) != 0 {
            return Err(wrong("misaligned"));
        }
        if start.plus(expected.interval.length()) > expected.now {
            return Err(wrong("not_closed"));
        }
        Ok(start)
    }
}

struct Row<'a> {
    line: u64,
    cells: &'a Cells,
}

impl Row<'_> {
    fn judge(
        &self,
        column: &'static str,
        at: Option<usize>,
        why: &'static str,
        is_good: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Fault> {
        match at.and_then(|at| self.cells.get(at)) {
            Some(cell) if !is_good(cell) => Err(Fault::cell(self.line, column, why, Some(cell))),
            _ => Ok(()),
        }
    }

    /// A price above zero; an empty cell is unknown.
    fn price(&self, column: &'static str, at: Option<usize>) -> Result<Option<Fixed>, Fault> {
        let price = self.number::<Fixed>(column, at, "not_a_price")?;
        let wrong = || Fault::cell(self.line, column, "not_a_price", at.and_then(|at| self.cells.get(at)));
        price.map(|price| if price.is_positive() { Ok(price) } else { Err(wrong()) }).transpose()
    }

    fn volume(&self, at: Option<usize>) -> Result<Option<Volume>, Fault> {
        self.number("volume", at, "not_a_volume")
    }

    fn number<N: std::str::FromStr<Err = DecimalError>>(
        &self,
        column: &'static str,
        at: Option<usize>,
        otherwise: &'static str,
    ) -> Result<Option<N>, Fault> {
        let Some(cell) = at.and_then(|at| self.cells.get(at)) else { return Ok(None) };
        let number = std::str::from_utf8(cell).map_err(|_| DecimalError::Syntax).and_then(str::parse);
        let why = |error| match error {
            DecimalError::Syntax => otherwise,
            DecimalError::TooFine => "too_many_decimals",
            DecimalError::TooLarge => "too_large",
        };
        number.map(Some).map_err(|error| Fault::cell(self.line, column, why(error), Some(cell)))
    }
}
