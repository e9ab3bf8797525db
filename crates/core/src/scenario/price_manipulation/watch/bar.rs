//! One bar, all its sources: who is believed, who is held, and what changes for those who came before.

use super::{
    super::{
        detectors::{
            consensus::{Voice, agreed, deviation},
            step::Limits,
        },
        rules::Rules,
        signs::{Sign, Signs},
    },
    Watch, accord,
    source::{Seen, Source},
};
use crate::clock::Timestamp;

/// What became of earlier ticks.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) released: Vec<u64>,
    pub(super) withdrawn: Vec<u64>,
}

/// A tick among those of a bar: which source, and which of its ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) source: usize,
    pub(super) tick: usize,
}

impl Watch {
    /// Weighs the bar of the newest tick of the source at `place`.
    pub(super) fn settle(&mut self, place: usize, limits: Limits, now: Timestamp) -> Changes {
        let mut changes = Changes::default();
        let Some(at) = self.sources[place].newest().map(|seen| seen.mark.at) else { return changes };
        if !self.sources[place].vote {
            return changes;
        }
        let bar = self.bar(at);
        let own = Place { source: place, tick: self.sources[place].seen.len() - 1 };
        match bar.len() {
            0 | 1 => self.alone(own, limits, now, &mut changes),
            // What was settled long ago is not opened again by who comes late.
            _ if self.is_past(at) => self.late(own, &bar),
            _ => self.together(&bar, own, &mut changes),
        }
        self.count_votes();
        changes
    }

    /// The ticks of all voting sources on the bar that ends about then.
    pub(super) fn bar(&self, at: Timestamp) -> Vec<Place> {
        let half = Rules::cadence(self.daily) / 2;
        let apart = |seen: &Seen| seen.mark.at.since(at).max(at.since(seen.mark.at));
        let of = |(source, state): (usize, &Source)| {
            let near = state.seen.iter().enumerate().filter(|(_, seen)| apart(seen) <= half);
            near.min_by_key(|(_, seen)| apart(seen)).map(|(tick, _)| Place { source, tick })
        };
        self.sources.iter().enumerate().filter(|(_, state)| state.vote).filter_map(of).collect()
    }

    pub(super) fn tick(&self, place: Place) -> &Seen {
        &self.sources[place.source].seen[place.tick]
    }

    fn tick_mut(&mut self, place: Place) -> &mut Seen {
        &mut self.sources[place.source].seen[place.tick]
    }

    fn is_past(&self, at: Timestamp) -> bool {
        let half = Rules::cadence(self.daily) / 2;
        let newer = |seen: &Seen| seen.mark.at > at.plus(half);
        self.sources.iter().filter(|source| source.vote).filter_map(Source::newest).any(newer)
    }

    fn voices(&self, bar: &[Place]) -> Vec<Voice> {
        let voice = |place: &Place| Voice {
            who: place.source,
            price: self.tick(*place).mark.log,
            limit: self.sources[place.source].tolerance(&self.rules),
        };
        bar.iter().map(voice).collect()
    }

