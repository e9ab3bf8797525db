//! One alert that lasts: how it begins, grows and is worded.

use std::time::Duration;

use super::{
    super::{Alert, Moment, Rule, Severity, Subject, Turn, bar::Span},
    Found, Key,
};
use crate::{chance::Chance, ids::AlertId};

/// One alert that lasts.
#[derive(Debug)]
pub(in crate::alert) struct Kept {
    pub(in crate::alert) alert: Alert,
    /// When it was last found true.
    pub(in crate::alert) last: Duration,
    /// When it was last told.
    pub(super) told: Duration,
    /// When it was taken over from the life before, where it was.
    pub(in crate::alert) restored: Option<Duration>,
    /// True where it stands for several that found no room.
    pub(in crate::alert) shared: bool,
}

/// Where an alert stands among those that may have to make room: the least severe first, and of them the one that was
/// found true the longest ago.
pub(super) type Place = (Severity, Duration, Key);

impl Kept {
    /// One that begins now.
    pub(super) fn begin(
        found: &Found,
        subject: Subject,
        shared: bool,
        now: Moment,
        chance: &dyn Chance,
    ) -> Self {
        let alert = begun(found, subject, now, chance);
        Self { alert, last: now.uptime, told: now.uptime, restored: None, shared }
    }

    /// One of the life before.
    pub(super) fn restored(alert: Alert, uptime: Duration) -> Self {
        Self { alert, last: uptime, told: uptime, restored: Some(uptime), shared: false }
    }

    /// None for a state, which is said once and lasts: it would be gone for good.
    pub(super) fn place(&self, key: &Key) -> Option<Place> {
        let is_state = matches!(key.0, Rule::SiteAttack | Rule::UnderAttack | Rule::ChannelDead);
        (!is_state).then(|| (self.alert.severity, self.last, key.clone()))
    }

    pub(super) fn again(&mut self, found: &Found, now: Moment) -> Option<Alert> {
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

    pub(super) fn count(&mut self, count: u64, more: u64, now: Moment) {
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
pub(in crate::alert) fn says(rule: Rule, alert: &Alert) -> String {
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
