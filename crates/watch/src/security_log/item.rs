//! What becomes a line: an event, a sum of events that were left out, or the number of those that were lost.

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
    ids::RequestId,
};

/// One line to be.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Event(Event),
    Sum(Sum),
    Lost(Lost),
}

/// How many events were left out, of which kind, by whom, and from which to which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) at: Timestamp,
    pub(super) kind: Kind,
    pub(super) client: Option<Client>,
    pub(super) count: u32,
    pub(super) first: Mark,
    pub(super) last: Mark,
}

/// One event among many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) at: Timestamp,
    pub(super) request: Option<RequestId>,
}

/// How many events were never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) at: Timestamp,
    pub(super) count: u64,
    pub(super) why: Why,
}

/// What was in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The disk was slower than the events.
    Slow,
    /// The file could not be written, since then.
    Unwritable(Timestamp),
    /// The process ended in the middle of a write.
    Killed,
}

impl Item {
    /// When.
    pub(super) fn at(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.at,
            Self::Sum(sum) => sum.at,
            Self::Lost(lost) => lost.at,
        }
    }

    /// How many events it stands for: what is lost when it cannot be written.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Event(_) => 1,
            Self::Sum(sum) => u64::from(sum.count),
            Self::Lost(lost) => lost.count,
        }
    }
}
