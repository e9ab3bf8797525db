//! How many letters one person gets: a stranger can ask for letters to others, and must not fill their mailbox.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A bounded count of letters by address, over the last hour.
#[derive(Debug)]
pub(super) struct Post {
    most: usize,
    sent: Mutex<HashMap<String, Vec<Duration>>>,
}

/// How long a letter counts.
const HOUR: Duration = Duration::from_secs(3600);
/// Addresses that are counted at once.
const ADDRESSES: usize = 65_536;

impl Post {
    /// At most so many letters an hour for each address.
    pub(super) fn new(most: usize) -> Self {
        Self { most, sent: Mutex::default() }
    }

    /// Forgets the letters to an address.
    pub(super) fn forget(&self, address: &str) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).remove(address);
    }

    /// True when there is room for one more, which then counts. When too many addresses had letters within the hour,
    /// further ones get none: whoever writes to so many is no friend of theirs.
    pub(super) fn admits(&self, address: &str, now: Duration) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |at: &Duration| now.saturating_sub(*at) < HOUR;
        if sent.len() >= ADDRESSES && !sent.contains_key(address) {
            sent.retain(|_, times| times.iter().any(counts));
            if sent.len() >= ADDRESSES {
                return false;
            }
        }
        let times = sent.entry(address.to_owned()).or_default();
        times.retain(counts);
        let room = times.len() < self.most;
        if room {
            times.push(now);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn an_address_gets_so_many_letters_an_hour() {
        let post = Post::new(2);
        assert!(post.admits("ada", Duration::ZERO) && post.admits("ada", MINUTE));
        assert!(!post.admits("ada", 2 * MINUTE) && post.admits("bob", 2 * MINUTE));
        assert!(!post.admits("ada", 59 * MINUTE));
        assert!(post.admits("ada", 60 * MINUTE) && !post.admits("ada", 60 * MINUTE));
        post.forget("ada");
        assert!(post.admits("ada", 60 * MINUTE));
    }

    #[test]
    fn it_stays_bounded() {
        let post = Post::new(1);
        for number in 0..ADDRESSES {
            assert!(post.admits(&number.to_string(), Duration::ZERO));
        }
        assert!(!post.admits("one more", MINUTE));
        assert!(post.admits("one more", 60 * MINUTE), "room comes back by itself");
        assert_eq!(post.sent.lock().expect("no test panics").len(), 1);
    }
}
