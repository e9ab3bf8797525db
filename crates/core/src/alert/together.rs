//! Counts over all nodes: what this node has to add, and what it has heard of the sums.
//!
//! Each node judges its own counts at once. What it counted beside that goes into sums that all nodes share, now and then
//! and late, and whoever is told that a sum has reached its bar raises it. So that a flood of made-up subjects does not
//! reach the others, only counts are added that this node has noticed: from a sixteenth of a bar on. Deliberately not
//! here: where sums are kept, and how a sum is judged (`watch`).

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

/// Counts that wait to be added, and sums that are near a bar, at most; others are judged by each node alone.
const MOST: usize = 16_384;
/// How often the sum of something that lasts is asked for.
const ASK: Duration = Duration::from_secs(15);

/// From how much on a node tells others of a count.
pub(super) fn is_noticed(count: u64, bar: Bar) -> bool {
    count >= (bar.from / 16).max(1)
}

impl Together {
    /// Adds to what is told.
    pub(super) fn gather(&mut self, part: Part) {
        let has_room = self.gathering.len() < MOST;
        match self.gathering.entry((part.rule, part.subject.clone(), part.severity)) {
            Entry::Occupied(mut there) => {
                let there = there.get_mut();
                (there.more, there.bar) = (there.more.saturating_add(part.more), part.bar);
                let enforced = there.cause.enforced || part.cause.enforced;
                there.cause = Cause { enforced, ..part.cause };
            }
            Entry::Vacant(place) if has_room => drop(place.insert(part)),
            Entry::Vacant(_) => {}
        }
    }

    /// What goes next, at most so many. What was gathered first goes first.
    pub(super) fn leave(&mut self, most: usize) -> Vec<Part> {
        if self.leaving.is_empty() {
            self.leaving.extend(std::mem::take(&mut self.gathering).into_values());
        }
        self.leaving.drain(..most.min(self.leaving.len())).collect()
    }

    /// Takes back what could not be told.
    pub(super) fn stay(&mut self, parts: Vec<Part>) {
        for part in parts.into_iter().rev().filter(|part| part.more > 0) {
            if self.leaving.len() < MOST {
                self.leaving.push_front(part);
            }
        }
    }

    /// Remembers whether a sum is near its bar: what was raised by it lasts meanwhile.
    pub(super) fn note(&mut self, part: &Part, is_near: bool, now: Duration) {
        let key = (part.rule, part.subject.clone(), part.severity);
        if !is_near {
            self.near.remove(&key);
            return;
        }
        if self.near.len() < MOST || self.near.contains_key(&key) {
            let until = now.saturating_add(part.bar.window);
            self.near.insert(key, Near { bar: part.bar, until, asked: now });
        }
    }

    /// True while a sum of this was near its bar when it was last heard of.
    pub(super) fn holds(&self, rule: Rule, subject: &Subject, now: Duration) -> bool {
        let keys = Severity::ALL.map(|severity| (rule, subject.clone(), severity));
        keys.iter().any(|key| self.near.get(key).is_some_and(|near| near.until > now))
    }

    /// Asks anew for the sums of what lasts, and forgets those that nobody asks for.
    pub(super) fn ask(&mut self, now: Duration, lasts: impl Fn(Rule, &Subject) -> bool) {
        self.near.retain(|_, near| near.until > now);
        for ((rule, subject, severity), near) in &mut self.near {
            if now.saturating_sub(near.asked) < ASK || !lasts(*rule, subject) {
                continue;
            }
            near.asked = now;
            let (subject, bar) = (subject.clone(), near.bar);
            let cause = Cause::default();
            self.leaving.push_back(Part { rule: *rule, severity: *severity, subject, bar, more: 0, cause });
        }
    }
}
