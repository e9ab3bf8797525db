//! What the sums of all nodes say.

use super::{
    Alert, Bar, Chance, Duration, Found, Moment, Noticed, Rule, Severity, Subject, Told, Totals, Vitals,
    Watch,
};
use crate::alert::{
    ratio::{RATIO_WINDOW, Share, share_of},
    together::{Cause, Part, Sum, is_share},
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

impl Watch {
    /// From now on there are other nodes: [`Watch::parts`] and [`Watch::heard`] are called as well.
    pub fn join(&mut self) {
        self.together.get_or_insert_default();
    }

    /// What this node adds to the sums of all, at most so many parts.
    pub fn parts(&mut self, most: usize, at: Moment) -> Vec<Part> {
        let Some(together) = &mut self.together else { return Vec::new() };
        let board = &self.board;
        together.leave(most, at.uptime, |rule, subject| !is_share(rule) && board.has(rule, subject))
    }

    /// Takes parts back of which nobody knows whether they were heard. Their sums are asked for later.
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
    pub(super) fn tell_others(&mut self, subject: &Subject, noticed: &[Noticed], told: Told, at: Moment) {
        if self.settings.off.contains(&told.rule) {
            return;
        }
        let Some(together) = &mut self.together else { return };
        let Told { rule, client, request, enforced, .. } = told;
        for &(severity, bar, more) in noticed {
            let cause = Cause { client, request, enforced };
            let part = Part { rule, severity, subject: subject.clone(), bar, more, cause };
            together.gather(part, at.uptime);
        }
    }

    /// The same of what shares are made of: what has come since the last look.
    pub(super) fn tell_totals(&mut self, vitals: &Vitals, at: Moment) {
        let now = [(Rule::ServerErrors, vitals.requests), (Rule::PredictionsFailing, vitals.predictions)];
        let before = self.told.replace(now.map(|(_, totals)| totals));
        let (Some(together), Some(before)) = (&mut self.together, before) else { return };
        for ((rule, Totals { all, failed }), before) in now.into_iter().zip(before) {
            let more = [all.saturating_sub(before.all), failed.saturating_sub(before.failed)];
            if more == [0, 0] || self.settings.off.contains(&rule) {
                continue;
            }
            for (name, more) in PARTS.into_iter().zip(more) {
                let bar = Bar { from: 1, window: RATIO_WINDOW };
                let cause = Cause { enforced: true, ..Cause::default() };
                let (subject, severity) = (Subject::Named(name.to_owned()), rule.worst());
                together.gather(Part { rule, severity, subject, bar, more, cause }, at.uptime);
            }
        }
    }

    /// True while a sum says that it is not over.
    pub(super) fn holds(&self, rule: Rule, subject: &Subject, now: Duration) -> bool {
        self.together.as_ref().is_some_and(|together| together.holds(rule, subject, now))
    }

    fn summed(&mut self, part: &Part, sum: Sum, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        let is_near = sum.count.saturating_mul(2) >= part.bar.from;
        let has_room = self.note(part, is_near, at);
        let is_news = part.more > 0 || !self.board.has(part.rule, &part.subject);
        if sum.count < part.bar.from || !has_room || !is_news {
            return None;
        }
        // Who is to be shut out is shut out by each node that meets them.
        if sum.ours || part.severity == Severity::Critical && part.rule.shuts_out() && part.more > 0 {
            return self.raise(&found(part, sum.count), at, chance);
        }
        // Another node has said so. What this one has said of it itself goes on.
        self.board.touch(&(part.rule, part.subject.clone()), 0, at);
        None
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

    fn note(&mut self, part: &Part, is_near: bool, at: Moment) -> bool {
        self.together.as_mut().is_some_and(|together| together.note(part, is_near, at.uptime))
    }

    /// What a share says that is above its bar.
    pub(super) fn beyond(&self, rule: Rule, share: Share, bar: f64) -> Option<Found> {
        let is_beyond = share.of >= self.settings.ratio_from && share.failed > bar;
        is_beyond.then(|| super::judge::of_share(rule, share, bar))
    }
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
