//! One message to the collector, and what its answer means (OTLP 1, "OTLP/HTTP Response").

use std::{sync::Arc, time::Duration};

use aspis_core::chance::{self, Chance};
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use super::{
    Collector,
    pace::Pace,
    tally::{Outcome, Signal, Tally},
};
use crate::channels::{Call, Client, Reason};

/// What both signals are sent by.
pub(super) struct Sender {
    pub(super) collector: Collector,
    pub(super) client: Client,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) tally: Arc<Tally>,
}

/// What to do after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It was taken.
    Done,
    /// The same, so much later.
    Again(Duration),
    /// Others, so much later: this one will never be taken.
    Drop(Duration),
}

/// Why it was not taken.
enum Trouble {
    Later { reason: Reason, after: Option<Duration> },
    Never(Reason),
}

impl Sender {
    /// Sends, counts what came of it, and says what is news.
    pub(super) async fn send(&self, signal: Signal, pace: &mut Pace, body: &Value) -> Next {
        let trouble = match self.post(signal, body).await {
            Ok(()) => {
                self.tally.count(signal, Outcome::Taken);
                if pace.good() {
                    tracing::info!(signal = signal.word(), "the collector takes telemetry again");
                }
                return Next::Done;
            }
            Err(trouble) => trouble,
        };
        let (reason, after, outcome) = match trouble {
            Trouble::Later { reason, after } => (reason, after, Outcome::Retried),
            Trouble::Never(reason) => (reason, None, Outcome::Refused),
        };
        self.tally.count(signal, outcome);
        if pace.bad() {
            let signal = signal.word();
            tracing::warn!(signal, "the collector of otel.endpoint takes no telemetry: {reason}");
        }
        let [chance] = chance::bytes(self.chance.as_ref());
        let wait = pace.wait(after, chance);
        if outcome == Outcome::Retried { Next::Again(wait) } else { Next::Drop(wait) }
    }

    async fn post(&self, signal: Signal, body: &Value) -> Result<(), Trouble> {
        let target = match signal {
            Signal::Metrics => &self.collector.metrics,
            Signal::Traces => &self.collector.traces,
        };
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let own = self.collector.fields.iter().cloned();
        let fields: Vec<(HeaderName, HeaderValue)> = own.chain([kind]).collect();
        let call = Call { method: Method::POST, fields, body: body.to_string().into_bytes() };
        let answer = self.client.answer(target, call).await;
        let (status, after) = answer.map_err(|reason| Trouble::Later { reason, after: None })?;
        match status {
            200..=299 => Ok(()),
            429 | 502..=504 => Err(Trouble::Later { reason: Reason::Status(status), after }),
            _ => Err(Trouble::Never(Reason::Status(status))),
        }
    }
}
