//! A model that does what a test says, when it says so.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex},
};

use aspis_market::forecast::{Distribution, Fhs, ForecastError, Model};
use serde_json::json;

use super::{Caller, Reply, Shop};

/// What it does with one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// It answers.
    Answer,
    /// It says that it failed.
    Fail,
    /// It panics.
    Panic,
}

/// The model. A question waits until an act is given for it.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    state: Mutex<State>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct State {
    asked: Vec<u32>,
    acts: VecDeque<Act>,
    always: Option<Act>,
}

/// A prediction that was asked for and is not read yet; dropped, its caller has hung up.
pub(crate) type Asking<'a> = Pin<Box<dyn Future<Output = Reply> + 'a>>;

impl Oracle {
    /// A shop that believes in it, with budgets that no test spends and one thread that computes.
    pub(crate) async fn shop(settings: &[&str]) -> (Shop, Arc<Self>) {
        let oracle = Arc::new(Self::default());
        let settings = [&super::ENDLESS[..], &["predict.workers=1"], settings].concat();
        (Shop::with_model(&settings, oracle.clone()).await, oracle)
    }

    /// The next question that has no act yet gets this one.
    pub(crate) fn once(&self, act: Act) {
        self.state.lock().unwrap().acts.push_back(act);
        self.told.notify_all();
    }

    /// Every question without an act of its own gets this one.
    pub(crate) fn always(&self, act: Act) {
        self.state.lock().unwrap().always = Some(act);
        self.told.notify_all();
    }

    /// Questions wait again.
    pub(crate) fn wait(&self) {
        self.state.lock().unwrap().always = None;
    }

    /// The horizons that it was asked for, in their order.
    pub(crate) fn asked(&self) -> Vec<u32> {
        self.state.lock().unwrap().asked.clone()
    }

    /// Goes on when so many questions have come to it. It is on threads of its own.
    pub(crate) async fn was_asked(&self, times: usize) {
        while self.asked().len() < times {
            tokio::task::yield_now().await;
        }
    }
}

impl Model for Oracle {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn distribution(&self, closes: &[f64], horizon_days: u32) -> Result<Distribution, ForecastError> {
        let mut state = self.state.lock().unwrap();
        state.asked.push(horizon_days);
        let act = loop {
            let always = state.always;
            if let Some(act) = state.acts.pop_front().or(always) {
                break act;
            }
            state = self.told.wait(state).unwrap();
        };
        drop(state);
        match act {
            Act::Answer => Fhs.distribution(closes, horizon_days),
            Act::Fail => Err(ForecastError::Failed("as it was told")),
            Act::Panic => panic!("as it was told"),
        }
    }
}

impl<'a> Caller<'a> {
    /// Asks for a prediction and waits for it.
    pub(crate) async fn predict(&self, asset: &str, days: u32) -> Reply {
        self.post(&format!("/api/v1/predict/{asset}"), &json!({"horizon_days": days})).await
    }

    /// Asks for a prediction and goes on; whoever asks later stands behind it.
    pub(crate) async fn begin(&self, asset: &'a str, days: u32) -> Asking<'a> {
        let caller = self.clone();
        let mut asking: Asking<'a> = Box::pin(async move { caller.predict(asset, days).await });
        if let std::task::Poll::Ready(reply) = futures_util::poll!(&mut asking) {
            return Box::pin(std::future::ready(reply));
        }
        asking
    }
}
