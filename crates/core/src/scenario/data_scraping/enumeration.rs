//! Walking the whole data set: what it looks like when a caller whom nobody knows asks for everything, one by one.
//!
//! Five signs, each within one window: many different assets, many deep pages, steps at the pace of a clock, many
//! names that are not served, and every honey asset. One of them is an ordinary thing to see; a caller who shows
//! several is asked for a challenge, and may go on when it is solved.
//!
//! Only what is *new* is a step: a page that reads the same prices every thirty seconds asks for nothing new, however
//! regular it is. Memory is bounded, and a client under suspicion is never forgotten for a newcomer's sake: in a full
//! table newcomers share a record by network, which may suspect a stranger too early and lets no suspect go.
//!
//! Deliberately not here: callers who said who they are. What they take has an owner, a quota and a mark.

use std::time::Duration;

use super::honey::Name;

mod memory;
mod pace;
mod record;
mod signs;
mod table;

pub use signs::Signs;
pub use table::Enumeration;

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long what was asked counts.
    pub window: Duration,
    /// So many different assets are a sign.
    pub assets: u32,
    /// So many different pages beyond the first of their asset are a sign.
    pub pages: u32,
    /// So many steps at the pace of a clock are a sign.
    pub clockwork: u32,
    /// So many different names that are not served are a sign.
    pub unknown: u32,
    /// So many signs together are suspicious.
    pub score: u32,
    /// How many clients are watched apart.
    pub clients: usize,
}

/// What kind of name was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One that is served.
    Known,
    /// One that is not.
    Unknown,
    /// One that is neither served nor listed, and waits to be asked for.
    Honey,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The asset.
    pub name: Name,
    /// Of which kind its name is.
    pub kind: Kind,
    /// Which page beyond the first, as the caller wrote it.
    pub page: Option<&'a str>,
}

/// What is to be thought of a client after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opinion {
    /// What it has shown within the window.
    pub signs: Signs,
    /// True when that is too much.
    pub suspected: bool,
    /// True when that is new: once in a window.
    pub is_news: bool,
    /// True when it asked for a honey asset: once a minute for each name.
    pub touched_honey: bool,
}

/// Parts a window is cut into: what was asked counts for one of them less than the window at worst, and never longer.
const PARTS: u32 = 64;

/// A moment: in milliseconds for the pace, and in parts of the window for everything else.
#[derive(Debug, Clone, Copy)]
struct Moment {
    millis: u64,
    part: u32,
}

impl Moment {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "parts of a millisecond or more: 49 days of the shortest"
    )]
    fn of(now: Duration, part: u64) -> Self {
        let millis = millis(now);
        Self { millis, part: (millis / part) as u32 }
    }

    /// True when it is a window or more after `part`.
    fn is_past(self, part: u32) -> bool {
        self.part.wrapping_sub(part) >= PARTS
    }
}

fn millis(time: Duration) -> u64 {
    time.as_secs() * 1000 + u64::from(time.subsec_millis())
}

#[cfg(test)]
mod tests;
