//! States that are bad while they last: how long one has lasted, and how long it has been over.

use std::{collections::BTreeMap, time::Duration};

use super::{Rule, Subject};

/// How long a state has to be good again before its alert is over: what flaps is one alert.
pub(super) const CALM: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Levels(BTreeMap<(Rule, Subject), Since>);

#[derive(Debug, Clone, Copy)]
struct Since {
    bad: bool,
    at: Duration,
}

/// What is to be thought of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Bad for this long, and longer than it may be.
    Bad(Duration),
    /// Neither bad for long, nor good for long.
    Open,
    /// Good for long enough.
    Good,
}

impl Levels {
    /// Takes a state as it is now. `patience` is how long it may be bad.
    pub(super) fn look(
        &mut self,
        rule: Rule,
        subject: &Subject,
        bad: bool,
        patience: Duration,
        now: Duration,
    ) -> Level {
        let since = self.0.entry((rule, subject.clone())).or_insert(Since { bad, at: now });
        if since.bad != bad {
            *since = Since { bad, at: now };
        }
        let lasted = now.saturating_sub(since.at);
        match bad {
            true if lasted >= patience => Level::Bad(lasted),
            false if lasted >= CALM => Level::Good,
            _ => Level::Open,
        }
    }
}
