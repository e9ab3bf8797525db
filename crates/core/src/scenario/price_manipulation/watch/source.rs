//! What is remembered of one source: bounded, whatever it sends.

use std::collections::VecDeque;

use super::{
    super::{
        detectors::{drift::Drift, freeze::Freeze, labels, mark::Mark as Zed, scale::Scale, step::Limits},
        rules::Rules,
        signs::{Sign, Signs},
    },
    Tick,
    seen::{Mark, Seen},
};
use crate::clock::Timestamp;

/// One source.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: Box<str>,
    pub(super) vote: bool,
    pub(super) seen: VecDeque<Seen>,
    /// When its first tick was that is known of.
    first: Option<Timestamp>,
    /// The newest accepted price that is no longer among `seen`.
    anchor: Option<Mark>,
    returns: Scale,
    apart: Scale,
    /// Deviations that make a habit.
    habit: usize,
    drift: Drift,
    /// Ticks for which a raised drift still stands.
    pub(super) drifting: usize,
    freeze: Freeze,
    zed: Zed,
}

impl Source {
    pub(super) fn new(name: &str, rules: &Rules, daily: bool) -> Self {
        Self {
            name: name.into(),
            vote: true,
            seen: VecDeque::new(),
            first: None,
            anchor: None,
            returns: Scale::new(rules.window),
            apart: Scale::new(rules.cross_window),
            habit: if daily { rules.cross_habit_daily } else { rules.cross_habit },
            drift: Drift::new(rules),
            drifting: 0,
            freeze: Freeze::default(),
            zed: Zed::default(),
        }
    }

    pub(super) fn newest(&self) -> Option<&Seen> {
        self.seen.back()
    }

    /// The newest accepted price.
    pub(super) fn accepted(&self) -> Option<Mark> {
        self.seen.iter().rev().find(|seen| seen.accepted).map(|seen| seen.mark).or(self.anchor)
    }

    /// True where it has never spoken of a bar that ended then, though it began before, or has begun later.
    pub(super) fn left_out(&self, at: Timestamp) -> bool {
        let began_later = self.first.is_none_or(|first| first > at);
        began_later || self.seen.front().is_some_and(|oldest| oldest.mark.at <= at)
    }

    pub(super) fn is_frozen(&self, rules: &Rules) -> bool {
        self.freeze.is_frozen(rules.freeze_run)
    }

    /// The newest accepted price of a time before.
    pub(super) fn accepted_before(&self, at: Timestamp) -> Option<Mark> {
        let marks = self.seen.iter().rev().filter(|seen| seen.accepted).map(|seen| seen.mark);
        marks.chain(self.anchor).find(|mark| mark.at < at)
    }

    /// How far it may be from the others: a floor, or its own habit where that is wider, up to a ceiling.
    pub(super) fn tolerance(&self, rules: &Rules) -> f64 {
        let quiet = self.returns.sigma(rules.least).map(|sigma| rules.cross_sigmas * sigma);
        let floor =
            quiet.map_or(rules.cross_floor, |quiet| rules.cross_floor.min(quiet).max(rules.cross_least));
        let habit = self.apart.deviation().filter(|_| self.apart.len() >= self.habit);
        let most = rules.cross_most.min(rules.cross_floors * floor);
        habit.map_or(floor, |habit| (rules.cross_deviations * habit).min(most).max(floor))
    }

    /// Takes an accepted price without a question; one without a name is vouched for. False where it is older than what
    /// the source said last.
    pub(super) fn accept(&mut self, rules: &Rules, tick: Tick, id: Option<u64>) -> bool {
        let mark = Mark::of(tick);
        if self.newest().is_some_and(|seen| seen.mark.at >= mark.at) {
            if self.accepted().is_none_or(|accepted| accepted.at < mark.at) {
                // It is newer than all that was accepted, so it takes the place of the anchor.
                self.anchor = Some(mark);
            }
            return false;
        }
        let limits = Limits::of(rules, &self.returns, false);
        self.learn(rules, mark);
        let (signs, suspect) = (Signs::NONE, false);
        self.keep(Seen {
            mark,
            id: id.unwrap_or_default(),
            came: mark.at,
            signs,
            limits,
            suspect,
            accepted: true,
            vouched: id.is_none(),
            wrong: false,
            apart: None,
        });
        true
    }

