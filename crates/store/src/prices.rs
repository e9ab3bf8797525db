//! Price history: assets, series and bars.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    money::{Fixed, Volume},
};
use async_trait::async_trait;

use crate::Stored;

/// How long a bar lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interval {
    /// One hour.
    Hour,
    /// One day, UTC.
    Day,
}

impl Interval {
    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    /// Reads [`Interval::word`].
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "1h" => Some(Self::Hour),
            "1d" => Some(Self::Day),
            _ => None,
        }
    }

    /// Its length.
    pub const fn length(self) -> std::time::Duration {
        std::time::Duration::from_secs(match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
        })
    }
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// 1 to 12 upper-case letters and digits.
    pub id: String,
    /// ISO 4217 code of the currency it is priced in.
    pub currency: String,
    /// What it is, for people.
    pub name: String,
    /// What operators say of it: markup that was cleaned. Only [`Prices::describe`] writes it.
    pub description: Option<String>,
}

/// What a series is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeriesRole {
    /// The asset's history.
    History,
    /// A second source: for checks, never shown as history.
    Check,
}

/// All bars of one asset, one interval, one source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// The asset.
    pub asset: String,
    /// The interval.
    pub interval: Interval,
    /// Where the bars come from.
    pub source: Arc<str>,
    /// What they are for.
    pub role: SeriesRole,
}

/// One bar. Only the close is always known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// When it begins.
    pub start: Timestamp,
    /// The first price.
    pub open: Option<Fixed>,
    /// The highest price.
    pub high: Option<Fixed>,
    /// The lowest price.
    pub low: Option<Fixed>,
    /// The last price.
    pub close: Fixed,
    /// How much was traded.
    pub volume: Option<Volume>,
    /// What was noticed about it when it came, a bit a mark: the market has their names.
    pub flags: u32,
    /// Where it comes from, where that is not where its series comes from.
    pub source: Option<Arc<str>>,
}

impl Bar {
    /// A bar of which nothing but the close is known.
    pub const fn closing(start: Timestamp, close: Fixed) -> Self {
        Self { start, open: None, high: None, low: None, close, volume: None, flags: 0, source: None }
    }

    /// Where it comes from, in a series.
    pub fn source_in<'a>(&'a self, series: &'a Series) -> &'a str {
        self.source.as_deref().unwrap_or(&series.source)
    }

    /// True where both say the same about the same time, whatever was noticed about either.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |bar: &Self| (bar.start, bar.open, bar.high, bar.low, bar.close, bar.volume);
        said(self) == said(other)
    }
}

/// A part of a series, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub before: Option<Timestamp>,
    /// How many to skip.
    pub offset: u64,
    /// How many at most.
    pub limit: u64,
}

/// Assets and their bars.
#[async_trait]
pub trait Prices: Send + Sync {
    /// Every asset, by name.
    async fn assets(&self) -> Stored<Vec<Asset>>;

    /// Writes what operators say of an asset, or that they say nothing. False where there is no such asset.
    async fn describe(&self, asset: &str, description: Option<&str>) -> Stored<bool>;

    /// Every series.
    async fn series(&self) -> Stored<Vec<Series>>;

    /// Writes assets and bars under a marker, all or nothing, once: false when the marker was there already.
    /// `progress` is told how many bars are written.
    async fn load_once(
        &self,
        marker: &str,
        assets: &[Asset],
        batches: &[(Series, Vec<Bar>)],
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Stored<bool>;

    /// True when `load_once` has been done under this marker.
    async fn is_loaded(&self, marker: &str) -> Stored<bool>;

    /// A part of one series, newest first.
    async fn bars(&self, series: &Series, span: Span) -> Stored<Vec<Bar>>;
}
