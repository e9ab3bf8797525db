//! The alerts that last: raised once, told again now and then, ended when they are over.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{Alert, Moment, Rule, Severity, Subject, Turn, bar::Span};
use crate::{
    chance::Chance,
    client::Client,
    ids::{AlertId, RequestId},
    refusal::Bound,
};

/// What a rule has found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) rule: Rule,
    pub(super) severity: Severity,
    pub(super) subject: Subject,
    /// How much there is altogether.
    pub(super) count: u64,
    /// How much of it is new; nothing where the rule measures instead of counting.
    pub(super) more: u64,
    pub(super) bound: Option<Bound>,
    /// Who did what made it so.
    pub(super) client: Option<Client>,
    pub(super) request: Option<RequestId>,
    pub(super) enforced: bool,
}

type Key = (Rule, Subject);

/// Everything that lasts.
#[derive(Debug, Default)]
pub(super) struct Board {
    kept: BTreeMap<Key, Kept>,
    /// What has changed since that was last asked.
    changed: BTreeSet<Key>,
}

/// One alert that lasts.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) alert: Alert,
    /// When it was last found true.
    pub(super) last: Duration,
    /// When it was last told.
    told: Duration,
    /// When it was taken over from the life before, where it was.
    pub(super) restored: Option<Duration>,
}

/// Alerts that last at once; beyond them newcomers share one with their like.
const MOST: usize = 10_000;

impl Board {
    /// Raises it, or adds to what is raised already; what is to be told of it, if anything.
    pub(super) fn raise(&mut self, found: &Found, now: Moment, chance: &dyn Chance) -> Option<Alert> {
        let mut key = (found.rule, found.subject.clone());
        if self.kept.len() >= MOST && !self.kept.contains_key(&key) {
            key.1 = key.1.wider();
        }
        self.changed.insert(key.clone());
        if let Some(kept) = self.kept.get_mut(&key) {
            return kept.again(found, now);
        }
        let alert = begun(found, key.1.clone(), now, chance);
        let last = now.uptime;
        self.kept.insert(key, Kept { alert: alert.clone(), last, told: last, restored: None });
        Some(alert)
    }

    /// Adds to one that is raised, below its bar as it may be by now.
    pub(super) fn touch(&mut self, key: &Key, more: u64, now: Moment) {
        if let Some(kept) = self.kept.get_mut(key) {
            kept.count(0, more, now);
            self.changed.insert(key.clone());
        }
    }

    /// Takes one over from the life before. It is not told again before it is time to.
    pub(super) fn restore(&mut self, rule: Rule, alert: Alert, uptime: Duration) {
        let key = (rule, alert.subject.clone());
        self.kept.insert(key, Kept { alert, last: uptime, told: uptime, restored: Some(uptime) });
    }

    /// Ends one; what is to be told of it, if it lasted.
    pub(super) fn end(&mut self, key: &Key, now: Moment) -> Option<Alert> {
        let Kept { mut alert, .. } = self.kept.remove(key)?;
        self.changed.remove(key);
        (alert.turn, alert.at) = (Turn::Ended, now.now.max(alert.began));
        alert.says = format!("Over: {}", alert.says);
        Some(alert)
    }

    /// Those that last of which that was not said for this long.
    pub(super) fn remind(&mut self, every: Duration, now: Moment) -> Vec<Alert> {
        let due = |kept: &&mut Kept| now.uptime.saturating_sub(kept.told) >= every;
        let due = self.kept.values_mut().filter(due);
        due.filter(|kept| kept.alert.severity > Severity::Info)
            .map(|kept| {
                kept.told = now.uptime;
                kept.alert.turn = Turn::Reminder;
                kept.alert.clone()
            })
            .collect()
    }

    /// All that last.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Key, &Kept)> {
        self.kept.iter()
    }

    /// What has changed since that was last asked.
    pub(super) fn changed(&mut self) -> Vec<Alert> {
        let changed = std::mem::take(&mut self.changed);
        changed.iter().filter_map(|key| self.kept.get(key)).map(|kept| kept.alert.clone()).collect()
    }

    /// How many last, by how much they matter.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.kept.values().filter(|kept| kept.alert.severity == severity).count()
    }
}

impl Kept {
    fn again(&mut self, found: &Found, now: Moment) -> Option<Alert> {
        self.count(found.count, found.more, now);
        let worse = found.severity > self.alert.severity;
        // What was carried out weighs more than what was only noted.
        self.alert.enforced |= found.enforced;
        if worse {
            (self.alert.severity, self.alert.bound) = (found.severity, found.bound);
            (self.alert.enforced, self.alert.turn, self.told) = (found.enforced, Turn::Worse, now.uptime);
        }
        self.alert.request = found.request.or(self.alert.request);
        self.alert.client = found.client.or(self.alert.client);
        self.alert.says = says(found.rule, &self.alert);
        if !worse && found.severity == Severity::Critical && found.rule.shuts_out() {
            return Some(Alert { turn: Turn::Again, ..self.alert.clone() });
        }
        worse.then(|| self.alert.clone())
    }

    fn count(&mut self, count: u64, more: u64, now: Moment) {
        let sum = self.alert.count.saturating_add(more);
        self.alert.count = if more > 0 { sum } else { sum.max(count) };
        self.alert.at = self.alert.at.max(now.now);
        self.last = now.uptime;
    }
}

fn begun(found: &Found, subject: Subject, now: Moment, chance: &dyn Chance) -> Alert {
    let mut alert = Alert {
        id: AlertId::new(now.now, chance),
        rule: found.rule.word(),
        severity: found.severity,
        scenario: found.rule.scenario(),
        subject,
        turn: Turn::Began,
        began: now.now,
        at: now.now,
        count: found.count,
        bound: found.bound,
        says: String::new(),
        client: found.client,
        request: found.request,
        enforced: found.enforced,
    };
    alert.says = says(found.rule, &alert);
    alert
}

/// The sentence: what the rule says, whom it is about, and the numbers.
pub(super) fn says(rule: Rule, alert: &Alert) -> String {
    let what = rule.says().trim_end_matches('.');
    let counted = match (rule, alert.bound) {
        (_, None) if alert.count > 1 => format!(", {} times", alert.count),
        (_, None) => String::new(),
        (Rule::ServerErrors | Rule::PredictionsFailing, Some(bound)) => {
            format!(", {} per cent where {} are the bar", alert.count, bound.limit)
        }
        (Rule::BreakerOpen | Rule::QueueFull | Rule::Unreachable | Rule::BackupOld, Some(bound)) => {
            format!(", for {} where {} is the bar", Span(alert.count), Span(bound.limit))
        }
        (_, Some(bound)) => {
            let window = bound.window_s.map(|window| format!(" in {}", Span(window))).unwrap_or_default();
            format!(", {} where {}{window} is the bar", alert.count, bound.limit)
        }
    };
    // A rule about the server says so itself.
    let about =
        if matches!(alert.subject, Subject::Server) { String::new() } else { format!(": {}", alert.subject) };
    format!("{what}{about}{counted}.")
}