    /// Judges a tick by this source's own past, and learns from it.
    pub(super) fn judge(
        &mut self,
        rules: &Rules,
        daily: bool,
        (tick, id, came): (Tick, u64, Timestamp),
        before: Option<Mark>,
        elsewhere: &[(&str, f64)],
    ) -> Seen {
        let mark = Mark::of(tick);
        let limits = Limits::of(rules, &self.returns, daily);
        let (far, suspect) = match before {
            Some(before) => {
                let leap = self.newest().map_or(f64::INFINITY, |seen| mark.log - seen.mark.log);
                far(rules, limits, (mark.log, before.log, leap), elsewhere)
            }
            None => (Signs::of(&[Sign::FirstPrice]), true),
        };
        let mut signs = far.with(self.learn(rules, mark));
        if !self.vote {
            signs.add(Sign::Distrusted);
        }
        let accepted = self.vote && !suspect;
        Seen { mark, id, came, signs, limits, suspect, accepted, vouched: false, wrong: false, apart: None }
    }

    /// Takes a tick that was held before, and is now.
    pub(super) fn hold(
        &mut self,
        rules: &Rules,
        daily: bool,
        (tick, id, came): (Tick, u64, Timestamp),
        why: Signs,
        wrong: bool,
    ) {
        let own = [Sign::Step, Sign::Review10, Sign::Jump, Sign::DecimalShift, Sign::SwappedAsset];
        let suspect = why.any(Signs::of(&own)) || why.has(Sign::FirstPrice);
        let (mark, limits) = (Mark::of(tick), Limits::of(rules, &self.returns, daily));
        let signs = self.learn(rules, mark).with(why);
        let (accepted, vouched, apart) = (false, false, None);
        self.keep(Seen { mark, id, came, signs, limits, suspect, accepted, vouched, wrong, apart });
    }

    /// Wrong in so many of its last ticks that its vote is lost.
    pub(super) fn is_wrong_too_often(&self, rules: &Rules) -> bool {
        let lately = self.seen.iter().rev().take(rules.vote_window);
        lately.filter(|seen| seen.wrong).count() >= rules.vote_wrong.max(1)
    }

    /// Lets one tick into the scales; says what only the run of ticks shows.
    fn learn(&mut self, rules: &Rules, mark: Mark) -> Signs {
        let mut signs = Signs::NONE;
        if self.zed.look(rules, mark.log) {
            signs.add(Sign::ZMark);
        }
        if self.freeze.look(mark.price, rules.freeze_run) {
            signs.add(Sign::Frozen);
        }
        let Some(before) = self.newest().map(|seen| seen.mark.log) else { return signs };
        self.drifting = self.drifting.saturating_sub(1);
        if self.drift.look(rules, mark.log - before) {
            signs.add(Sign::Drift);
            self.drifting = rules.drift_lag;
        }
        self.returns.push(mark.log - before);
        signs
    }

    /// Remembers a tick; the deviation of the one before is settled by now.
    pub(super) fn keep(&mut self, seen: Seen) {
        let unflagged = self.newest().filter(|seen| !seen.signs.has(Sign::CrossSource));
        if let Some(apart) = unflagged.and_then(|seen| seen.apart) {
            self.apart.push(apart);
        }
        self.first.get_or_insert(seen.mark.at);
        self.seen.push_back(seen);
        if self.seen.len() > Rules::REMEMBERED
            && let Some(gone) = self.seen.pop_front()
            && gone.accepted
            && self.anchor.is_none_or(|anchor| anchor.at < gone.mark.at)
        {
            self.anchor = Some(gone.mark);
        }
    }

    /// All prices become `1 / ratio` of what they were.
    pub(super) fn split(&mut self, ratio: f64) {
        let rescale = |mark: &mut Mark| {
            mark.price = (mark.price / ratio).clamp(f64::MIN_POSITIVE, f64::MAX);
            mark.log -= ratio.ln();
        };
        self.seen.iter_mut().map(|seen| &mut seen.mark).chain(&mut self.anchor).for_each(rescale);
        self.zed.shift(-ratio.ln());
        if let Some(price) = self.newest().map(|seen| seen.mark.price) {
            self.freeze.rescale(price);
        }
    }
}

/// What the distance from the last accepted price says, and whether that is enough to hold a tick.
fn far(
    rules: &Rules,
    limits: Limits,
    (log, before, leap): (f64, f64, f64),
    elsewhere: &[(&str, f64)],
) -> (Signs, bool) {
    let step = log - before;
    let mut signs = limits.judge(step, leap);
    if labels::decimal_shift(rules, step) {
        signs.add(Sign::DecimalShift);
    }
    if labels::swapped(rules, log, before, elsewhere) {
        signs.add(Sign::SwappedAsset);
    }
    let labelled = Signs::of(&[Sign::DecimalShift, Sign::SwappedAsset, Sign::Jump]);
    (signs, limits.holds(step) || signs.any(labelled))
}
