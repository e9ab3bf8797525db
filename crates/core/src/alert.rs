//! What operators are told at once: the rules of alarm, as pure code over events and over how the server stands.
//!
//! A rule counts within real windows, looks at a share of all requests, at a use beside what is usual, or at how long a
//! part has been in a bad way. What it finds is raised once for each subject, told again only now and then, and ended
//! when it is over. Deliberately not here: a clock, a queue, a database, and who is told.

use std::fmt;

use crate::{
    client::Client,
    clock::Timestamp,
    ids::{AlertId, RequestId},
    refusal::Bound,
    scenario::Scenario,
};

mod bar;
mod board;
mod levels;
mod norm;
mod ratio;
mod rule;
mod seen;
mod settings;
mod subject;
mod table;
mod tally;
mod together;
mod watch;

pub use bar::{Bar, BarError};
pub use norm::{NORM_DAYS, norm};
pub use ratio::{RATIO_WINDOW, Totals};
pub use rule::Rule;
pub use seen::{Seen, What};
pub use settings::{Bars, Settings};
pub use subject::Subject;
pub use tally::MOMENTS;
pub use together::{Part, Sum};
pub use watch::{Busy, Moment, Vitals, Watch};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody should look at it today.
    Warning,
    /// Somebody should look at it now.
    Critical,
}

impl Severity {
    /// All three, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The word on the wire, in settings and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// Reads [`Severity::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

/// Why an alert is told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// It is new.
    Began,
    /// It has become more severe.
    Worse,
    /// It was done again while it lasts: for who acts on it, and news for nobody.
    Again,
    /// It lasts, and that was not said for a while.
    Reminder,
    /// It is over.
    Ended,
}

impl Turn {
    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::Worse => "worse",
            Self::Again => "again",
            Self::Reminder => "reminder",
            Self::Ended => "ended",
        }
    }
}

/// One alert as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The same from its beginning to its end.
    pub id: AlertId,
    /// By which rule, as the manual calls it.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Of which scenario it is a sign, if any.
    pub scenario: Option<Scenario>,
    /// Whom or what it is about.
    pub subject: Subject,
    /// Why it is told now.
    pub turn: Turn,
    /// When it began.
    pub began: Timestamp,
    /// When it was last found true; where it ended, when that was.
    pub at: Timestamp,
    /// How much was counted; per cent where the rule looks at a share, seconds where it looks at how long.
    pub count: u64,
    /// What the rule was set to.
    pub bound: Option<Bound>,
    /// One plain sentence. Nothing in it is of a caller's choosing but an address.
    pub says: String,
    /// Who did what made it so, where it was somebody on the network: also where it is about a whole network, because
    /// there was no room to tell clients apart.
    pub client: Option<Client>,
    /// The request that made it so, where one did.
    pub request: Option<RequestId>,
    /// False where it was counted from verdicts that `observe` did not carry out.
    pub enforced: bool,
}

impl Alert {
    /// The same with its sentence written anew.
    #[must_use]
    pub fn in_words(mut self, rule: Rule) -> Self {
        self.says = board::says(rule, &self);
        self
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

#[cfg(test)]
mod tests;
