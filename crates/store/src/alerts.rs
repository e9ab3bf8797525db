//! Alerts, as they were raised and ended, and who calls unusually often.

use aspis_core::{
    alert::{Alert, Busy, Rule, Severity, Subject, Turn},
    clock::Timestamp,
    ids::{AccountId, AlertId, KeyId, RequestId},
    refusal::Bound,
    scenario::data_scraping::quota::Day,
};
use async_trait::async_trait;
use uuid::Uuid;

use crate::Stored;

/// One alert, from its beginning to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its identifier.
    pub id: AlertId,
    /// The rule's word, also of one that this version does not know.
    pub rule: String,
    /// The worst it has been.
    pub severity: Severity,
    /// Whom or what it is about.
    pub subject: Subject,
    /// When it began.
    pub began: Timestamp,
    /// When it was last found true.
    pub at: Timestamp,
    /// When it ended; nothing while it lasts.
    pub ended: Option<Timestamp>,
    /// How much was counted or measured.
    pub count: u64,
    /// What the rule was set to.
    pub bound: Option<Bound>,
    /// The request that made it so, where one did.
    pub request: Option<RequestId>,
    /// False where it was counted from verdicts that were not carried out.
    pub enforced: bool,
}

/// Which alerts are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertQuery {
    /// Those that last, those that are over, or all.
    pub open: Option<bool>,
    /// Of one severity.
    pub severity: Option<Severity>,
    /// Of one rule.
    pub rule: Option<String>,
    /// After this one, going back in time.
    pub after: Option<(Timestamp, AlertId)>,
    /// At most so many.
    pub limit: u64,
}

/// An event that a command wrote down while no server ran, for the rules of alarm of the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    /// Its identifier.
    pub id: Uuid,
    /// When it was.
    pub at: Timestamp,
    /// The event's word.
    pub kind: String,
    /// For whom.
    pub account: Option<AccountId>,
    /// About which API key.
    pub key: Option<KeyId>,
}

/// Alerts, newest first, and calls by account and day.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// Writes them as they are now, new ones and known ones: all of them or none.
    async fn put_alerts(&self, alerts: &[AlertRow]) -> Stored<()>;

    /// The wanted ones, newest first.
    async fn alerts(&self, query: &AlertQuery) -> Stored<Vec<AlertRow>>;

    /// Leaves events for the next server.
    async fn leave_unheard(&self, events: &[Unheard]) -> Stored<()>;

    /// Those that were left, the oldest first, at most so many.
    async fn unheard(&self, limit: u64) -> Stored<Vec<Unheard>>;

    /// Forgets those that were heard.
    async fn forget_unheard(&self, heard: &[Uuid]) -> Stored<()>;

    /// Forgets those that ended before a moment, and the oldest of those that ended where more than `most` are kept;
    /// how many that were. What lasts is never forgotten.
    async fn sweep_alerts(&self, before: Timestamp, most: u64) -> Stored<u64>;

    /// The accounts with more than so many calls in a day, those with the most first, each with what it called on the
    /// 28 days before.
    async fn busy_accounts(&self, day: Day, over: u64, limit: u64) -> Stored<Vec<Busy>>;
}

impl From<&Alert> for AlertRow {
    fn from(alert: &Alert) -> Self {
        Self {
            id: alert.id,
            rule: alert.rule.to_owned(),
            severity: alert.severity,
            subject: alert.subject.clone(),
            began: alert.began,
            at: alert.at,
            ended: (alert.turn == Turn::Ended).then_some(alert.at),
            count: alert.count,
            bound: alert.bound,
            request: alert.request,
            enforced: alert.enforced,
        }
    }
}

impl AlertRow {
    /// The alert again, in words; nothing where its rule is not known any more.
    pub fn alert(&self) -> Option<(Rule, Alert)> {
        let rule = Rule::parse(&self.rule)?;
        let alert = Alert {
            id: self.id,
            rule: rule.word(),
            severity: self.severity,
            scenario: rule.scenario(),
            subject: self.subject.clone(),
            turn: if self.ended.is_some() { Turn::Ended } else { Turn::Began },
            began: self.began,
            at: self.ended.unwrap_or(self.at),
            count: self.count,
            bound: self.bound,
            says: String::new(),
            client: self.subject.client(),
            request: self.request,
            enforced: self.enforced,
        };
        Some((rule, alert.in_words(rule)))
    }
}
