//! The numbers of the rules.

use std::{collections::BTreeSet, time::Duration};

use super::{Bar, Rule, Severity};

/// From where on a count warns, and from where on it is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bars {
    /// A warning.
    pub warning: Option<Bar>,
    /// More than that.
    pub critical: Option<Bar>,
}

impl Bars {
    /// The bars that there are, the most severe first.
    pub(super) fn each(self) -> impl Iterator<Item = (Severity, Bar)> {
        let critical = self.critical.map(|bar| (Severity::Critical, bar));
        critical.into_iter().chain(self.warning.map(|bar| (Severity::Warning, bar)))
    }

    /// As many as have to be remembered.
    pub(super) fn most(self) -> u64 {
        self.each().map(|(_, bar)| bar.from).max().unwrap_or(1)
    }

    /// As long as has to be remembered.
    pub(super) fn longest(self) -> Duration {
        self.each().map(|(_, bar)| bar.window).max().unwrap_or_default()
    }
}

/// The numbers of all rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Failed sign-ins of one client.
    pub guesses: Bars,
    /// Failed sign-ins on one account.
    pub guesses_account: Bars,
    /// Refusals of one client that calls too often.
    pub rate_limited: Bars,
    /// Hostile inputs of one client.
    pub hostile: Bars,
    /// Bytes that an account takes away.
    pub account_bytes: Bars,
    /// Bytes that a client takes away.
    pub client_bytes: Bars,
    /// The share of requests that end in an error of the server, above which it is an alert.
    pub server_errors: f64,
    /// The same of predictions.
    pub predictions_failing: f64,
    /// Requests within five minutes, from which on a share says anything.
    pub ratio_from: u64,
    /// How often the norm of an account its calls of a day may be.
    pub norm_times: u64,
    /// How long a breaker may be open.
    pub breaker_open: Duration,
    /// How long the queue may be full.
    pub queue_full: Duration,
    /// How long the database or what nodes share may be away.
    pub unreachable: Duration,
    /// How old the newest backup may be.
    pub backup_age: Duration,
    /// How often it is said that an alert lasts.
    pub remind: Duration,
    /// After how long without another one an alert about single events is over.
    pub quiet: Duration,
    /// Clients, accounts and names that each rule tells apart.
    pub table: usize,
    /// Rules that are switched off.
    pub off: BTreeSet<Rule>,
}
