//! Predictions: a model behind one port, and the checks that judge whatever it says.
//!
//! A forecast that is known for the day is answered at once. Any other is computed at the desk: apart from the threads
//! that answer requests, in the order of asking, once for all who ask the same, and not at all while the model fails.
//! What goes far is held until an operator has looked at it, and a frozen price is not predicted from.

use std::{io, sync::Arc, time::Duration};

use aspis_core::{
    clock::Clock,
    event::{Sink, Source},
    ids::AccountId,
    money::Fixed,
    refusal::{Code, Refusal},
    scenario::{
        denial_of_service::{breaker, queue, shedding::Rank, votes::Change},
        price_manipulation::plausible::Plausible,
    },
    secret::Secret,
};
use aspis_store::Reviews;

use crate::{
    forecast::{Forecast, Model},
    prices::{Board, Listed},
};

mod answer;
mod desk;
pub(crate) mod hold;
mod known;
mod name;

pub use answer::Prediction;
pub use desk::Counts;
use desk::{Desk, Wanted};
pub use hold::Held;
use hold::{Holds, Stand};

/// The settings of predictions.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Below this confidence an answer carries a warning.
    pub warn_below: f64,
    /// What a caller's own price may be, and how far a prediction may go unheld.
    pub plausible: Plausible,
    /// Sources whose prices may be asked for by name.
    pub trusted_sources: Vec<String>,
    /// How many wait, how long, and on how many threads is computed.
    pub queue: queue::Rules,
    /// When the model is left alone.
    pub breaker: breaker::Rules,
    /// How long a computation may take.
    pub timeout: Duration,
    /// How far a prediction may be from the last accepted price, as a share of it; further ones are held.
    pub hold_over: f64,
    /// How soon somebody should look at what is held.
    pub due: Duration,
}

/// What a caller asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// Days ahead; one where nothing is said.
    pub horizon_days: Option<u32>,
    /// A price of the caller's own to start from, for this answer alone.
    pub price: Option<Fixed>,
    /// The trusted source whose price to start from.
    pub source: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    /// Their account, where they have one here. They may not approve what is held for them.
    pub account: Option<AccountId>,
    /// Where the question comes from.
    pub source: Source,
    /// How much it matters.
    pub rank: Rank,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// The prediction.
    Given(Box<Prediction>),
    /// It is held until an operator has looked at it.
    Held(Held),
}

/// A question that was found good.
#[derive(Clone)]
struct Asked {
    listed: Arc<Listed>,
    horizon: u32,
    current: Fixed,
    model: &'static str,
}

/// What predictions need of the world around them.
pub struct Parts {
    /// The current prices.
    pub board: Arc<Board>,
    /// The model.
    pub model: Arc<dyn Model>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
    /// What waits for an operator's word.
    pub reviews: Arc<dyn Reviews>,
    /// What the reviews of predictions are named with; all nodes share it.
    pub review_key: Secret,
}

/// How soon it makes sense to ask again where the price does not move.
const FROZEN: Duration = Duration::from_secs(60);

/// Answers questions about the future.
pub struct Predictions {
    board: Arc<Board>,
    clock: Arc<dyn Clock>,
    model: &'static str,
    rules: Rules,
    desk: Desk,
    holds: Holds,
}

impl Predictions {
    /// With one model over the current prices. Starts the threads that compute; they end with it.
    pub fn new(parts: Parts, rules: Rules) -> io::Result<Self> {
        let Parts { board, model, clock, events, reviews, review_key } = parts;
        let name = model.name();
        let holds = Holds::new(reviews, review_key, Arc::clone(&clock), Arc::clone(&events), &rules);
        let desk = Desk::open(model, Arc::clone(&clock), events, &rules)?;
        Ok(Self { board, clock, model: name, rules, desk, holds })
    }

    /// Answers one question. A future that is dropped gives its place in the queue up.
    pub async fn ask(&self, asset: &str, question: &Question, asker: &Asker) -> Result<Answered, Refusal> {
        let listed = self.board.find(asset)?;
        let horizon = question.horizon_days.unwrap_or(1);
        self.judge(question, horizon, &listed)?;
        if listed.frozen {
            return Err(Refusal::new(Code::PriceFrozen).retry_after(FROZEN));
        }
        let forecast = match self.desk.known(&listed, horizon) {
            Some(forecast) => forecast,
            None => self.desk.compute(Wanted::new(Arc::clone(&listed), horizon), asker.rank).await?,
        };
        let from = Asked { current: listed.latest.price, listed, horizon, model: self.model };
        let plain = self.answer(&from, &forecast)?;
        let given = match question.price {
            Some(current) => self.answer(&Asked { current, ..from.clone() }, &forecast)?,
            None => plain.clone(),
        };
        let Some(why) = self.holds.why(&from.listed, &forecast, question.price.is_some()) else {
            return Ok(Answered::Given(Box::new(given)));
        };
        // What is held, and what an operator sees of it, is the model's word and never a caller's.
        match self.holds.stand(&from.listed, why, &plain, asker).await? {
            Stand::Approved(id) => Ok(Answered::Given(Box::new(Prediction { review: Some(id), ..given }))),
            Stand::Waits(id) => Ok(Answered::Held(Held::of(&plain, id))),
        }
    }

    fn answer(&self, asked: &Asked, forecast: &Forecast) -> Result<Prediction, Refusal> {
        let answer = answer::of(asked, forecast, self.rules.warn_below, self.clock.now());
        answer.ok_or_else(|| Refusal::because(Code::Unavailable, "The prediction cannot be counted."))
    }

    /// True while the queue takes no stranger more.
    pub fn queue_is_full(&self) -> bool {
        self.desk.is_full()
    }

    /// True while this node's own results say that the model is broken.
    pub fn are_broken(&self) -> bool {
        self.desk.finds_broken()
    }

    /// Does as most nodes find of the model: where it is broken to them it is left alone here as well.
    pub fn follow(&self, change: Change) {
        self.desk.follow(change);
    }

    /// How things stand at the desk.
    pub fn counts(&self) -> Counts {
        self.desk.counts()
    }

    fn judge(&self, question: &Question, horizon: u32, listed: &Listed) -> Result<(), Refusal> {
        if !crate::forecast::HORIZONS.contains(&horizon) {
            return Err(Refusal::field(
                Code::InvalidInput,
                "horizon_days",
                "out_of_range",
                "must be from 1 to 30",
            ));
        }
        if question.source.as_ref().is_some_and(|source| !self.rules.trusted_sources.contains(source)) {
            let detail = format!("must be one of {}", self.rules.trusted_sources.join(", "));
            return Err(Refusal::field(Code::InvalidInput, "source", "untrusted_source", detail));
        }
        let Some(price) = question.price else { return Ok(()) };
        let judged = self.rules.plausible.judge(price, listed.latest.price);
        judged.map_err(|error| {
            Refusal::field(Code::ImplausiblePrice, "price", "implausible_price", error.to_string())
        })
    }
}

impl std::fmt::Debug for Predictions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Predictions({})", self.model)
    }
}

#[cfg(test)]
pub(crate) mod tests;
