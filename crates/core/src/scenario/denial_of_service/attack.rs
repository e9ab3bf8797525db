//! When the server is under attack: it has been full for some seconds on end, whoever it was that filled it.
//!
//! A rate alone never says so: many requests that are answered at once are a good day. It is over when the house has
//! not been full for minutes, so that it does not flap. Deliberately not here: what is done about it, and attacks on
//! sign-ins, which have signs of their own (`brute_force`).

use std::time::Duration;

use crate::rate::Rate;

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// True when it begins by itself.
    pub auto: bool,
    /// How long the house must have been full.
    pub after: Duration,
    /// How long it must not have been full until it is over.
    pub quiet: Duration,
}

/// What was seen at one look, about once a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When, since the process began.
    pub now: Duration,
    /// How long the places were full since the last look.
    pub full: Duration,
    /// True when nobody more may wait for a prediction.
    pub queue_full: bool,
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It began.
    Began,
    /// It is over.
    Ended,
}

/// Under attack or not, from one look to the next.
#[derive(Debug)]
pub struct Attack {
    rules: Rules,
    last: Duration,
    on: bool,
    by_hand: bool,
    /// While it is off: how long the house has been full. While it is on: how long it has not.
    span: Duration,
}

impl Attack {
    /// Nothing has been seen yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules, last: Duration::ZERO, on: false, by_hand: false, span: Duration::ZERO }
    }

    /// Goes on by other rules: what has been seen stays seen.
    pub fn follow(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// True while it lasts.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Takes one look. Between two looks the house was full when it was for more than half of the time: neither does a
    /// short dip hide a flood, nor does a short crowd each second make one. Only the time it was full counts.
    pub fn look(&mut self, seen: Seen) -> Option<Turn> {
        let span = seen.now.saturating_sub(self.last);
        if span.is_zero() {
            return None;
        }
        self.last = seen.now;
        let full = if seen.queue_full { span } else { seen.full.min(span) };
        let busy = full * 2 > span;
        let more = if self.on { span } else { full };
        self.span = if busy == self.on { Duration::ZERO } else { self.span + more };
        let turns = if self.on {
            !self.by_hand && self.span >= self.rules.quiet
        } else {
            self.rules.auto && self.span >= self.rules.after && busy
        };
        turns.then(|| self.turn(!self.on))
    }

    /// Switches by hand. On, it stays until it is switched off by hand; off, it may begin by itself again.
    pub fn set(&mut self, on: bool) -> Option<Turn> {
        self.by_hand = on;
        (on != self.on).then(|| self.turn(on))
    }

    fn turn(&mut self, on: bool) -> Turn {
        self.on = on;
        self.span = Duration::ZERO;
        if on { Turn::Began } else { Turn::Ended }
    }
}

/// A rate while the server is under attack: this share of it, rounded up, and at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a limit of at most a million"
)]
pub fn tightened(rate: Rate, share: f64) -> Rate {
    let limit = (f64::from(rate.limit) * share.clamp(0.0, 1.0) - 1e-9).ceil() as u32;
    Rate { limit: limit.max(1), ..rate }
}

#[cfg(test)]
mod tests;
