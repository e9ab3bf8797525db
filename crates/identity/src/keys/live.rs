//! One key in memory: what it opens, and what it was used for since that was last written down.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use aspis_core::{
    client::Client, clock::Timestamp, ids::KeyId, principal::Keyed, scenario::data_scraping::quota::Day,
};
use aspis_store::keys::{ApiKey, KeyUse};
use ipnet::IpNet;

/// A key that is alive.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) keyed: Keyed,
    pub(super) hash: [u8; 32],
    pub(super) allowed_ips: Vec<IpNet>,
    pub(super) source: Option<String>,
    /// A successor brings it nearer.
    expires: AtomicI64,
    uses: Mutex<Uses>,
}

#[derive(Debug, Default)]
struct Uses {
    last: Option<(Timestamp, Client)>,
    /// By day, each as often as was not told yet: nearly always one day.
    days: Vec<(Day, u64)>,
}

impl Live {
    pub(super) fn new(key: &ApiKey, keyed: Keyed, hash: [u8; 32]) -> Self {
        Self {
            keyed,
            hash,
            allowed_ips: key.allowed_ips.clone(),
            source: key.source.clone(),
            expires: AtomicI64::new(key.expires.0),
            uses: Mutex::default(),
        }
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now.0 >= self.expires.load(Ordering::Acquire)
    }

    /// It ends at this moment, or where it would have ended before.
    pub(super) fn ends(&self, at: Timestamp) {
        self.expires.fetch_min(at.0, Ordering::AcqRel);
    }

    pub(super) fn used(&self, client: Client, now: Timestamp) {
        let mut uses = self.uses();
        uses.last = Some((now, client));
        let today = Day::of(now);
        match uses.days.iter_mut().find(|(day, _)| *day == today) {
            Some((_, calls)) => *calls += 1,
            None => uses.days.push((today, 1)),
        }
    }

    /// When it was last used and by whom, where that was in this process.
    pub(super) fn last(&self) -> Option<(Timestamp, Client)> {
        self.uses().last
    }

    /// Calls that are not told yet.
    pub(super) fn days(&self) -> Vec<(Day, u64)> {
        self.uses().days.clone()
    }

    /// What is not told yet; it counts as told from here on.
    pub(super) fn take(&self) -> Vec<KeyUse> {
        let mut uses = self.uses();
        let days = std::mem::take(&mut uses.days);
        let told = |(at, client): (Timestamp, Client)| {
            let key: KeyId = self.keyed.key;
            days.iter()
                .map(|(day, calls)| KeyUse { key, at, client: client.to_string(), day: *day, calls: *calls })
                .collect()
        };
        uses.last.map(told).unwrap_or_default()
    }

    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
