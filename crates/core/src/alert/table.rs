//! A bounded table of counts that a flood of made-up subjects cannot empty.
//!
//! When it is full, what no longer counts makes room, then the lightest count, the oldest of them first; one that has
//! reached half of a bar never does. Where there is none to go, newcomers are counted together with their like: that
//! may speak of a whole network too early, and lets nobody go who is near a bar. Who fills the table makes nobody immune
//! by that: an alert names the client who made it so, and whoever acts on alerts goes by that name.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{Subject, settings::Bars, tally::Counter};

#[derive(Debug)]
pub(super) struct Table<C> {
    counts: BTreeMap<Subject, Kept<C>>,
    /// The same subjects by how light they were when they were last counted, and when that was.
    light: BTreeSet<(u64, Duration, Subject)>,
    /// The same by when they were last counted.
    old: BTreeSet<(Duration, Subject)>,
    /// Those who share a count.
    shared: BTreeMap<Subject, C>,
    room: usize,
}

#[derive(Debug)]
struct Kept<C> {
    counter: C,
    weight: u64,
    last: Duration,
}

/// Counts that newcomers share; beyond them all share one.
const SHARED: usize = 1024;

impl<C: Counter> Table<C> {
    pub(super) fn new(room: usize) -> Self {
        Self {
            counts: BTreeMap::new(),
            light: BTreeSet::new(),
            old: BTreeSet::new(),
            shared: BTreeMap::new(),
            room: room.max(1),
        }
    }

    /// Counts so much of a subject; under whose name that was, and what is counted there now.
    pub(super) fn add(
        &mut self,
        subject: &Subject,
        much: u64,
        now: Duration,
        bars: Bars,
    ) -> (Subject, &mut C) {
        if !self.counts.contains_key(subject) && !self.make_room(now, bars) {
            return self.share(subject, much, now, bars);
        }
        let mut kept =
            self.take(subject).unwrap_or_else(|| Kept { counter: C::default(), weight: 0, last: now });
        kept.counter.add(much, now, bars);
        (kept.weight, kept.last) = (kept.counter.within(now, bars.longest()), now);
        self.light.insert((kept.weight, now, subject.clone()));
        self.old.insert((now, subject.clone()));
        (subject.clone(), &mut self.counts.entry(subject.clone()).or_insert(kept).counter)
    }

    /// What is counted of a subject.
    pub(super) fn get(&self, subject: &Subject) -> Option<&C> {
        self.counts.get(subject).map(|kept| &kept.counter).or_else(|| self.shared.get(subject))
    }

    /// Forgets a few of those that no longer count.
    pub(super) fn tidy(&mut self, now: Duration, bars: Bars) {
        for _ in 0..TIDY {
            if !self.forget_old(now, bars) {
                break;
            }
        }
        self.shared.retain(|_, counter| now.saturating_sub(counter.last()) < bars.longest());
    }

    /// How many subjects are told apart.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.counts.len(), self.light.len());
        assert_eq!(self.counts.len(), self.old.len());
        self.counts.len()
    }

    fn share(&mut self, subject: &Subject, much: u64, now: Duration, bars: Bars) -> (Subject, &mut C) {
        let wider = subject.wider();
        let full = self.shared.len() >= SHARED && !self.shared.contains_key(&wider);
        let name = if full { Subject::Named("several".to_owned()) } else { wider };
        let counter = self.shared.entry(name.clone()).or_default();
        counter.add(much, now, bars);
        (name, counter)
    }

    fn make_room(&mut self, now: Duration, bars: Bars) -> bool {
        self.counts.len() < self.room || self.forget_old(now, bars) || self.forget_light(now, bars)
    }

    fn forget_old(&mut self, now: Duration, bars: Bars) -> bool {
        let over = |(last, _): &&(Duration, Subject)| now.saturating_sub(*last) >= bars.longest();
        let Some(subject) = self.old.first().filter(over).map(|(_, subject)| subject.clone()) else {
            return false;
        };
        self.take(&subject).is_some()
    }

    fn forget_light(&mut self, now: Duration, bars: Bars) -> bool {
        let Some(subject) = self.light.first().map(|(_, _, subject)| subject.clone()) else { return false };
        let near = self.get(&subject).is_some_and(|counter| counter.is_near(now, bars));
        !near && self.take(&subject).is_some()
    }

    fn take(&mut self, subject: &Subject) -> Option<Kept<C>> {
        let kept = self.counts.remove(subject)?;
        self.light.remove(&(kept.weight, kept.last, subject.clone()));
        self.old.remove(&(kept.last, subject.clone()));
        Some(kept)
    }
}

/// How many are looked at in one go.
const TIDY: usize = 1000;
