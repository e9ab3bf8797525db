//! What was told of a moment ago need not be told again: so many things, in a room of its own, and without a lock.

use std::{
    array,
    hash::{BuildHasher, Hash, RandomState},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Things that are remembered at once. Where two have one place, each is told more often.
const PLACES: usize = 256;

/// Things that were told of in this minute, by a hash that nobody can foresee.
pub(crate) struct Told {
    places: [AtomicU64; PLACES],
    hasher: RandomState,
}

impl Default for Told {
    fn default() -> Self {
        Self { places: array::from_fn(|_| AtomicU64::new(0)), hasher: RandomState::new() }
    }
}

impl Told {
    /// True the first time in a minute.
    pub(crate) fn is_news(&self, of: impl Hash, uptime: Duration) -> bool {
        let hash = self.hasher.hash_one(&of);
        let place = usize::try_from(hash % PLACES as u64).unwrap_or_default();
        let now = self.hasher.hash_one((hash, uptime.as_secs() / 60));
        self.places[place].swap(now, Relaxed) != now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_a_minute() {
        let (told, at) = (Told::default(), Duration::from_secs);
        let news = |of: &str, second| told.is_news(of, at(second));
        assert_eq!([news("a", 60), news("a", 61), news("a", 119)], [true, false, false]);
        assert_eq!([news("a", 120), news("a", 179)], [true, false]);
    }

    #[test]
    fn a_flood_of_others_makes_nobody_silent() {
        let told = Told::default();
        assert!((0..10_000).all(|n| told.is_news(n, Duration::ZERO)));
    }
}
