//! What the link of a review answers to whoever has it.

use aspis_core::{
    ids::{AccountId, ReviewId},
    refusal::{Code, Refusal},
};
use aspis_store::reviews::{Review, ReviewSubject};

use super::{
    Desk,
    facts::{Facts, is_over},
};
use crate::prediction::{Held, Prediction, hold::rejected};

/// How a review stands for who waits for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Polled {
    /// A prediction that waits.
    Held(Held),
    /// A prediction that was found good.
    Given(Box<Prediction>),
    /// Rows of prices: only who brought them is told.
    Price(Box<Review>),
}

impl Desk {
    /// A review for who has its link. The name of a held prediction cannot be guessed, so having it is enough; a
    /// review of prices is shown to the account that brought them, or an operator, and is not there for anybody else.
    pub async fn poll(
        &self,
        id: ReviewId,
        account: Option<AccountId>,
        operator: bool,
    ) -> Result<Polled, Refusal> {
        let review = self.parts.store.reviews.get(id).await?.ok_or(Code::NotFound)?;
        if review.subject == ReviewSubject::Price {
            let own = account.is_some() && review.by == account;
            return if own || operator {
                Ok(Polled::Price(Box::new(review)))
            } else {
                Err(Code::NotFound.into())
            };
        }
        let Facts { prediction, .. } = Facts::of(&review).ok_or(Code::NotFound)?;
        match &review.decided {
            Some(decided) if decided.approved => {
                Ok(Polled::Given(Box::new(Prediction { review: Some(id), ..prediction })))
            }
            Some(decided) if decided.by.is_some() => Err(rejected()),
            Some(_) => Err(Code::PredictionExpired.into()),
            None if is_over(&review, &self.parts.board) => Err(Code::PredictionExpired.into()),
            None => Ok(Polled::Held(Held::of(&prediction, id))),
        }
    }
}
