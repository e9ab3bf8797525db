//! One line in our own words. The other formats carry it whole at their end, so that nothing of it is lost on the way.

use aspis_core::{event::Factor, refusal::Rule, scenario::Scenario};
use serde::Serialize;

use super::{
    chain::{Hash, Head},
    item::{Item, Lost, Mark, Sum, Why},
};

/// What is written of events that were not.
pub const LOST: &str = "events_lost";

/// The line as it is written. Its number and the hash of the line before stand at its end.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    pub(super) at: String,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scenario: Option<Scenario>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owasp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<&'a Rule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) factor: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enforced: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repeated: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<Edge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<Edge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    seq: u64,
    prev: Hash,
}

/// The first or the last of what was left out.
#[derive(Debug, Serialize)]
pub(super) struct Edge {
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl<'a> Line<'a> {
    /// The line that comes after `head`.
    pub(super) fn of(item: &'a Item, head: Head) -> Self {
        let bare = Self::bare(item, head);
        match item {
            Item::Event(event) => Self {
                scenario: event.kind.scenario(),
                owasp: event.kind.owasp(),
                client: event.client.map(|client| client.to_string()),
                account: event.account.map(|account| account.to_string()),
                key: event.key.map(|key| key.to_string()),
                request_id: event.request.map(|request| request.to_string()),
                route: &event.route,
                rule: event.rule.as_ref(),
                why: event.why.as_deref(),
                factor: event.factor.map(Factor::word),
                enforced: Some(event.enforced),
                ..bare
            },
            Item::Sum(sum) => bare.with_sum(sum),
            Item::Lost(lost) => bare.with_lost(lost),
        }
    }

    fn bare(item: &Item, head: Head) -> Self {
        Self {
            at: item.at().to_string(),
            kind: word(item),
            scenario: None,
            owasp: None,
            client: None,
            account: None,
            key: None,
            request_id: None,
            route: "",
            rule: None,
            factor: None,
            enforced: None,
            repeated: None,
            first: None,
            last: None,
            count: None,
            why: None,
            since: None,
            seq: head.seq + 1,
            prev: head.hash,
        }
    }

    fn with_sum(self, sum: &Sum) -> Self {
        Self {
            scenario: sum.kind.scenario(),
            owasp: sum.kind.owasp(),
            client: sum.client.map(|client| client.to_string()),
            repeated: Some(sum.count),
            first: Some(sum.first.into()),
            last: Some(sum.last.into()),
            ..self
        }
    }

    fn with_lost(self, lost: &Lost) -> Self {
        let (why, since) = match lost.why {
            Why::Slow => ("slow", None),
            Why::Unwritable(since) => ("unwritable", Some(since.to_string())),
            Why::Killed => ("killed", None),
        };
        Self { count: Some(lost.count), why: Some(why), since, ..self }
    }
}

/// What it is called.
pub(super) fn word(item: &Item) -> &'static str {
    match item {
        Item::Event(event) => event.kind.word(),
        Item::Sum(sum) => sum.kind.word(),
        Item::Lost(_) => LOST,
    }
}

impl From<Mark> for Edge {
    fn from(mark: Mark) -> Self {
        Self { at: mark.at.to_string(), request_id: mark.request.map(|request| request.to_string()) }
    }
}
