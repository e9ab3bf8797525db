//! Who is known to be over a limit, until when: refused from this node's memory, so that a flood never gets further.
//!
//! Bounded. Where somebody is forgotten to make room, the next request asks the server once more.

use std::time::Duration;

use aspis_core::{rate::Rate, scenario::denial_of_service::windows::Standing};
use quick_cache::sync::Cache;

use crate::names::HASH;

/// A window that refuses.
#[derive(Debug, Clone, Copy)]
struct Full {
    limit: u32,
    /// By the uptime of this node.
    until: Duration,
}

/// Windows that refuse.
#[derive(Debug)]
pub struct Over(Cache<[u8; HASH], Full>);

impl Over {
    /// Remembers about so many.
    pub fn new(most: usize) -> Self {
        Self(Cache::new(most))
    }

    /// The longest wait among these windows, if any of them is known to refuse. Nothing but time empties a window, so
    /// what was said of it holds until then.
    pub fn refusal(
        &self,
        windows: impl Iterator<Item = ([u8; HASH], Rate)>,
        now: Duration,
    ) -> Option<Standing> {
        let known = windows.filter_map(|(name, rate)| {
            let full = self.0.get(&name).filter(|full| full.limit == rate.limit)?;
            let reset = full.until.checked_sub(now).filter(|left| !left.is_zero())?;
            Some(Standing { rate, remaining: 0, reset })
        });
        known.max_by_key(|standing| standing.reset)
    }

    /// Remembers that a window refuses.
    pub fn note(&self, name: [u8; HASH], standing: Standing, now: Duration) {
        self.0.insert(name, Full { limit: standing.rate.limit, until: now.saturating_add(standing.reset) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(rate: &str, seconds: u64) -> Standing {
        Standing { rate: rate.parse().unwrap(), remaining: 0, reset: Duration::from_secs(seconds) }
    }

    #[test]
    fn the_longest_wait_is_told_until_it_is_over() {
        let (over, second) = (Over::new(100), Duration::from_secs(1));
        let (one, two) = (standing("5/minute", 10), standing("3/minute", 20));
        over.note([1; HASH], one, second);
        over.note([2; HASH], two, second);
        let asked = || [([1; HASH], one.rate), ([2; HASH], two.rate), ([3; HASH], one.rate)].into_iter();
        assert_eq!(over.refusal(asked(), second * 2).unwrap(), Standing { reset: second * 19, ..two });
        assert!(over.refusal(asked().take(1), second * 11).is_none());
        assert!(over.refusal(asked().skip(2), second).is_none());
        assert!(
            over.refusal([([1; HASH], two.rate)].into_iter(), second).is_none(),
            "another limit is asked for"
        );
    }

    #[test]
    fn a_million_made_up_names_take_no_more_room() {
        let over = Over::new(1000);
        for n in 0..1_000_000_u128 {
            over.note(n.to_be_bytes(), standing("5/minute", 10), Duration::ZERO);
        }
        assert!(over.0.len() <= 1100, "{}", over.0.len());
    }
}
