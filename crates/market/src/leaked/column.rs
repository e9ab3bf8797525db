//! What columns are called, and a row put together of its cells.

use aspis_core::money::{Fixed, Volume};
use aspis_store::prices::Interval;

use super::{
    Found,
    cell::{self, Comma},
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Time,
    Open,
    High,
    Low,
    Close,
    Volume,
    Asset,
    Interval,
    Source,
}

const COLUMNS: usize = 9;

/// Names, as letters and digits in lower case.
const NAMES: [(Column, &[&str]); COLUMNS] = [
    (
        Column::Time,
        &[
            "timestamp",
            "time",
            "date",
            "datetime",
            "t",
            "ts",
            "start",
            "begin",
            "opentime",
            "bartime",
            "day",
            "unix",
            "epoch",
            "moment",
            "timestamputc",
            "dateutc",
            "timeutc",
        ],
    ),
    (Column::Open, &["open", "o", "openprice", "first"]),
    (Column::High, &["high", "h", "highprice", "max"]),
    (Column::Low, &["low", "l", "lowprice", "min"]),
    (Column::Close, &["close", "c", "closeprice", "closingprice", "last", "price"]),
    (Column::Volume, &["volume", "v", "vol", "basevolume", "tradedvolume", "quantity", "qty", "turnover"]),
    (Column::Asset, &["assetid", "asset", "symbol", "ticker", "instrument", "pair", "coin", "s", "name"]),
    (Column::Interval, &["interval", "timeframe", "period", "resolution", "granularity", "bar"]),
    (Column::Source, &["source", "provider", "exchange", "venue", "feed"]),
];

impl Column {
    /// The column of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name.len() > 40 {
            return None;
        }
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        NAMES.iter().find(|(_, names)| names.contains(&&*plain)).map(|(column, _)| *column)
    }
}

/// The cells of a row, by column.
#[derive(Debug, Default)]
pub(super) struct Cells([Option<String>; COLUMNS]);

impl Cells {
    /// Fills a cell, unless it is: the first of two columns counts.
    pub(super) fn put(&mut self, column: Column, text: &str) {
        let cell = &mut self.0[column as usize];
        if cell.is_none() && !text.trim().is_empty() {
            *cell = Some(text.trim().to_owned());
        }
    }

    fn text(&self, column: Column) -> Option<&str> {
        self.0[column as usize].as_deref()
    }

    pub(super) fn asset(&self) -> Option<String> {
        self.text(Column::Asset).map(str::to_owned)
    }

    pub(super) fn interval(&self) -> Option<Interval> {
        match self.text(Column::Interval)?.to_ascii_lowercase().as_str() {
            "1d" | "d" | "day" | "daily" | "1day" | "24h" | "1440" | "86400" => Some(Interval::Day),
            "1h" | "h" | "hour" | "hourly" | "1hour" | "60" | "60m" | "3600" => Some(Interval::Hour),
            _ => None,
        }
    }

    pub(super) fn source(&self) -> Option<String> {
        self.text(Column::Source).map(str::to_owned)
    }

    /// The row, if it says when, and how much at least one of two ways.
    pub(super) fn row(&self, comma: Comma) -> Option<Found> {
        let units = |column| self.text(column).and_then(|text| cell::units(text, comma));
        let price = |column| units(column).and_then(|units| i64::try_from(units).ok()).map(Fixed::from_units);
        let (close, volume) = (price(Column::Close), units(Column::Volume).map(Volume::from_units));
        if close.is_none() && volume.is_none() {
            return None;
        }
        Some(Found {
            asset: self.asset(),
            interval: self.interval(),
            start: cell::moment(self.text(Column::Time)?)?,
            prices: [Column::Open, Column::High, Column::Low].map(price),
            close,
            volume,
            source: self.source(),
        })
    }
}
