//! One bar, all its sources: who is believed, who is held, and what changes for those who came before.

use super::{
    super::{
        detectors::{
            consensus::{Voice, agreed, deviation},
            step::Limits,
        },
        rules::Rules,
        signs::Sign,
    },
    Watch, accord,
    seen::Seen,
    source::Source,
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
            // Who comes late opens nothing again, unless a majority of all that spoke on the bar agrees.
            _ if self.is_past(at) && agreed(self.voices(&bar)).is_empty() => {
                self.late(own, &bar, &mut changes);
            }
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

    pub(super) fn tick_mut(&mut self, place: Place) -> &mut Seen {
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

    /// Two ticks that may stand beside each other: the more tolerant of both decides.
    pub(super) fn agree(&self, one: Place, other: Place) -> bool {
        let limit = |place: Place| self.sources[place.source].tolerance(&self.rules);
        (self.tick(one).mark.log - self.tick(other).mark.log).abs() <= limit(one).max(limit(other))
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
        let agrees = |place: &Place| believed.iter().any(|voice| voice.who == place.source);
        let (believed, others): (Vec<Place>, Vec<Place>) = bar.iter().copied().partition(agrees);
        for place in believed.iter().chain(&others) {
            let agrees = believed.contains(place);
            let tick = self.tick_mut(*place);
            tick.wrong = !agrees && !tick.vouched;
            let free = agrees && !tick.signs.has(Sign::DecimalShift);
            if agrees {
                tick.signs.remove(Sign::CrossSource);
                self.sources[place.source].drifting = 0;
            } else {
                tick.signs.add(Sign::CrossSource);
            }
            self.turn(*place, free, own, changes);
        }
        self.look_back(&believed, changes);
    }

    /// Of two that stood against each other a bar ago, the one nearer to what all say now was right.
    fn look_back(&mut self, believed: &[Place], changes: &mut Changes) {
        let before = |now: &Place| {
            let place = Place { tick: now.tick.checked_sub(1)?, ..*now };
            let seen = self.tick(place);
            let undecided =
                !seen.accepted && seen.signs.has(Sign::CrossSource) && !seen.wrong && !seen.suspect;
            let apart = (seen.mark.log - self.tick(*now).mark.log).abs();
            (undecided && apart <= accord(seen.limits) && self.fits(place)).then_some((place, apart))
        };
        let nearest = believed.iter().filter_map(before).min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((place, _)) = nearest {
            let tick = self.tick_mut(place);
            tick.accepted = true;
            changes.released.push(tick.id);
        }
    }

    /// Contradicted by nothing that was accepted on its bar.
    fn fits(&self, place: Place) -> bool {
        let bar = self.bar(self.tick(place).mark.at);
        bar.iter().all(|other| *other == place || !self.tick(*other).accepted || self.agree(place, *other))
    }

    /// No majority. Who is frozen or a decimal off is known to be wrong; beyond that nobody can tell, and all are held:
    /// after a true leap it is the liar who looks clean.
    fn divided(&mut self, bar: &[Place], own: Place, changes: &mut Changes) {
        let mut clean = bar.iter().filter(|place| !self.is_broken(bar, **place));
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

    /// Known to be wrong: a decimal off, or frozen while the accepted prices of the others left it. A market that stands
    /// still is frozen too, and then it is the liar who moves.
    fn is_broken(&self, bar: &[Place], place: Place) -> bool {
        let tick = self.tick(place);
        let limit = self.sources[place.source].tolerance(&self.rules);
        let start = tick.mark.at.minus(Rules::cadence(self.daily) / 2);
        let left = |other: &Place| {
            let before = self.sources[other.source].accepted_before(start);
            before.is_some_and(|before| (before.log - tick.mark.log).abs() > limit)
        };
        let mut others = bar.iter().filter(|other| **other != place);
        tick.signs.has(Sign::DecimalShift) || tick.signs.has(Sign::Frozen) && others.all(left)
    }

    /// A tick of a bar that is past, on which no majority agrees: it joins what was accepted then, or it is held.
    fn late(&mut self, own: Place, bar: &[Place], changes: &mut Changes) {
        let accepted = |place: &&Place| **place != own && self.tick(**place).accepted;
        let others: Vec<Place> = bar.iter().filter(accepted).copied().collect();
        if others.is_empty() {
            return self.divided(bar, own, changes);
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
    pub(super) fn turn(&mut self, place: Place, accepted: bool, own: Place, changes: &mut Changes) {
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
            source.vote &= !source.is_wrong_too_often(rules);
        }
    }
}
