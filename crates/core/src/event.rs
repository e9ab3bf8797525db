//! Security events: one closed list, one sink.
//!
//! Everything in monitoring is derived from the stream of events. An event never holds a password, token, key or
//! cookie: its fields are typed so that none fits. Only what an operator says of their own deed is free text.

use std::borrow::Cow;

use crate::{
    client::Client,
    clock::Timestamp,
    ids::{AccountId, KeyId, RequestId},
    refusal::Rule,
};

mod factor;
mod kind;

pub use factor::Factor;
pub use kind::Kind;

/// Where an event comes from: a request, or the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who sent the request.
    pub client: Option<Client>,
    /// Which request.
    pub request: Option<RequestId>,
}

impl Source {
    /// No request at all.
    pub const SERVER: Self = Self { client: None, request: None };

    /// A request.
    pub fn request(client: Client, request: RequestId) -> Self {
        Self { client: Some(client), request: Some(request) }
    }
}

/// One typed security fact.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Who, on the network.
    pub client: Option<Client>,
    /// For whom.
    pub account: Option<AccountId>,
    /// By which API key.
    pub key: Option<KeyId>,
    /// In which request.
    pub request: Option<RequestId>,
    /// On which route, as the surface table writes it.
    pub route: Cow<'static, str>,
    /// By which rule, at which count.
    pub rule: Option<Rule>,
    /// Why an operator did it, in their own words; bounded by whoever takes them.
    pub why: Option<Box<str>>,
    /// What a sign-in or a step-up was proved by.
    pub factor: Option<Factor>,
    /// False when a safeguard in `observe` let the request pass.
    pub enforced: bool,
    /// True where a page of another site may have had a visitor's browser send the request: it is counted apart.
    pub lured: bool,
}

impl Event {
    /// An event that belongs to no request.
    pub fn of_server(kind: Kind, at: Timestamp) -> Self {
        Self {
            at,
            kind,
            client: None,
            account: None,
            key: None,
            request: None,
            route: "".into(),
            rule: None,
            why: None,
            factor: None,
            enforced: true,
            lured: false,
        }
    }
}

/// Where events go. Never blocks and never fails: a request does not wait for its log line.
pub trait Sink: Send + Sync {
    /// Takes one event.
    fn record(&self, event: Event);

    /// Looks at one that others take, too. Who keeps nothing of it needs no copy.
    fn see(&self, event: &Event) {
        self.record(event.clone());
    }
}
