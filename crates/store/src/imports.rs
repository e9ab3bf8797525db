//! Files of prices that an operator brings: how far each has come, and what there is of every asset.

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use crate::{
    Stored,
    prices::{Asset, Bar, Series},
};

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What names it: a hash of what is in it and where it goes.
    pub name: String,
    /// The last of its lines that is in.
    pub line: u64,
    /// A hash of everything up to that line.
    pub digest: String,
    /// How many rows stand up to there, good and bad.
    pub rows: u64,
    /// How many of them were new.
    pub added: u64,
    /// How many took the place of others.
    pub changed: u64,
    /// When it began.
    pub begun: Timestamp,
    /// When it was done.
    pub finished: Option<Timestamp>,
}

/// What there is of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Which series.
    pub series: Series,
    /// How many bars.
    pub rows: u64,
    /// When the first and the last of them begin.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Who brought them, by name.
    pub sources: Vec<String>,
}

/// Files that are brought in.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Adds an asset. Returns it as it is stored: one that was there stays as it was.
    async fn add_asset(&self, asset: &Asset) -> Stored<Asset>;

    /// How far a file has come, by its name.
    async fn import(&self, name: &str) -> Stored<Option<Import>>;

    /// Writes bars over those that begin at the same moments, and how far their file has come, where that is
    /// remembered, all or nothing.
    async fn carry_on(&self, series: &Series, bars: &[Bar], import: Option<&Import>) -> Stored<()>;

    /// What there is of every series, by asset, then by interval.
    async fn summaries(&self) -> Stored<Vec<Summary>>;
}
