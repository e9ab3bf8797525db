//! Rows of prices that are held, and the one transaction that takes a batch of rows in.
//!
//! A held row is never dropped: it stays with why it was held, what was served in its place, and what became of it.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, ids::ReviewId, money::Fixed};
use async_trait::async_trait;

use crate::{
    Stored,
    feeds::Feed,
    prices::{Bar, Interval, Series},
    reviews::{Decided, Review},
};

/// What became of a held row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is held yet.
    Held,
    /// Other rows agreed with it.
    Agreed,
    /// An operator released it.
    Approved,
    /// An operator refused it.
    Rejected,
}

impl Fate {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Agreed => "agreed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Reads [`Fate::word`].
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Held, Self::Agreed, Self::Approved, Self::Rejected];
        all.into_iter().find(|fate| fate.word() == word)
    }
}

/// What names a held row: no source brings two for the same bar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HeldName {
    /// The asset.
    pub asset: String,
    /// The interval.
    pub interval: Interval,
    /// Who brought it.
    pub source: Arc<str>,
    /// When its bar begins.
    pub start: Timestamp,
}

/// A row that is held, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The asset.
    pub asset: String,
    /// The interval.
    pub interval: Interval,
    /// Who brought it.
    pub source: Arc<str>,
    /// The row itself.
    pub bar: Bar,
    /// The review that it waits in.
    pub review: ReviewId,
    /// Why: `snake_case` words with commas between them.
    pub why: String,
    /// What was served in its place.
    pub served: Option<Fixed>,
    /// When it came.
    pub came: Timestamp,
    /// What became of it, and when.
    pub fate: (Fate, Option<Timestamp>),
}

impl Held {
    /// What names it.
    pub fn name(&self) -> HeldName {
        let Self { asset, interval, source, bar, .. } = self;
        HeldName { asset: asset.clone(), interval: *interval, source: Arc::clone(source), start: bar.start }
    }
}

/// What a batch of rows comes to, or a decision about held ones: written all or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Harvest {
    /// Accepted bars.
    pub bars: Vec<(Series, Vec<Bar>)>,
    /// Bars that are taken back: they leave their series, whoever wrote them.
    pub withdrawn: Vec<(Series, Timestamp)>,
    /// Rows that are held from now on, also those that were set free before.
    pub held: Vec<Held>,
    /// Reviews that open for them.
    pub opened: Vec<Review>,
    /// What became of rows that were held.
    pub settled: Vec<(HeldName, Fate, Timestamp)>,
    /// What became of reviews. Where one is decided already, nothing at all is written.
    pub decided: Vec<(ReviewId, Decided)>,
    /// How far each feed has come.
    pub feeds: Vec<Feed>,
}

/// Held rows.
#[async_trait]
pub trait Quarantine: Send + Sync {
    /// Writes a harvest. False, and nothing is written, where one of its reviews has been decided already.
    async fn keep(&self, harvest: &Harvest) -> Stored<bool>;

    /// Every row that is held yet, oldest first.
    async fn held(&self) -> Stored<Vec<Held>>;

    /// The rows of a review, oldest first, whatever became of them.
    async fn of_review(&self, review: ReviewId) -> Stored<Vec<Held>>;

    /// The rows that a source brought for the bar of this name and those after it, up to the last one.
    async fn between(&self, of: &HeldName, last: Timestamp) -> Stored<Vec<Held>>;
}
