//! Counts over all nodes: what this node has to add, and what it has heard of the sums.
//!
//! Each node judges its own counts at once. What it counted beside that goes into sums that all nodes share, now and then,
//! and whoever is told that a sum has reached its bar raises it. What could not be told is not told later: whether it was
//! heard nobody knows, and it would count for now what was long ago. So that a flood of made-up subjects does not reach the
//! others, a count is told from the second on, or from a sixteenth of its bar, and of so many subjects at most. Deliberately
//! not here: where sums are kept, and how a sum is judged (`watch`).

use std::{
    collections::{BTreeMap, VecDeque, btree_map::Entry},
    time::Duration,
};

use super::{Bar, Rule, Severity, Subject};
use crate::{client::Client, ids::RequestId};

/// What a node adds to a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// By which rule it is counted.
    pub rule: Rule,
    /// For which of its bars.
    pub severity: Severity,
    /// Of whom or of what.
    pub subject: Subject,
    /// The bar: from how many on within how long.
    pub bar: Bar,
    /// How much there is since the last time; nothing where the sum is only asked for.
    pub more: u64,
    pub(super) cause: Cause,
}

/// A sum over all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// How much was counted within the bar's window.
    pub count: u64,
    /// True where the bar is reached and it is this node that says so.
    pub ours: bool,
}

/// Who made it so, the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cause {
    pub(super) client: Option<Client>,
    pub(super) request: Option<RequestId>,
    pub(super) enforced: bool,
}

type Key = (Rule, Subject, Severity);

/// What is to be told, and what was heard.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// Sums that this node has added to, and until when that counts.
    known: BTreeMap<Key, Duration>,
    gathering: BTreeMap<Key, Part>,
    /// What goes next, in the order it was gathered.
    leaving: VecDeque<Part>,
    /// Sums that are near their bar.
    near: BTreeMap<Key, Near>,
}

#[derive(Debug)]
struct Near {
    bar: Bar,
    until: Duration,
    asked: Duration,
}

/// Sums that a node adds to at once, at most; other counts are judged by each node alone.
const MOST: usize = 16_384;
/// How often the sum of something that lasts is asked for.
const ASK: Duration = Duration::from_secs(15);

/// From how much on a node tells others of a count.
pub(super) const fn noticed_from(bar: Bar) -> u64 {
    match bar.from {
        0..3 => 1,
        3..48 => 2,
        from => from / 16,
    }
}

/// True where two sums are judged as one share: they go together.
pub(super) const fn is_share(rule: Rule) -> bool {
    matches!(rule, Rule::ServerErrors | Rule::PredictionsFailing)
}

fn key(part: &Part) -> Key {
    (part.rule, part.subject.clone(), part.severity)
}

impl Together {
    /// Adds to what is told, if there is room for another sum.
    pub(super) fn gather(&mut self, part: Part, now: Duration) {
        let (key, until) = (key(&part), now.saturating_add(part.bar.window));
        let has_room = self.known.len() < MOST;
        match self.known.entry(key.clone()) {
            Entry::Occupied(mut there) => *there.get_mut() = until,
            Entry::Vacant(place) if has_room => drop(place.insert(until)),
            Entry::Vacant(_) => return,
        }
        match self.gathering.entry(key) {
            Entry::Vacant(place) => drop(place.insert(part)),
            Entry::Occupied(mut there) => {
                let there = there.get_mut();
                (there.more, there.bar) = (there.more.saturating_add(part.more), part.bar);
                let enforced = there.cause.enforced || part.cause.enforced;
                there.cause = Cause { enforced, ..part.cause };
            }
        }
    }

    /// What goes next, at most so many: what was gathered first, and where there is room left, what is only asked for.
    pub(super) fn leave(
        &mut self,
        most: usize,
        now: Duration,
        lasts: impl Fn(Rule, &Subject) -> bool,
    ) -> Vec<Part> {
        self.known.retain(|_, until| *until > now);
        self.near.retain(|_, near| near.until > now);
        if self.leaving.is_empty() {
            self.leaving.extend(std::mem::take(&mut self.gathering).into_values());
        }
        let mut parts: Vec<Part> = self.leaving.drain(..most.min(self.leaving.len())).collect();
        // Both sums of a share are heard at once, or neither.
        let next = self.leaving.front().map(|next| next.rule).filter(|rule| is_share(*rule));
        if let Some(half) = parts.pop_if(|last| Some(last.rule) == next) {
            self.leaving.push_front(half);
        }
        let room = most - parts.len();
        parts.extend(self.asks(room, now, lasts));
        parts
    }

    /// Asks anew for the sums of what lasts.
    fn asks(&mut self, room: usize, now: Duration, lasts: impl Fn(Rule, &Subject) -> bool) -> Vec<Part> {
        let is_due = |near: &Near| now.saturating_sub(near.asked) >= ASK;
        let due =
            self.near.iter_mut().filter(|((rule, subject, _), near)| is_due(near) && lasts(*rule, subject));
        due.take(room)
            .map(|((rule, subject, severity), near)| {
                near.asked = now;
                let (subject, cause) = (subject.clone(), Cause::default());
                Part { rule: *rule, severity: *severity, subject, bar: near.bar, more: 0, cause }
            })
            .collect()
    }

    /// Takes back what was perhaps not heard: not what was counted, but what its sum is.
    pub(super) fn stay(&mut self, parts: Vec<Part>) {
        let asks = parts.into_iter().filter(|part| !is_share(part.rule)).map(|part| Part { more: 0, ..part });
        let room = MOST.saturating_sub(self.leaving.len());
        self.leaving.extend(asks.take(room));
    }

    /// Remembers whether a sum is near its bar: what was raised by it lasts meanwhile. False where there is no room.
    pub(super) fn note(&mut self, part: &Part, is_near: bool, now: Duration) -> bool {
        let key = key(part);
        if !is_near {
            self.near.remove(&key);
            return true;
        }
        let has_room = self.near.len() < MOST || self.near.contains_key(&key);
        if has_room {
            let until = now.saturating_add(part.bar.window);
            self.near.insert(key, Near { bar: part.bar, until, asked: now });
        }
        has_room
    }

    /// True while a sum of this was near its bar when it was last heard of.
    pub(super) fn holds(&self, rule: Rule, subject: &Subject, now: Duration) -> bool {
        let keys = Severity::ALL.map(|severity| (rule, subject.clone(), severity));
        keys.iter().any(|key| self.near.get(key).is_some_and(|near| near.until > now))
    }
}
