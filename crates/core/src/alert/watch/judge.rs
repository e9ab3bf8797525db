//! What is looked at once a second: shares, states, uses, and which alerts are over.

use super::{
    Alert, BTreeMap, Bound, Busy, Chance, Counter, Duration, Found, Kept, Level, Moment, Rule, Settings,
    Subject, Table, Vitals, Watch, norm,
};
use crate::alert::{Bars, levels::CALM, ratio::Share};

/// A state to be judged: whether it is bad, and how long it may be.
struct State {
    rule: Rule,
    subject: Subject,
    bad: bool,
    patience: Duration,
}

impl Watch {
    /// Looks how the server stands; what is to be told because of it, and what is over. To be called once a second.
    pub fn look(&mut self, vitals: &Vitals, at: Moment, chance: &dyn Chance) -> Vec<Alert> {
        let at = self.advance(at);
        self.tell_totals(vitals, at);
        let mut alerts = self.shares(vitals, at, chance);
        for state in self.states_of(vitals) {
            alerts.extend(self.state(&state, at, chance));
        }
        alerts.extend(self.backup(vitals, at, chance));
        if vitals.log_unwritable {
            alerts.extend(self.raise(&measured(Rule::LogUnwritable, Subject::Server, 1, None), at, chance));
        }
        alerts.extend(self.over(at));
        alerts.extend(self.board.remind(self.settings.remind, at));
        self.tidy(at.uptime);
        alerts
    }

    /// Takes every account that has called often today, and ends what is over with its day.
    pub fn busy(&mut self, busy: &[Busy], at: Moment, chance: &dyn Chance) -> Vec<Alert> {
        let at = self.advance(at);
        let times = self.settings.norm_times;
        let above: BTreeMap<Subject, (u64, u64)> = busy
            .iter()
            .map(|one| (Subject::Account(one.account), (one.today, norm(&one.days).saturating_mul(times))))
            .filter(|(_, (today, most))| today > most)
            .collect();
        let lasting = self.of(Rule::AccountAboveNorm);
        let gone = lasting.into_iter().filter(|key| !above.contains_key(&key.1));
        let mut alerts: Vec<Alert> = gone.filter_map(|key| self.board.end(&key, at)).collect();
        for (subject, (today, most)) in above {
            let bound = Some(Bound { limit: most, window_s: Some(86_400) });
            let found = measured(Rule::AccountAboveNorm, subject, today, bound);
            alerts.extend(self.raise(&found, at, chance));
        }
        alerts
    }

    fn shares(&mut self, vitals: &Vitals, at: Moment, chance: &dyn Chance) -> Vec<Alert> {
        let requests = self.requests.look(vitals.requests, at.uptime);
        let predictions = self.predictions.look(vitals.predictions, at.uptime);
        let (errors, failing) = (self.settings.server_errors, self.settings.predictions_failing);
        let judged =
            [(Rule::ServerErrors, requests, errors), (Rule::PredictionsFailing, predictions, failing)];
        judged.into_iter().filter_map(|(rule, share, bar)| self.share(rule, share, bar, at, chance)).collect()
    }

    /// Above its bar a share is an alert, below half of it that is over; in between it stays as it is.
    fn share(
        &mut self,
        rule: Rule,
        share: Share,
        bar: f64,
        at: Moment,
        chance: &dyn Chance,
    ) -> Option<Alert> {
        if let Some(found) = self.beyond(rule, share, bar) {
            return self.raise(&found, at, chance);
        }
        let is_low = share.of < self.settings.ratio_from || share.failed < bar / 2.0;
        let calm = is_low && !self.holds(rule, &Subject::Server, at.uptime);
        calm.then(|| self.board.end(&(rule, Subject::Server), at)).flatten()
    }

    fn states_of(&self, vitals: &Vitals) -> Vec<State> {
        let Settings { breaker_open, queue_full, unreachable, .. } = self.settings;
        let named = |name: &&'static str| Subject::Named((*name).to_owned());
        let backends = vitals.backends.iter().map(|(name, up)| State {
            rule: Rule::Unreachable,
            subject: named(name),
            bad: !up,
            patience: unreachable,
        });
        let breakers = vitals.breakers.iter().map(|(name, open)| State {
            rule: Rule::BreakerOpen,
            subject: named(name),
            bad: *open,
            patience: breaker_open,
        });
        let server = |rule, bad, patience| State { rule, subject: Subject::Server, bad, patience };
        let own = [server(Rule::QueueFull, vitals.queue_full, queue_full)];
        backends.chain(breakers).chain(own).collect()
    }

    fn state(&mut self, state: &State, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        let State { rule, subject, bad, patience } = state;
        match self.levels.look(*rule, subject, *bad, *patience, at.uptime) {
            Level::Bad(lasted) => {
                let bound = Bound { limit: patience.as_secs(), window_s: None };
                let found = measured(*rule, subject.clone(), lasted.as_secs(), Some(bound));
                self.raise(&found, at, chance)
            }
            Level::Good => self.board.end(&(*rule, subject.clone()), at),
            Level::Open => None,
        }
    }