    /// Nobody else has spoken of this bar yet.
    fn alone(&mut self, own: Place, limits: Limits, now: Timestamp, changes: &mut Changes) {
        let others = self.sources.iter().enumerate();
        if others.filter(|(place, _)| *place != own.source).any(|(_, source)| self.is_live(source, now)) {
            return;
        }
        self.tick_mut(own).signs.add(Sign::SingleSource);
        let run = self.run(own, accord(limits));
        if self.is_believed(own.source, &run) {
            for tick in run {
                self.turn(Place { source: own.source, tick }, true, own, changes);
            }
        }
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

    /// Enough of them, and none that only a person or another source may free.
    fn is_believed(&self, source: usize, run: &[usize]) -> bool {
        let signs = run.iter().map(|tick| self.sources[source].seen[*tick].signs);
        let signs = signs.fold(Signs::NONE, Signs::with);
        let enough = match signs {
            first if first.has(Sign::FirstPrice) => self.rules.release_review,
            _ if self.daily => self.rules.release_daily,
            far if far.any(Signs::of(&[Sign::Review10, Sign::Jump])) => self.rules.release_review,
            _ => self.rules.release_step,
        };
        let never = Signs::of(&[Sign::DecimalShift, Sign::SwappedAsset, Sign::Distrusted]);
        run.len() >= enough.max(2) as usize && !signs.any(never)
    }

    /// Several sources on one bar: a majority that agrees is believed.
    fn together(&mut self, bar: &[Place], own: Place, changes: &mut Changes) {
        let voices = self.voices(bar);
        for place in bar {
            self.tick_mut(*place).apart = deviation(&voices, place.source);
        }
        let believed = agreed(voices);
        if believed.is_empty() {
            return self.divided(bar, own, changes);
        }
        for place in bar {
            let agrees = believed.iter().any(|voice| voice.who == place.source);
            let tick = self.tick_mut(*place);
            tick.wrong = !agrees && !tick.vouched;
            let believed = agrees && !tick.signs.has(Sign::DecimalShift);
            if agrees {
                tick.signs.remove(Sign::CrossSource);
                self.sources[place.source].drifting = 0;
            } else {
                tick.signs.add(Sign::CrossSource);
            }
            self.turn(*place, believed, own, changes);
        }
        self.look_back(&believed, changes);
    }

    /// Of two that stood against each other a bar ago, the one nearer to what all say now was right.
    fn look_back(&mut self, believed: &[Voice], changes: &mut Changes) {
        let before = |voice: &Voice| {
            let tick = self.sources[voice.who].seen.len().checked_sub(2)?;
            let seen = &self.sources[voice.who].seen[tick];
            let undecided =
                !seen.accepted && seen.signs.has(Sign::CrossSource) && !seen.wrong && !seen.suspect;
            let apart = (seen.mark.log - voice.price).abs();
            (undecided && apart <= accord(seen.limits)).then_some((Place { source: voice.who, tick }, apart))
        };
        let nearest = believed.iter().filter_map(before).min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((place, _)) = nearest {
            let tick = self.tick_mut(place);
            tick.accepted = true;
            changes.released.push(tick.id);
        }
    }

    /// No majority. Who is frozen or a decimal off is known to be wrong; beyond that nobody can tell, and all are held:
    /// after a true leap it is the liar who looks clean.
    fn divided(&mut self, bar: &[Place], own: Place, changes: &mut Changes) {
        let broken = Signs::of(&[Sign::DecimalShift, Sign::Frozen]);
        let mut clean = bar.iter().filter(|place| !self.tick(**place).signs.any(broken));
        let only = clean.next().copied().filter(|place| !self.tick(*place).suspect && clean.next().is_none());
        for place in bar {
            let tick = self.tick_mut(*place);
            tick.wrong = false;
            if only == Some(*place) {
                tick.signs.remove(Sign::CrossSource);
            } else {
                tick.signs.add(Sign::CrossSource);
            }
            self.turn(*place, only == Some(*place), own, changes);
        }
    }

    /// A tick of a bar that is past: it joins what was accepted then, or it is held.
    fn late(&mut self, own: Place, bar: &[Place]) {
        let accepted = |place: &&Place| **place != own && self.tick(**place).accepted;
        let others: Vec<Place> = bar.iter().filter(accepted).copied().collect();
        if others.is_empty() {
            return;
        }
        let mut voices = self.voices(&others);
        voices.extend(self.voices(&[own]));
        let limit = voices.last().map_or(0.0, |voice| voice.limit);
        let apart = deviation(&voices, own.source).unwrap_or_default();
        let agrees = apart.abs() <= limit;
        let tick = self.tick_mut(own);
        tick.accepted = agrees && !tick.signs.has(Sign::DecimalShift);
        tick.apart = Some(apart);
        tick.wrong = !agrees && others.len() > 1;
        if !agrees {
            tick.signs.add(Sign::CrossSource);
        }
    }

    /// Accepts a tick or takes it back, and remembers what that changes for those who came before.
    fn turn(&mut self, place: Place, accepted: bool, own: Place, changes: &mut Changes) {
        let tick = self.tick_mut(place);
        let accepted = accepted || tick.vouched;
        let turned = tick.accepted != accepted;
        tick.accepted = accepted;
        let id = tick.id;
        if turned && place != own {
            if accepted { &mut changes.released } else { &mut changes.withdrawn }.push(id);
        }
    }

    /// Takes the vote of who was wrong too often lately.
    fn count_votes(&mut self) {
        let rules = &self.rules;
        for source in &mut self.sources {
            let wrong = source.seen.iter().rev().take(rules.vote_window).filter(|seen| seen.wrong).count();
            source.vote &= wrong < rules.vote_wrong.max(1);
        }
    }
}
