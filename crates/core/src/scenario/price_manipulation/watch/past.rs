//! What the asset stood at a while ago, by when its prices were received.
//!
//! The times of rows are what their sender says; when they came is what we know. So what one source may do to the price
//! alone is measured by receipt: a thousand bars in one call are one moment. Not here: who is believed on a bar.

use std::collections::VecDeque;

use super::super::rules::Rules;
use crate::clock::Timestamp;

/// What was accepted in the time of one bar.
#[derive(Debug, Clone, Copy)]
struct Slot {
    bar: i64,
    first: f64,
    last: f64,
}

/// The accepted prices of the last bars, as logarithms, and the one before them.
#[derive(Debug, Clone)]
pub(super) struct Past {
    slots: VecDeque<Slot>,
    daily: bool,
}

impl Past {
    pub(super) const fn new(daily: bool) -> Self {
        Self { slots: VecDeque::new(), daily }
    }

    /// What is accepted now. What was received before the newest one is no news.
    pub(super) fn note(&mut self, rules: &Rules, came: Timestamp, log: f64) {
        let bar = self.bar(came);
        match self.slots.back_mut() {
            Some(newest) if newest.bar == bar => newest.last = log,
            Some(newest) if newest.bar > bar => return,
            _ => self.slots.push_back(Slot { bar, first: log, last: log }),
        }
        let old = bar.saturating_sub(rules.rush_bars);
        while self.slots.get(1).is_some_and(|next| next.bar <= old) {
            self.slots.pop_front();
        }
    }

    /// The operator's word, or a person's: everything is measured from there.
    pub(super) fn vouch(&mut self, came: Timestamp, log: f64) {
        let newest = self.slots.back().map_or(i64::MIN, |newest| newest.bar);
        let bar = self.bar(came).max(newest);
        self.slots.clear();
        self.slots.push_back(Slot { bar, first: log, last: log });
    }

    /// True where nothing was noted in that bar or after it.
    pub(super) fn ends_before(&self, at: Timestamp) -> bool {
        self.slots.back().is_none_or(|newest| newest.bar < self.bar(at))
    }

    /// True where a price received now is further than one source may bring it: too far from what was accepted so many
    /// bars before.
    pub(super) fn is_rushed(&self, rules: &Rules, bars: i64, came: Timestamp, log: f64) -> bool {
        let now = self.bar(came);
        let then = now.saturating_sub(bars);
        let before = self.slots.iter().rev().find(|slot| slot.bar <= then).map(|slot| slot.last);
        // Of who catches up with a time before all that is remembered this says nothing.
        let first = self.slots.front().filter(|slot| slot.bar <= now).map(|slot| slot.first);
        let base = before.or(first);
        base.is_some_and(|base| (log - base).abs() > rules.rush_most.ln())
    }

    /// All prices move by the same factor.
    pub(super) fn shift(&mut self, by: f64) {
        for slot in &mut self.slots {
            (slot.first, slot.last) = (slot.first + by, slot.last + by);
        }
    }

    fn bar(&self, at: Timestamp) -> i64 {
        let length = i64::try_from(Rules::cadence(self.daily).as_micros()).unwrap_or(i64::MAX);
        at.0.div_euclid(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_measured_from_what_was_accepted_a_day_before_and_remembers_no_more() {
        let (rules, hour) = (Rules::default(), |n: i64| Timestamp::from_seconds(n * 3600));
        let mut past = Past::new(false);
        let rushed = |past: &Past, n, log| past.is_rushed(&rules, rules.rush_bars, hour(n), log);
        assert!(!rushed(&past, 0, 9.0), "there is nothing to measure by");
        past.note(&rules, hour(0), 0.0);
        for step in 1..=100 {
            past.note(&rules, hour(100), f64::from(step) / 50.0);
        }
        assert!(!rushed(&past, 100, 1.0) && rushed(&past, 100, 1.2), "a hundred rows of one moment");
        assert!(rushed(&past, 123, 1.2) && !rushed(&past, 124, 1.2) && rushed(&past, 124, 0.8));
        (200..400).for_each(|n| past.note(&rules, hour(n), 5.0));
        assert!(past.slots.len() <= 26);
        past.shift(-2.0);
        assert!(!rushed(&past, 400, 3.5));
        past.vouch(hour(7), 40.0);
        assert!(!rushed(&past, 401, 40.0));
    }
}
