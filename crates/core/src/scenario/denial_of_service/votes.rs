//! When nodes that share a part have found together that it is broken.
//!
//! A vote is a node's word that its own tries have opened its breaker of a part. Where more than half of the nodes that
//! are alive vote so, the others open theirs, once for each time that this comes about: who has tried since and found
//! the part good is not asked to believe it again while the same majority lasts. Half is not enough, so one node never
//! decides for another: of two nobody is overruled, and a third follows two.
//!
//! How many are alive is only known once everybody had the time to say so. A home that has come back with nothing in it
//! hears the broken ones as soon as the others, and for a moment they may be the most. So a node follows nobody until
//! it has itself been heard for as long as a word lasts without a gap. Deliberately not here: where votes are counted,
//! and what a breaker does about it.

use std::time::Duration;

/// How long a word counts that is not said again. Nodes speak once a second: one that pauses for a moment stays alive.
pub const LASTS: Duration = Duration::from_secs(5);

/// Beside the place in an event of a breaker that turned on the word of others.
pub const VOTE: &str = "by vote";

/// A part that all nodes depend on, with a breaker of its own at each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What reads from the database.
    Reading,
    /// What writes to it.
    Writing,
    /// The model that predicts.
    Predictions,
}

impl Part {
    /// All of them, in the order of [`Heard::broken`].
    pub const ALL: [Self; 3] = [Self::Reading, Self::Writing, Self::Predictions];

    /// Its name, the same on all nodes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reading => "database.reading",
            Self::Writing => "database.writing",
            Self::Predictions => "predictions",
        }
    }
}

/// How it stands among all nodes, as one of them hears it when it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// True where what this node said before still counted.
    pub known: bool,
    /// Nodes that are alive, this one among them.
    pub nodes: u32,
    /// How many of them find each part broken, in the order of [`Part::ALL`].
    pub broken: [u32; Part::ALL.len()],
}

impl Heard {
    /// True where more than half of all nodes find the part broken.
    fn is_broken_to_most(&self, part: Part) -> bool {
        u64::from(self.broken[part as usize]) * 2 > u64::from(self.nodes)
    }
}

/// What has come about since the last hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Most nodes find the part broken now.
    Rose,
    /// They no longer do.
    Fell,
}

/// What a node makes of what it hears.
#[derive(Debug, Default)]
pub struct Tally {
    /// Since when it has been heard without a gap.
    since: Option<Duration>,
    /// Which parts most nodes found broken when it last counted, in the order of [`Part::ALL`].
    broken: [bool; Part::ALL.len()],
}

impl Tally {
    /// Counts what was heard at `now`. While too little is known nothing changes.
    pub fn hear(&mut self, heard: &Heard, now: Duration) -> Vec<(Part, Change)> {
        let since = self.since.filter(|_| heard.known).unwrap_or(now);
        self.since = Some(since);
        if now.saturating_sub(since) < LASTS {
            return Vec::new();
        }
        Part::ALL.into_iter().filter_map(|part| Some((part, self.turn(heard, part)?))).collect()
    }

    fn turn(&mut self, heard: &Heard, part: Part) -> Option<Change> {
        let is_broken = heard.is_broken_to_most(part);
        let was_broken = std::mem::replace(&mut self.broken[part as usize], is_broken);
        match (was_broken, is_broken) {
            (false, true) => Some(Change::Rose),
            (true, false) => Some(Change::Fell),
            (false, false) | (true, true) => None,
        }
    }
}

#[cfg(test)]
mod tests;
