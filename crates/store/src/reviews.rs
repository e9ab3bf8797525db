//! What waits for an operator's word: held prices and held predictions.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ReviewId},
};
use async_trait::async_trait;

use crate::Stored;

/// What is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewSubject {
    /// Rows of prices that are held.
    Price,
    /// A prediction that is held.
    Prediction,
}

impl ReviewSubject {
    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Prediction => "prediction",
        }
    }

    /// Reads [`ReviewSubject::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Price, Self::Prediction].into_iter().find(|subject| subject.word() == word)
    }
}

/// One thing that waits, or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its identifier.
    pub id: ReviewId,
    /// What it is about.
    pub subject: ReviewSubject,
    /// Which asset.
    pub asset: String,
    /// Why it is held: `snake_case` words with commas between them.
    pub why: String,
    /// Whose credential brought it, where one did. They may not decide it.
    pub by: Option<AccountId>,
    /// Which source brought it.
    pub source: Option<String>,
    /// What is known of it: a JSON object.
    pub facts: String,
    /// Since when it waits.
    pub opened: Timestamp,
    /// When somebody should have looked at it.
    pub due: Timestamp,
    /// When operators were last reminded of it.
    pub reminded: Option<Timestamp>,
    /// What became of it.
    pub decided: Option<Decided>,
}

/// What became of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// Who decided; nobody where the sources agreed.
    pub by: Option<AccountId>,
    /// True when it was found good.
    pub approved: bool,
    /// Why.
    pub reason: String,
}

/// Reviews, newest first.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Opens one.
    async fn open(&self, review: &Review) -> Stored<()>;

    /// One by its identifier.
    async fn get(&self, id: ReviewId) -> Stored<Option<Review>>;

    /// Those that are open, those that are decided, or all; after this one, going back in time.
    async fn list(
        &self,
        open: Option<bool>,
        after: Option<(Timestamp, ReviewId)>,
        limit: u64,
    ) -> Stored<Vec<Review>>;

    /// Writes a decision. False when there is one already, or no such review.
    async fn decide(&self, id: ReviewId, decided: &Decided) -> Stored<bool>;

    /// Open ones that were due before now, the most urgent first.
    async fn overdue(&self, now: Timestamp, limit: u64) -> Stored<Vec<Review>>;

    /// Remembers that operators were reminded of one.
    async fn reminded(&self, id: ReviewId, at: Timestamp) -> Stored<()>;
}
