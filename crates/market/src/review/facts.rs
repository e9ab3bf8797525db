//! What the review of a prediction remembers: the prediction, and the bar that it belongs to.

use aspis_core::clock::Timestamp;
use aspis_store::reviews::{Review, ReviewSubject};
use serde::Deserialize;

use crate::{
    prediction::{Prediction, hold::Why},
    prices::Board,
};

/// The facts of a held prediction, as [`crate::prediction`] writes them.
#[derive(Debug, Deserialize)]
pub(super) struct Facts {
    bar: String,
    pub(super) prediction: Prediction,
}

impl Facts {
    /// Of the review of a prediction.
    pub(super) fn of(review: &Review) -> Option<Self> {
        (review.subject == ReviewSubject::Prediction)
            .then(|| serde_json::from_str(&review.facts).ok())
            .flatten()
    }
}

/// True where the bar that a held prediction belongs to is not the newest any more.
pub(super) fn is_over(review: &Review, board: &Board) -> bool {
    let Some(facts) = Facts::of(review) else { return false };
    let Some(why) = Why::parse(&review.why) else { return false };
    let listing = board.all();
    let newest = listing.get(&review.asset).map(|listed| why.bar(listed));
    newest.zip(Timestamp::parse(&facts.bar)).is_some_and(|(newest, bar)| newest > bar)
}
