//! A short list of failures, in the order in which they began.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

/// One failure, or a try that may still become none.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(into = "Packed", from = "Packed")]
pub(super) struct Failure {
    /// Which try.
    pub(super) id: u64,
    /// When it began.
    pub(super) at: Duration,
    /// The other side: the name in a client's list, the client in a name's.
    pub(super) other: u64,
    /// True when it was settled as a failure.
    pub(super) wrong: bool,
}

/// A failure as it is written down: short, with the moment in microseconds.
type Packed = (u64, u64, u64, bool);

impl From<Failure> for Packed {
    fn from(failure: Failure) -> Self {
        (failure.id, micros(failure.at), failure.other, failure.wrong)
    }
}

impl From<Packed> for Failure {
    fn from((id, at, other, wrong): Packed) -> Self {
        Self { id, at: Duration::from_micros(at), other, wrong }
    }
}

/// A moment in whole microseconds.
pub(super) fn micros(moment: Duration) -> u64 {
    u64::try_from(moment.as_micros()).unwrap_or(u64::MAX)
}

/// Failures, the oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Failures(Vec<Failure>);

impl Failures {
    /// Adds one. Of more than `most`, the oldest is forgotten.
    pub(super) fn push(&mut self, failure: Failure, most: usize) {
        if self.0.len() >= most {
            self.0.remove(0);
        }
        self.0.push(failure);
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Failure] {
        &self.0
    }

    /// Those that are younger than `memory`.
    pub(super) fn recent(&self, now: Duration, memory: Duration) -> &[Failure] {
        let old = self.0.partition_point(|failure| now.saturating_sub(failure.at) >= memory);
        &self.0[old..]
    }

    /// When the last one began.
    pub(super) fn last(&self) -> Option<Duration> {
        self.0.last().map(|failure| failure.at)
    }

    /// Keeps the newest `count`.
    pub(super) fn keep_last(&mut self, count: usize) {
        self.0.drain(..self.0.len().saturating_sub(count));
    }

    /// Takes one try away.
    pub(super) fn take(&mut self, id: u64) {
        self.0.retain(|failure| failure.id != id);
    }

    /// Takes away all that have this other side.
    pub(super) fn forgive(&mut self, other: u64) {
        self.0.retain(|failure| failure.other != other);
    }

    /// Settles one as a failure.
    pub(super) fn settle(&mut self, id: u64) {
        if let Some(failure) = self.0.iter_mut().find(|failure| failure.id == id) {
            failure.wrong = true;
        }
    }
}

/// How many other sides the settled ones among these have.
pub(super) fn others(failures: &[Failure]) -> usize {
    failures
        .iter()
        .filter(|failure| failure.wrong)
        .map(|failure| failure.other)
        .collect::<BTreeSet<_>>()
        .len()
}