    fn backup(&mut self, vitals: &Vitals, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        self.backup = vitals.backup.map_or(self.backup, |made| made.max(self.backup));
        // Where none was ever made the data has been without one since it began, however often the server was started.
        let none_since = vitals.without_backup.filter(|_| self.backup <= self.started);
        let age = at.now.since(none_since.map_or(self.backup, |born| born.min(self.backup)));
        let most = self.settings.backup_age;
        if age > most {
            let bound = Bound { limit: most.as_secs(), window_s: None };
            let found = measured(Rule::BackupOld, Subject::Server, age.as_secs(), Some(bound));
            return self.raise(&found, at, chance);
        }
        // A server that has just begun does not know of the backups before it.
        let known = vitals.backup.is_some() || self.backup > self.started;
        known.then(|| self.board.end(&(Rule::BackupOld, Subject::Server), at)).flatten()
    }

    /// Ends what is over.
    fn over(&mut self, at: Moment) -> Vec<Alert> {
        let over = self.board.each().filter(|((rule, subject), kept)| self.is_over(*rule, subject, kept, at));
        let over: Vec<_> = over.map(|(key, _)| key.clone()).collect();
        over.iter().filter_map(|key| self.board.end(key, at)).collect()
    }

    fn is_over(&self, rule: Rule, subject: &Subject, kept: &Kept, at: Moment) -> bool {
        let own = &self.settings;
        let rests = |span: Duration| at.uptime.saturating_sub(kept.last) >= span;
        if own.off.contains(&rule) {
            return true;
        }
        if self.holds(rule, subject, at.uptime) {
            return false;
        }
        match rule {
            Rule::GuessesByClient => gone(&self.guesses, subject, kept, own.guesses, at.uptime),
            Rule::GuessesByAccount => gone(&self.aimed, subject, kept, own.guesses_account, at.uptime),
            Rule::RefusedByClient => gone(&self.limited, subject, kept, own.rate_limited, at.uptime),
            Rule::HostileByClient => gone(&self.hostile, subject, kept, own.hostile, at.uptime),
            Rule::HostileLured => gone(&self.lured, subject, kept, own.hostile, at.uptime),
            Rule::BytesByAccount => gone(&self.accounts, subject, kept, own.account_bytes, at.uptime),
            Rule::BytesByClient => gone(&self.clients, subject, kept, own.client_bytes, at.uptime),
            // The state of the life before is not this one's, unless it is said again.
            Rule::SiteAttack | Rule::UnderAttack | Rule::ChannelDead => {
                !self.states.contains(&(rule, subject.clone())) && rests(CALM)
            }
            // Ended where they are measured; of a part that is there no more nobody measures anything.
            Rule::ServerErrors
            | Rule::PredictionsFailing
            | Rule::QueueFull
            | Rule::BackupOld
            | Rule::AccountAboveNorm => false,
            Rule::Unreachable | Rule::BreakerOpen => kept.restored.is_some() && rests(own.quiet),
            _ => rests(own.quiet),
        }
    }

    fn of(&self, rule: Rule) -> Vec<(Rule, Subject)> {
        self.board.each().map(|(key, _)| key).filter(|key| key.0 == rule).cloned().collect()
    }

    fn tidy(&mut self, now: Duration) {
        let own = &self.settings;
        self.guesses.tidy(now, own.guesses);
        self.aimed.tidy(now, own.guesses_account);
        self.limited.tidy(now, own.rate_limited);
        self.hostile.tidy(now, own.hostile);
        self.lured.tidy(now, own.hostile);
        self.accounts.tidy(now, own.account_bytes);
        self.clients.tidy(now, own.client_bytes);
    }
}

/// True once less than half of a bar is counted. What was taken over from the life before has no count, nor has what stands
/// for several: it lasts for as long as its count could have.
fn gone<C: Counter>(table: &Table<C>, subject: &Subject, kept: &Kept, bars: Bars, now: Duration) -> bool {
    let near = table.get(subject).is_some_and(|counter| counter.is_near(now, bars));
    let has_count = kept.restored.is_none() && !kept.shared;
    !near && (has_count || now.saturating_sub(kept.last) >= bars.longest())
}

/// What a share says that is above its bar.
pub(super) fn of_share(rule: Rule, share: Share, bar: f64) -> Found {
    let bound = Bound { limit: per_cent(bar), window_s: Some(300) };
    measured(rule, Subject::Server, per_cent(share.failed), Some(bound))
}

fn measured(rule: Rule, subject: Subject, count: u64, bound: Option<Bound>) -> Found {
    Found {
        rule,
        severity: rule.worst(),
        subject,
        count,
        more: 0,
        bound,
        client: None,
        request: None,
        enforced: true,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
fn per_cent(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u64
}
