//! What was answered, by trouble and by who asked.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Duration,
};

use super::{
    kind::Kind,
    windows::{Admitted, most_within},
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Reads with a token.
    Reader,
    /// Signs in again and again, within the limit.
    Signer,
    /// Asks for prices, far within the limit.
    Modest,
    /// Asks for prices, far more often than it may in a minute.
    Greedy,
    /// Asks for the public keys, more often than it may in a second.
    Hasty,
}

impl Who {
    /// Whether it keeps to its limits, also to each node's share of them.
    const fn keeps_to_limits(self) -> bool {
        matches!(self, Self::Reader | Self::Signer | Self::Modest)
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// As it is when all is well.
    Good,
    /// Over a limit, with a time to come back.
    Limited,
    /// Not now, with a time to come back.
    Away,
    /// Anything else.
    Fault(String),
}

/// Answers to what was sent in one trouble.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) good: u64,
    pub(super) limited: u64,
    /// Of these, those who kept to their limits.
    pub(super) wronged: u64,
    pub(super) away: u64,
    pub(super) faults: u64,
    /// The longest that anybody waited for an answer.
    pub(super) longest: Duration,
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many troubles have begun.
    phase: Cell<usize>,
    counts: RefCell<Vec<Counts>>,
    faults: RefCell<Vec<String>>,
    admitted: RefCell<BTreeMap<(Who, usize), Vec<Admitted>>>,
}

/// Faults that are kept word by word.
const KEPT: usize = 20;

impl Seen {
    /// From now on.
    pub(super) fn turn_to(&self, kind: Kind) {
        let at = Kind::ALL.iter().position(|other| *other == kind);
        self.phase.set(at.map_or(0, |at| at + 1));
    }

    /// Which trouble it is: one more than its place, and none before the first.
    pub(super) fn phase(&self) -> usize {
        self.phase.get()
    }

    /// The counts of a phase.
    pub(super) fn counts(&self, phase: usize) -> Counts {
        self.counts.borrow().get(phase).cloned().unwrap_or_default()
    }

    /// The first faults.
    pub(super) fn faults(&self) -> Vec<String> {
        self.faults.borrow().clone()
    }

    /// The most that any of some people certainly was let in within a window.
    pub(super) fn most(&self, who: Who, window: Duration) -> usize {
        let admitted = self.admitted.borrow();
        let of = admitted.iter().filter(|((one, _), _)| *one == who);
        of.map(|(_, times)| most_within(times, window)).max().unwrap_or(0)
    }

    /// Adds an answer to what was sent in a phase.
    pub(super) fn add(
        &self,
        phase: usize,
        who: Who,
        number: usize,
        answer: Answer,
        sent: Duration,
        received: Duration,
    ) {
        let mut all = self.counts.borrow_mut();
        if all.len() <= phase {
            all.resize(phase + 1, Counts::default());
        }
        let counts = &mut all[phase];
        counts.longest = counts.longest.max(received.saturating_sub(sent));
        match answer {
            Answer::Good => {
                counts.good += 1;
                if !who.keeps_to_limits() {
                    let mut admitted = self.admitted.borrow_mut();
                    admitted.entry((who, number)).or_default().push(Admitted { sent, received });
                }
            }
            Answer::Limited => {
                counts.limited += 1;
                counts.wronged += u64::from(who.keeps_to_limits());
            }
            Answer::Away => counts.away += 1,
            Answer::Fault(what) => {
                counts.faults += 1;
                let mut faults = self.faults.borrow_mut();
                if faults.len() < KEPT {
                    faults.push(format!("{who:?} during {}: {what}", word(phase)));
                }
            }
        }
    }
}

/// What a phase is called.
pub(super) fn word(phase: usize) -> &'static str {
    phase.checked_sub(1).and_then(|at| Kind::ALL.get(at)).map_or("nothing yet", |kind| kind.word())
}
