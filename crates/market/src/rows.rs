//! Rows of price history as CSV: `asset,timestamp,open,high,low,close,volume`.
//!
//! Only the timestamp and the close are required; the rest may be empty. What is not a price (unparsable, not above
//! zero) or not in order is refused with its line.

use aspis_core::{
    clock::Timestamp,
    money::{Fixed, Volume},
};
use aspis_store::prices::Bar;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// Not CSV at all.
    #[error("not CSV: {0}")]
    Csv(#[from] csv::Error),
    /// A column that is needed is not there.
    #[error("the column `{0}` is missing")]
    Column(&'static str),
    /// A value that is no value.
    #[error("line {line}: `{column}` is not a {wanted}")]
    Value {
        /// The line in the file, the header being the first.
        line: u64,
        /// The column.
        column: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// A bar that is not after the one before it.
    #[error("line {0}: not later than the row before it")]
    Order(u64),
}

struct Columns {
    timestamp: usize,
    close: usize,
    prices: [Option<usize>; 3],
    volume: Option<usize>,
}

const PRICES: [&str; 3] = ["open", "high", "low"];

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, RowError> {
        let find = |name: &str| header.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        Ok(Self {
            timestamp: find("timestamp").ok_or(RowError::Column("timestamp"))?,
            close: find("close").ok_or(RowError::Column("close"))?,
            prices: PRICES.map(find),
            volume: find("volume"),
        })
    }

    fn bar(&self, record: &csv::StringRecord) -> Result<Bar, RowError> {
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |column, wanted| RowError::Value { line, column, wanted };
        let start = record
            .get(self.timestamp)
            .and_then(Timestamp::parse)
            .ok_or_else(|| wrong("timestamp", "moment (RFC 3339)"))?;
        let close =
            price(record.get(self.close)).ok().flatten().ok_or_else(|| wrong("close", "price above 0"))?;
        let mut prices = [None; 3];
        for (at, name) in PRICES.into_iter().enumerate() {
            let text = self.prices[at].and_then(|index| record.get(index));
            prices[at] = price(text).map_err(|()| wrong(name, "price above 0"))?;
        }
        let [open, high, low] = prices;
        let volume = volume(self.volume.and_then(|index| record.get(index)))
            .map_err(|()| wrong("volume", "decimal of 0 or more"))?;
        Ok(Bar { open, high, low, volume, ..Bar::closing(start, close) })
    }
}

/// An empty cell is unknown, not zero.
fn cell(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn volume(text: Option<&str>) -> Result<Option<Volume>, ()> {
    cell(text).map(|text| text.parse().map_err(|_| ())).transpose()
}

fn price(text: Option<&str>) -> Result<Option<Fixed>, ()> {
    cell(text).map(|text| text.parse().ok().filter(|value: &Fixed| value.is_positive()).ok_or(())).transpose()
}

/// Reads a whole file of one series, oldest first.
pub fn read(bytes: &[u8]) -> Result<Vec<Bar>, RowError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let columns = Columns::of(reader.headers()?)?;
    let mut bars: Vec<Bar> = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let bar = columns.bar(&record)?;
        if bars.last().is_some_and(|last| bar.start <= last.start) {
            return Err(RowError::Order(record.position().map_or(0, csv::Position::line)));
        }
        bars.push(bar);
    }
    Ok(bars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(rows: &str) -> String {
        read(format!("timestamp,open,close,volume\n{rows}").as_bytes()).expect_err(rows).to_string()
    }

    #[test]
    fn only_timestamp_and_close_are_required() {
        let bars = read(b"close,timestamp\n1.5,2020-01-01\n2,2020-01-02T00:00:00Z\n").expect("rows");
        assert_eq!(bars.len(), 2);
        assert_eq!((bars[0].open, bars[0].close.to_string()), (None, "1.5".to_owned()));
    }

    #[test]
    fn what_is_no_price_or_not_in_order_is_refused_with_its_line() {
        assert_eq!(refused("2020-01-01,1,0,5"), "line 2: `close` is not a price above 0");
        assert_eq!(refused("2020-01-01,1,NaN,5"), "line 2: `close` is not a price above 0");
        assert_eq!(refused("2020-01-01,-1,1,5"), "line 2: `open` is not a price above 0");
        assert_eq!(refused("2020-01-01,1,1,-5"), "line 2: `volume` is not a decimal of 0 or more");
        assert_eq!(refused("01/02/2020,1,1,5"), "line 2: `timestamp` is not a moment (RFC 3339)");
        assert_eq!(refused("2020-01-02,1,1,5\n2020-01-02,1,1,5"), "line 3: not later than the row before it");
        assert_eq!(read(b"a,b\n1,2").expect_err("columns").to_string(), "the column `timestamp` is missing");
        assert!(read(b"timestamp,close\n2020-01-01\n").is_err());
    }
}
