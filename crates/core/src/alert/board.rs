//! The alerts that last: raised once, told again now and then, ended when they are over.
//!
//! There is room for so many. Beyond them those make room that were not found true for a while; where there are none, a
//! newcomer shares an alert with its like.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{Alert, Moment, Rule, Severity, Subject, Turn};
use crate::{chance::Chance, client::Client, ids::RequestId, refusal::Bound};

mod kept;

pub(super) use kept::{Kept, says};

use kept::Place;

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
    /// Those that may have to make room, in that order.
    places: BTreeSet<Place>,
    /// Those that made room since that was last asked.
    left: Vec<Alert>,
}

/// Alerts that last at once and are told apart.
const MOST: usize = 10_000;
/// Alerts beside them that stand for several; beyond these all of a rule share one.
const SHARED: usize = 1000;
/// Whose alert was not found true for so long makes room: longer than it takes until everything was looked at again.
const QUIET: Duration = Duration::from_secs(300);

impl Board {
    /// Raises it, or adds to what is raised already; what is to be told of it, if anything.
    pub(super) fn raise(&mut self, found: &Found, now: Moment, chance: &dyn Chance) -> Option<Alert> {
        let (key, shared) = self.key_for((found.rule, found.subject.clone()), now);
        self.changed.insert(key.clone());
        if let Some(told) = self.change(&key, |kept| kept.again(found, now)) {
            return told;
        }
        let kept = Kept::begin(found, key.1.clone(), shared, now, chance);
        let alert = kept.alert.clone();
        self.put(key, kept);
        Some(alert)
    }

    /// Adds to one that is raised, below its bar as it may be by now.
    pub(super) fn touch(&mut self, key: &Key, more: u64, now: Moment) {
        if self.change(key, |kept| kept.count(0, more, now)).is_some() {
            self.changed.insert(key.clone());
        }
    }

    /// Takes one over from the life before. It is not told again before it is time to. False where there is no room.
    pub(super) fn restore(&mut self, rule: Rule, alert: Alert, uptime: Duration) -> bool {
        let key = (rule, alert.subject.clone());
        let has_room = self.kept.len() < MOST || self.kept.contains_key(&key);
        if has_room {
            self.put(key, Kept::restored(alert, uptime));
        }
        has_room
    }

    /// Under which name something is raised: its own while there is room, and else that of its like.
    fn key_for(&mut self, (rule, subject): Key, now: Moment) -> (Key, bool) {
        let key = (rule, subject);
        if self.kept.contains_key(&key) || self.kept.len() < MOST || self.makes_room(now) {
            return (key, false);
        }
        let wider = (rule, key.1.wider());
        if self.kept.contains_key(&wider) || self.kept.len() < MOST + SHARED {
            return (wider, true);
        }
        ((rule, Subject::Named("several".to_owned())), true)
    }

    /// Ends the one that was quiet the longest, where one was quiet at all.
    fn makes_room(&mut self, now: Moment) -> bool {
        let is_quiet = |place: &&Place| now.uptime.saturating_sub(place.1) >= QUIET;
        // Of each severity the first is the one that is quiet the longest.
        let first = Severity::ALL.into_iter().find_map(|severity| {
            let from = (severity, Duration::ZERO, (Rule::ALL[0], Subject::Server));
            self.places.range(from..).next().filter(|place| place.0 == severity).filter(is_quiet)
        });
        let Some((_, _, key)) = first.cloned() else { return false };
        let ended = self.end(&key, now);
        self.left.extend(ended.map(|alert| Alert {
            says: format!("No longer told apart, to make room for newer ones. {}", alert.says),
            ..alert
        }));
        true
    }

    /// True while it lasts under its own name.
    pub(super) fn has(&self, rule: Rule, subject: &Subject) -> bool {
        self.kept.contains_key(&(rule, subject.clone()))
    }

    /// Those that made room since that was last asked.
    pub(super) fn left(&mut self) -> Vec<Alert> {
        std::mem::take(&mut self.left)
    }

    fn put(&mut self, key: Key, kept: Kept) {
        self.remove(&key);
        self.places.extend(kept.place(&key));
        self.kept.insert(key, kept);
    }

    fn remove(&mut self, key: &Key) -> Option<Kept> {
        let kept = self.kept.remove(key)?;
        if let Some(place) = kept.place(key) {
            self.places.remove(&place);
        }
        Some(kept)
    }

    fn change<T>(&mut self, key: &Key, change: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let mut kept = self.remove(key)?;
        let outcome = change(&mut kept);
        self.put(key.clone(), kept);
        Some(outcome)
    }

    /// Ends one; what is to be told of it, if it lasted.
    pub(super) fn end(&mut self, key: &Key, now: Moment) -> Option<Alert> {
        let Kept { mut alert, .. } = self.remove(key)?;
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
