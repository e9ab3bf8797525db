//! The review desk: what waits for an operator's word, and what their word does.
//!
//! Held prices are let in or refused by the intake, in the transaction that writes the decision; held predictions are
//! only marked, and whoever asks reads the mark. Who brought something cannot approve it. What nobody looks at in time
//! is told again and again; prices stay held, and predictions end with their bar. Deliberately not here: what is held
//! and why (`ingest`, `prediction`), and who is an operator.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::{Clock, Timestamp},
    event::{Event, Kind, Sink, Source},
    ids::{AccountId, ReviewId},
    refusal::{Code, Refusal, Rule},
};
use aspis_store::{
    Durable, Stored,
    reviews::{Decided, Review, ReviewSubject},
};

use crate::{ingest::Intake, prices::Board};

mod facts;
mod poll;
mod rounds;

pub use poll::Polled;

/// What the desk needs of the world around it.
pub struct Parts {
    /// Everything durable.
    pub store: Durable,
    /// The way in for prices, and for those that were held.
    pub intake: Arc<Intake>,
    /// The current prices.
    pub board: Arc<Board>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
}

/// The desk.
pub struct Desk {
    parts: Parts,
    remind: Duration,
}

/// An operator's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Who says it.
    pub by: AccountId,
    /// True when it is found good.
    pub approved: bool,
    /// Why.
    pub reason: String,
    /// Where it comes from.
    pub source: Source,
}

impl Desk {
    /// Operators are reminded of what is overdue every `remind`.
    pub fn new(parts: Parts, remind: Duration) -> Self {
        Self { parts, remind }
    }

    /// Reviews, newest first: those that are open, those that are decided, or all.
    pub async fn list(
        &self,
        open: Option<bool>,
        after: Option<(Timestamp, ReviewId)>,
        limit: u64,
    ) -> Stored<Vec<Review>> {
        self.parts.store.reviews.list(open, after, limit).await
    }

    /// Does what an operator says, once. The review as it stands then.
    pub async fn decide(&self, id: ReviewId, word: Word) -> Result<Review, Refusal> {
        let review = self.parts.store.reviews.get(id).await?.ok_or(Code::NotFound)?;
        if review.decided.is_some() {
            return Err(Code::AlreadyDecided.into());
        }
        if word.approved && review.by == Some(word.by) {
            return Err(Code::OwnReview.into());
        }
        let Word { by, approved, reason, source } = word;
        let decided = Decided { at: self.parts.clock.now(), by: Some(by), approved, reason };
        if !self.apply(&review, &decided).await? {
            return Err(Code::AlreadyDecided.into());
        }
        let kind = if approved { Kind::ReviewApproved } else { Kind::ReviewRejected };
        let review = Review { decided: Some(decided), ..review };
        self.tell(kind, &review, source);
        Ok(review)
    }

    async fn apply(&self, review: &Review, decided: &Decided) -> Stored<bool> {
        let intake = &self.parts.intake;
        match (review.subject, decided.approved) {
            (ReviewSubject::Price, true) => intake.release(review, decided).await,
            (ReviewSubject::Price, false) => intake.reject(review, decided).await,
            (ReviewSubject::Prediction, _) => self.parts.store.reviews.decide(review.id, decided).await,
        }
    }

    fn tell(&self, kind: Kind, review: &Review, source: Source) {
        let Review { id, asset, subject, decided, .. } = review;
        let reason = decided.as_ref().map_or("", |decided| &decided.reason);
        let by = decided.as_ref().and_then(|decided| decided.by);
        let place = format!("{} of {asset}, review {id}: {reason}", subject.word());
        let rule = Rule { place: Some(place), ..Rule::named(kind.word()) };
        let event = Event::of_server(kind, self.parts.clock.now());
        let Source { client, request } = source;
        self.parts.events.record(Event { client, request, account: by, rule: Some(rule), ..event });
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

#[cfg(test)]
mod tests;
