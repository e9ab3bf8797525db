//! What the sums of all nodes say.

use super::{
    Alert, Bar, Chance, Duration, Found, Moment, Rule, Severity, Subject, Told, Totals, Vitals, Watch,
};
use crate::alert::{
    ratio::{RATIO_WINDOW, Share, share_of},
    together::{Cause, Part, Sum, is_noticed},
};

/// What a share is made of.
const PARTS: [&str; 2] = ["all", "failed"];

/// The share that is judged by this rule among what was heard at once.
fn sums_of(rule: Rule, heard: &[(Part, Sum)]) -> Option<[(&Part, Sum); 2]> {
    let named = |name: &str| {
        let is_it = |(part, _): &&(Part, Sum)| {
            part.rule == rule && matches!(&part.subject, Subject::Named(own) if own == name)
        };
        heard.iter().find(is_it).map(|(part, sum)| (part, *sum))
    };
    Some([named(PARTS[0])?, named(PARTS[1])?])
}

const fn is_share(rule: Rule) -> bool {
    matches!(rule, Rule::ServerErrors | Rule::PredictionsFailing)
}

impl Watch {
    /// From now on there are other nodes: [`Watch::parts`] and [`Watch::heard`] are called as well.
    pub fn join(&mut self) {
        self.together.get_or_insert_default();
    }

    /// What this node adds to the sums of all, at most so many parts.
    pub fn parts(&mut self, most: usize, at: Moment) -> Vec<Part> {
        let Some(together) = &mut self.together else { return Vec::new() };
        let board = &self.board;
        together.ask(at.uptime, |rule, subject| !is_share(rule) && board.has(rule, subject));
        together.leave(most)
    }

    /// Takes parts back that could not be told; they are told later.
    pub fn unheard(&mut self, parts: Vec<Part>) {
        if let Some(together) = &mut self.together {
            together.stay(parts);
        }
    }

    /// Judges what was heard of the sums; what is to be told because of it.
    pub fn heard(&mut self, heard: &[(Part, Sum)], at: Moment, chance: &dyn Chance) -> Vec<Alert> {
        let at = self.advance(at);
        let mut alerts = Vec::new();
        for (part, sum) in heard.iter().filter(|(part, _)| !is_share(part.rule)) {
            alerts.extend(self.summed(part, *sum, at, chance));
        }
        let Self { settings, .. } = &*self;
        let shares = [
            (Rule::ServerErrors, settings.server_errors),
            (Rule::PredictionsFailing, settings.predictions_failing),
        ];
        for (rule, bar) in shares {
            alerts.extend(self.shared(rule, bar, heard, at, chance));
        }
        alerts
    }

    /// Notes what others are to hear of.
    pub(super) fn tell_others(&mut self, subject: &Subject, noticed: &[(Severity, Bar)], told: Told) {
        let Some(together) = &mut self.together else { return };
        let Told { rule, more, client, request, enforced } = told;
        for &(severity, bar) in noticed {
            let cause = Cause { client, request, enforced };
            together.gather(Part { rule, severity, subject: subject.clone(), bar, more, cause });
        }
    }

    /// The same of what shares are made of: what has come since the last look.
    pub(super) fn tell_totals(&mut self, vitals: &Vitals) {
        let now = [(Rule::ServerErrors, vitals.requests), (Rule::PredictionsFailing, vitals.predictions)];
        let before = self.told.replace(now.map(|(_, totals)| totals));
        let (Some(together), Some(before)) = (&mut self.together, before) else { return };
        for ((rule, Totals { all, failed }), before) in now.into_iter().zip(before) {
            let more = [all.saturating_sub(before.all), failed.saturating_sub(before.failed)];
            if more == [0, 0] {
                continue;
            }
            for (name, more) in PARTS.into_iter().zip(more) {
                let bar = Bar { from: 1, window: RATIO_WINDOW };
                let cause = Cause { enforced: true, ..Cause::default() };
                let (subject, severity) = (Subject::Named(name.to_owned()), rule.worst());
                together.gather(Part { rule, severity, subject, bar, more, cause });
            }
        }
    }

    /// True while a sum says that it is not over.
    pub(super) fn holds(&self, rule: Rule, subject: &Subject, now: Duration) -> bool {
        self.together.as_ref().is_some_and(|together| together.holds(rule, subject, now))
    }

    fn summed(&mut self, part: &Part, sum: Sum, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        let is_near = sum.count.saturating_mul(2) >= part.bar.from;
        self.note(part, is_near, at);
        if sum.count < part.bar.from || part.more == 0 {
            return None;
        }
        if !sum.ours {
            // Another node has said so. What this one has said of it itself goes on.
            self.board.touch(&(part.rule, part.subject.clone()), 0, at);
            return None;
        }
        self.raise(&found(part, sum.count), at, chance)
    }

    fn shared(
        &mut self,
        rule: Rule,
        bar: f64,
        heard: &[(Part, Sum)],
        at: Moment,
        chance: &dyn Chance,
    ) -> Option<Alert> {
        let [(_, all), (part, failed)] = sums_of(rule, heard)?;
        let share = share_of(Totals { all: all.count, failed: failed.count });
        let says_something = share.of >= self.settings.ratio_from;
        let part = Part { subject: Subject::Server, ..part.clone() };
        self.note(&part, says_something && share.failed >= bar / 2.0, at);
        self.beyond(rule, share, bar).filter(|_| failed.ours).and_then(|found| self.raise(&found, at, chance))
    }

    fn note(&mut self, part: &Part, is_near: bool, at: Moment) {
        if let Some(together) = &mut self.together {
            together.note(part, is_near, at.uptime);
        }
    }

    /// What a share says that is above its bar.
    pub(super) fn beyond(&self, rule: Rule, share: Share, bar: f64) -> Option<Found> {
        let is_beyond = share.of >= self.settings.ratio_from && share.failed > bar;
        is_beyond.then(|| super::judge::of_share(rule, share, bar))
    }
}

/// The bars whose count is worth telling others of.
pub(super) fn noticed(bars: super::Bars, count: impl Fn(Duration) -> u64) -> Vec<(Severity, Bar)> {
    bars.each().filter(|(_, bar)| is_noticed(count(bar.window), *bar)).collect()
}

fn found(part: &Part, count: u64) -> Found {
    Found {
        rule: part.rule,
        severity: part.severity,
        subject: part.subject.clone(),
        count,
        more: 0,
        bound: Some(part.bar.bound()),
        client: part.cause.client,
        request: part.cause.request,
        enforced: part.cause.enforced,
    }
}
