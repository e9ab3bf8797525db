//! Counting the bytes of answers: in one place for every row of the table that is metered, and not in handlers.
//!
//! Bytes of the body before any encoding, of answers that give what was asked for. HEAD costs nothing. What fits no
//! more is refused before its first byte; what is sent is counted as it goes out.

use std::sync::Arc;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::RequestId,
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_guard::{Allowance, Passage};
use aspis_identity::keys::ApiKeys;
use axum::{body::Body, response::Response};
use http::Method;
use http_body::Body as _;

use super::{
    App,
    quota::{Denied, Payer, Quota, Reserved},
};
use crate::{
    settings::Stance,
    surface::{self, Answering},
};

mod counted;

use counted::Counted;

/// The most bytes that a streamed answer can come to: put into its extensions by the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight(pub(crate) u64);

/// What is metered, and where it is counted.
pub(super) struct Metering {
    quota: Arc<Quota>,
    keys: Arc<ApiKeys>,
    events: Arc<dyn Sink>,
    /// By row of the table: its name and what becomes of a verdict; none where nothing is metered.
    rows: Vec<Option<(String, Stance)>>,
}

/// One request whose answer is counted.
pub(super) struct Metered {
    metering: Arc<Metering>,
    row: usize,
    payer: Payer,
    client: Client,
    request: RequestId,
    at: Timestamp,
    head_only: bool,
}

impl Metering {
    pub(super) fn new(app: &App) -> Arc<Self> {
        let rows = surface::rows().into_iter().map(|row| {
            let name = row.to_string();
            let stance = app.settings.safeguards.of(&name).quota;
            (row.metered && stance != Stance::Off).then_some((name, stance))
        });
        let (quota, keys) = (Arc::clone(&app.quota), Arc::clone(&app.keys));
        Arc::new(Self { quota, keys, events: Arc::clone(&app.events), rows: rows.collect() })
    }

    /// Counts the call where an account or one of its keys makes it; what is to be done with the answer, where that is metered.
    pub(super) fn begin(self: &Arc<Self>, row: usize, method: &Method, passage: &Passage) -> Option<Metered> {
        let account = passage.principal.account();
        if let Some(account) = account {
            self.quota.called(account, passage.now, passage.uptime);
        }
        if let Principal::Key(keyed) = passage.principal {
            self.keys.used(keyed.key, passage.client, passage.now);
        }
        self.rows.get(row)?.as_ref()?;
        Some(Metered {
            metering: Arc::clone(self),
            row,
            payer: account.map_or(Payer::Client(passage.client), Payer::Account),
            client: passage.client,
            request: passage.request,
            at: passage.now,
            head_only: method == Method::HEAD,
        })
    }
}

impl Metered {
    /// Waits for the answer, and lets it go if its bytes are still to be had.
    pub(super) async fn run(self, answering: Answering) -> Response {
        let response = answering.await;
        if response.extensions().get::<Refusal>().is_some() || !response.status().is_success() {
            return response;
        }
        let Some(bytes) = (if self.head_only { Some(0) } else { weight(&response) }) else {
            tracing::error!("a metered answer does not say how much it can be");
            return said(Response::default(), Refusal::new(Code::Internal), None);
        };
        match self.metering.quota.reserve(self.payer, bytes).await {
            Ok(reserved) => self.counted(response, reserved),
            Err(denied) => self.denied(response, bytes, denied),
        }
    }

    fn counted(&self, response: Response, reserved: Reserved) -> Response {
        let allowance = reserved.allowance;
        let response = if self.head_only {
            response
        } else {
            response.map(|body| Body::new(Counted::new(body, reserved)))
        };
        allowed(response, Some(allowance))
    }

    /// The one place that decides between refusing and recording.
    fn denied(&self, response: Response, bytes: u64, denied: Denied) -> Response {
        let Denied { refusal, allowance } = denied;
        if bytes == 0 {
            return allowed(response, allowance);
        }
        let Some(Some((route, Stance::Observe))) = self.metering.rows.get(self.row) else {
            return said(Response::default(), refusal, allowance);
        };
        if refusal.code() == Code::QuotaExceeded {
            self.metering.events.record(self.event(route, &refusal));
        }
        allowed(response, allowance)
    }

    fn event(&self, route: &str, refusal: &Refusal) -> Event {
        Event {
            at: self.at,
            kind: Kind::Refused(refusal.code()),
            client: Some(self.client),
            key: None,
            account: match self.payer {
                Payer::Account(account) => Some(account),
                Payer::Client(_) => None,
            },
            request: Some(self.request),
            route: route.to_owned().into(),
            rule: refusal.facts().rule.clone(),
            enforced: false,
        }
    }
}

/// How many bytes an answer is, or can be at most where it is streamed.
fn weight(response: &Response) -> Option<u64> {
    let streamed = response.extensions().get::<Weight>().map(|weight| weight.0);
    response.body().size_hint().exact().or(streamed)
}

fn said(mut response: Response, refusal: Refusal, allowance: Option<Allowance>) -> Response {
    response.extensions_mut().insert(refusal);
    allowed(response, allowance)
}

fn allowed(mut response: Response, allowance: Option<Allowance>) -> Response {
    if let Some(allowance) = allowance {
        response.extensions_mut().insert(allowance);
    }
    response
}
