//! How many streams a client may take back (CVE-2023-44487): each costs us work that it need not wait for.

use std::{collections::VecDeque, time::Duration};

use aspis_core::rate::Rate;

/// The resets of one connection within the window.
#[derive(Debug)]
pub(super) struct Resets {
    limit: usize,
    window: u64,
    seen: VecDeque<u64>,
}

impl Resets {
    pub(super) fn new(rate: Rate) -> Self {
        Self { limit: rate.limit as usize, window: millis(rate.window), seen: VecDeque::new() }
    }

    /// Counts one; false where it is one too many.
    pub(super) fn count(&mut self, now: u64) -> bool {
        while self.seen.front().is_some_and(|&at| now.saturating_sub(at) >= self.window) {
            self.seen.pop_front();
        }
        if self.seen.len() >= self.limit {
            return false;
        }
        self.seen.push_back(now);
        true
    }
}

fn millis(window: Duration) -> u64 {
    u64::try_from(window.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_any_window() {
        let mut resets = Resets::new("3/second".parse().unwrap());
        assert!([0, 500, 900].iter().all(|&now| resets.count(now)));
        assert!(!resets.count(999));
        assert!(resets.count(1000), "the first is out of the window");
        assert!(!resets.count(1001));
    }
}
