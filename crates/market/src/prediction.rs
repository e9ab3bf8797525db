//! Predictions: a model behind one port, and the checks that judge whatever it says.
//!
//! A forecast that is known for the day is answered at once. Any other is computed at the desk: apart from the threads
//! that answer requests, in the order of asking, once for all who ask the same, and not at all while the model fails.

use std::{io, sync::Arc};

use aspis_core::{
    clock::Clock,
    event::Sink,
    money::Fixed,
    refusal::{Code, Refusal},
    scenario::{
        denial_of_service::{breaker, queue, shedding::Rank},
        price_manipulation::plausible::Plausible,
    },
};

use crate::{
    forecast::Model,
    prices::{Board, Listed},
};

mod answer;
mod desk;
mod known;

pub use answer::Prediction;
pub use desk::Counts;
use desk::{Desk, Wanted};

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
    pub timeout: std::time::Duration,
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

/// A question that was found good.
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
}

/// Answers questions about the future.
pub struct Predictions {
    board: Arc<Board>,
    clock: Arc<dyn Clock>,
    model: &'static str,
    rules: Rules,
    desk: Desk,
}

impl Predictions {
    /// With one model over the current prices. Starts the threads that compute; they end with it.
    pub fn new(parts: Parts, rules: Rules) -> io::Result<Self> {
        let Parts { board, model, clock, events } = parts;
        let name = model.name();
        let desk = Desk::open(model, Arc::clone(&clock), events, &rules)?;
        Ok(Self { board, clock, model: name, rules, desk })
    }

    /// Answers one question. A future that is dropped gives its place in the queue up.
    pub async fn ask(&self, asset: &str, question: &Question, rank: Rank) -> Result<Prediction, Refusal> {
        let listed = self.board.find(asset)?;
        let horizon = question.horizon_days.unwrap_or(1);
        self.judge(question, horizon, &listed)?;
        let forecast = match self.desk.known(&listed, horizon) {
            Some(forecast) => forecast,
            None => self.desk.compute(Wanted::new(Arc::clone(&listed), horizon), rank).await?,
        };
        let current = question.price.unwrap_or(listed.latest.price);
        let asked = Asked { listed, horizon, current, model: self.model };
        let answer = answer::of(&asked, &forecast, self.rules.warn_below, self.clock.now());
        answer.ok_or_else(|| Refusal::because(Code::Unavailable, "The prediction cannot be counted."))
    }

    /// True while the queue takes no stranger more.
    pub fn queue_is_full(&self) -> bool {
        self.desk.is_full()
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
mod tests;
