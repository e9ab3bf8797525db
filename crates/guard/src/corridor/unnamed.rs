//! A proxy that no setting names: all its callers share one window, which its operator should hear before they do.

use std::{
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// How long one is remembered that says nothing more.
const LAPSE: Duration = Duration::from_secs(600);

/// Who spoke for others from nearby, and is not among the proxies whose word is taken: the first of them.
#[derive(Default)]
pub(super) struct Unnamed {
    /// The second of the last look, so that a busy proxy is looked at once in each.
    looked: AtomicU64,
    seen: Mutex<Option<(IpAddr, Duration)>>,
}

impl Unnamed {
    /// One that spoke for somebody.
    pub(super) fn notice(&self, peer: IpAddr, uptime: Duration) {
        let second = uptime.as_secs() + 1;
        if self.looked.swap(second, Relaxed) == second {
            return;
        }
        let mut seen = self.lock();
        if seen.is_none_or(|(known, at)| known == peer || is_over(at, uptime)) {
            *seen = Some((peer, uptime));
        }
    }

    /// The one that still speaks, unless it was named since.
    pub(super) fn peer(&self, is_named: impl FnOnce(IpAddr) -> bool, uptime: Duration) -> Option<IpAddr> {
        let mut seen = self.lock();
        if seen.is_some_and(|(peer, at)| is_over(at, uptime) || is_named(peer)) {
            *seen = None;
        }
        seen.map(|(peer, _)| peer)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(IpAddr, Duration)>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_over(at: Duration, uptime: Duration) -> bool {
    uptime.saturating_sub(at) >= LAPSE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_named_makes_room_for_the_next() {
        let [one, two] = ["10.0.0.1", "10.0.0.2"].map(|text| text.parse().expect("an address"));
        let (unnamed, at) = (Unnamed::default(), Duration::from_secs);
        unnamed.notice(one, at(0));
        unnamed.notice(two, at(1));
        assert_eq!(unnamed.peer(|_| false, at(1)), Some(one), "the first");
        assert_eq!(unnamed.peer(|peer| peer == one, at(2)), None);
        // A request that began before it was named.
        unnamed.notice(one, at(2));
        assert_eq!(unnamed.peer(|peer| peer == one, at(3)), None);
        unnamed.notice(two, at(3));
        assert_eq!(unnamed.peer(|peer| peer == one, at(4)), Some(two));
    }

    #[test]
    fn who_says_nothing_more_is_forgotten() {
        let peer = "127.0.0.1".parse().expect("an address");
        let (unnamed, at) = (Unnamed::default(), Duration::from_secs);
        unnamed.notice(peer, at(10));
        unnamed.notice(peer, at(500));
        assert_eq!(unnamed.peer(|_| false, at(1099)), Some(peer));
        assert_eq!(unnamed.peer(|_| false, at(1100)), None);
    }
}
