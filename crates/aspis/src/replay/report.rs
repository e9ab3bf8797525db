//! What came out: per rule and class how many would be stopped that passed, and would pass that were stopped.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use aspis_core::{clock::Timestamp, ids::RequestId};
use aspis_watch::decisions::{Answered, Bytes, Tried};
use serde::Serialize;

use super::{
    doors::{Verdict, Was},
    stopped::Stopped,
};

/// Requests that stand as examples.
const EXAMPLES: usize = 5;
/// Clients that are told, and those that are told apart while counting.
const CLIENTS: usize = 20;
const APART: usize = 100_000;

/// What cannot be known from facts alone.
const UNKNOWN: [&str; 7] = [
    "Requests that were turned away before they were understood, or for their credential, stay as they were.",
    "Whether a sign-in that was turned away would have had the right secret: it is taken for wrong.",
    "How callers would have gone on: who is stopped sooner tries again, or goes away.",
    "What a finding or a sign of a scraper is: only whether it counts (safeguards.*, scraping.score).",
    "Blocks that other settings would have made, queues, breakers, and the beginning and end of attacks.",
    "What was counted before the log begins, and in lines that were lost or cannot be read.",
    "Counts begin anew with each start of the server, and where a limit's window gets another length (tightened, \
     relaxed): what was counted in the one does not count in the other, as in the server itself.",
];

#[derive(Debug, Default)]
struct Row {
    stopped: u64,
    passing: u64,
    examples: Vec<RequestId>,
}

/// Counts while the log is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    requests: u64,
    tries: u64,
    exports: u64,
    pub(super) runs: u64,
    pub(super) lost: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    rows: BTreeMap<(String, String), Row>,
    clients: HashMap<String, u64>,
    /// Requests that pages of other sites had sent, and how many of them would end otherwise.
    pages: Stopped,
    lured: u64,
}

impl Tally {
    pub(super) fn seen(&mut self, at: Timestamp) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
    }

    pub(super) fn request(&mut self, answered: &Answered, was: Was, is: Verdict) {
        self.requests += 1;
        if answered.lured {
            self.pages.put(answered.request);
        }
        let (class, client, request) = (&*answered.class, &*answered.client, Some(answered.request));
        match (was, is) {
            (Was::Answered, Verdict::Stopped(rule)) => self.stops(&rule, class, client, request),
            (Was::Stopped(rule), Verdict::Passes) => self.passes(&rule, class, client, request),
            // Another rule, or the same one: stopped all the same.
            (Was::Stopped(_) | Was::Other, Verdict::Stopped(_))
            | (Was::Answered | Was::Other, Verdict::Passes) => {}
        }
    }

    pub(super) fn attempt(&mut self, tried: &Tried, is: Option<&'static str>) {
        self.tries += 1;
        match (&tried.rule, is) {
            (None, Some(rule)) => self.stops(rule, "login", &tried.client, tried.request),
            (Some(rule), None) => self.passes(rule, "login", &tried.client, tried.request),
            _ => {}
        }
    }

    pub(super) fn bytes(&mut self, asked: &Bytes, was: Option<&'static str>, is: Option<&'static str>) {
        self.exports += 1;
        match (was, is) {
            (None, Some(rule)) => self.stops(rule, "prices", &asked.client, Some(asked.request)),
            (Some(rule), None) => self.passes(rule, "prices", &asked.client, Some(asked.request)),
            _ => {}
        }
    }

    fn stops(&mut self, rule: &str, class: &str, client: &str, request: Option<RequestId>) {
        self.row(rule, class, client, request).stopped += 1;
    }

    fn passes(&mut self, rule: &str, class: &str, client: &str, request: Option<RequestId>) {
        self.row(rule, class, client, request).passing += 1;
    }

    fn row(&mut self, rule: &str, class: &str, client: &str, request: Option<RequestId>) -> &mut Row {
        if request.is_some_and(|request| self.pages.holds(request)) {
            // It says nothing of whose browser it came by.
            self.lured += 1;
        } else if self.clients.len() < APART || self.clients.contains_key(client) {
            *self.clients.entry(client.to_owned()).or_default() += 1;
        }
        let row = self.rows.entry((rule.to_owned(), class.to_owned())).or_default();
        row.examples.extend(request.filter(|_| row.examples.len() < EXAMPLES));
        row
    }

    pub(super) fn report(self, broken: u64) -> Report {
        let mut clients: Vec<_> = self.clients.into_iter().collect();
        clients.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        clients.truncate(CLIENTS);
        let rules = self.rows.into_iter().map(|((rule, class), row)| RuleReport {
            rule,
            class,
            would_stop: row.stopped,
            would_pass: row.passing,
            examples: row.examples.iter().map(ToString::to_string).collect(),
        });
        Report {
            from: self.first.map(|at| at.to_string()),
            until: self.last.map(|at| at.to_string()),
            requests: self.requests,
            tries: self.tries,
            metered: self.exports,
            runs: self.runs,
            lost: self.lost,
            unreadable: broken,
            rules: rules.collect(),
            lured: self.lured,
            clients: clients.into_iter().map(|(client, changed)| ClientReport { client, changed }).collect(),
            cannot_know: UNKNOWN.map(Cow::Borrowed).to_vec(),
        }
    }
}

/// What other settings would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// The first moment of the log, and the last.
    pub(crate) from: Option<String>,
    pub(crate) until: Option<String>,
    /// Requests, tries of secrets, and metered answers that were judged again.
    pub(crate) requests: u64,
    pub(crate) tries: u64,
    pub(crate) metered: u64,
    /// Starts of the server.
    pub(crate) runs: u64,
    /// Lines that were never written, and those that cannot be read.
    pub(crate) lost: u64,
    pub(crate) unreadable: u64,
    /// What would be otherwise; nothing where all is as it was.
    pub(crate) rules: Vec<RuleReport>,
    /// Requests that would end otherwise and that a page of another site had a visitor's browser send: no client's own.
    pub(crate) lured: u64,
    /// The clients it would touch most.
    pub(crate) clients: Vec<ClientReport>,
    /// What facts alone cannot tell.
    pub(crate) cannot_know: Vec<Cow<'static, str>>,
}

impl Report {
    /// False where there was nothing in the log to be judged: then nobody knows what would be otherwise.
    pub(crate) const fn has_judged(&self) -> bool {
        self.requests + self.tries + self.metered + self.runs > 0
    }
}

/// One rule in one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RuleReport {
    pub(crate) rule: String,
    pub(crate) class: String,
    /// Requests that passed and would be stopped.
    pub(crate) would_stop: u64,
    /// Requests that were stopped and would pass this rule.
    pub(crate) would_pass: u64,
    /// The first of them.
    pub(crate) examples: Vec<String>,
}

/// One client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ClientReport {
    pub(crate) client: String,
    /// Requests of it that would end otherwise.
    pub(crate) changed: u64,
}
