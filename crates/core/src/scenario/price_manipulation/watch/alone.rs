//! A bar that one source alone has spoken on: what it repeats is believed after a while.
//!
//! Time is that of receipt. Who sends may date rows as they like: a run that came in one call says no more than one row.

use super::{
    super::{
        detectors::step::Limits,
        rules::Rules,
        signs::{Sign, Signs},
    },
    Watch, accord,
    bar::{Changes, Place},
    seen::Seen,
    source::Source,
};
use crate::clock::Timestamp;

impl Watch {
    /// Nobody else has spoken of this bar yet.
    pub(super) fn alone(&mut self, own: Place, limits: Limits, now: Timestamp, changes: &mut Changes) {
        let at = self.tick(own).mark.at;
        let mut others = self.sources.iter().enumerate().filter(|(place, _)| *place != own.source);
        if others.any(|(_, source)| self.may_speak(source, at, now)) {
            return;
        }
        self.tick_mut(own).signs.add(Sign::SingleSource);
        let run = self.run(own, accord(limits));
        if self.is_believed(own.source, &run, now) {
            for tick in run {
                self.turn(Place { source: own.source, tick }, true, own, changes);
            }
        }
    }

    /// Another source may still say something of this bar, or has and it is forgotten. Who has gone past it without a
    /// word never will.
    fn may_speak(&self, source: &Source, at: Timestamp, now: Timestamp) -> bool {
        let after = at.plus(Rules::cadence(self.daily) / 2);
        let is_past = source.newest().is_some_and(|seen| seen.mark.at > after);
        self.is_live(source, now) && !(is_past && source.left_out(at))
    }

    /// True where the row before goes on with a run of a source that is believed now: it says the same as the one after
    /// it, and is not further than one source may bring the price. For rows that are no longer remembered here.
    pub fn continues(&self, source: &str, (before, after): (f64, f64), now: Timestamp) -> bool {
        let newest = self.sources.iter().find(|known| *known.name == *source).and_then(Source::newest);
        let near = |seen: &Seen| (before.ln() - after.ln()).abs() <= accord(seen.limits);
        newest.is_some_and(near) && !self.past.is_rushed(&self.rules, self.rules.rush_bars, now, before.ln())
    }

    /// The held ticks in a row, up to `own`, that agree with each other; newest first.
    fn run(&self, own: Place, accord: f64) -> Vec<usize> {
        let seen = &self.sources[own.source].seen;
        let mut run = Vec::new();
        for tick in (0..=own.tick).rev() {
            let follows = run
                .last()
                .is_none_or(|next: &usize| (seen[*next].mark.log - seen[tick].mark.log).abs() <= accord);
            if seen[tick].accepted || seen[tick].signs.has(Sign::CrossSource) || !follows {
                break;
            }
            run.push(tick);
        }
        run
    }

    /// Enough of them, received over enough time, and none that only a person or another source may free.
    fn is_believed(&self, source: usize, run: &[usize], now: Timestamp) -> bool {
        let seen = &self.sources[source].seen;
        let (Some(newest), Some(oldest)) = (run.first(), run.last()) else { return false };
        let signs = run.iter().map(|tick| seen[*tick].signs).fold(Signs::NONE, Signs::with);
        let never = Signs::of(&[Sign::DecimalShift, Sign::SwappedAsset, Sign::Distrusted]);
        let enough = self.enough(signs);
        // Rows of one call are one word, however many bars they tell of.
        let time = Rules::cadence(self.daily).saturating_mul(enough - 1) / 2;
        let (first, last) = (seen[*oldest].came, &seen[*newest]);
        run.len() >= enough as usize
            && last.came.since(first) >= time
            && !signs.any(never)
            && !self.past.is_rushed(&self.rules, self.rules.rush_bars, now, last.mark.log)
    }

    /// How many ticks of one source have to say the same.
    fn enough(&self, signs: Signs) -> u32 {
        let enough = match signs {
            first if first.has(Sign::FirstPrice) => self.rules.release_review,
            _ if self.daily => self.rules.release_daily,
            far if far.any(Signs::of(&[Sign::Review10, Sign::Jump])) => self.rules.release_review,
            _ => self.rules.release_step,
        };
        enough.max(2)
    }
}
