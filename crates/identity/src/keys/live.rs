//! One key in memory: what it opens, what it was used for since that was last written down, and whether that is usual.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use aspis_core::{
    client::Client,
    clock::Timestamp,
    principal::Keyed,
    scenario::{
        data_scraping::quota::Day,
        key_leakage::habits::{Habits, network_of},
    },
};
use aspis_store::{
    key_watch::KeyNetwork,
    keys::{ApiKey, KeyUse},
};
use ipnet::IpNet;

mod follow;
mod watched;

pub(super) use watched::Opinion;
use watched::Suspended;

/// A key that is alive.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) keyed: Keyed,
    pub(super) hash: [u8; 32],
    pub(super) allowed_ips: Vec<IpNet>,
    pub(super) source: Option<String>,
    created: Timestamp,
    /// A successor brings it nearer.
    expires: AtomicI64,
    /// What changes with its uses goes on where the rest of it is read anew.
    state: Arc<Mutex<State>>,
}

/// What changes with its uses.
#[derive(Debug, Default)]
struct State {
    last: Option<(Timestamp, Client)>,
    /// By day, each as often as was not told yet: nearly always one day.
    days: Vec<(Day, u64)>,
    /// Networks that are not told yet.
    networks: Vec<KeyNetwork>,
    habits: Habits,
    suspended: Option<Suspended>,
    warned: Option<Timestamp>,
    has_successor: bool,
}

impl Live {
    pub(super) fn new(key: &ApiKey, keyed: Keyed, hash: [u8; 32]) -> Self {
        let mut habits = Habits::default();
        if let Some(resumed) = key.watched.resumed {
            habits.excuse(Day::of(resumed));
        }
        let state = State {
            habits,
            suspended: key.watched.suspended.map(|(_, odd)| Suspended { odd, told: true }),
            warned: key.watched.warned,
            has_successor: key.successor.is_some(),
            ..State::default()
        };
        Self {
            keyed,
            hash,
            allowed_ips: key.allowed_ips.clone(),
            source: key.source.clone(),
            created: key.created,
            expires: AtomicI64::new(key.expires.0),
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now.0 >= self.expires.load(Ordering::Acquire)
    }

    /// It has a successor, and ends at this moment, or where it would have ended before.
    pub(super) fn ends(&self, at: Timestamp) {
        self.expires.fetch_min(at.0, Ordering::AcqRel);
        self.state().has_successor = true;
    }

    /// Counts a use: how many that makes today.
    pub(super) fn used(&self, client: Client, now: Timestamp) -> u64 {
        let mut state = self.state();
        state.last = Some((now, client));
        let today = Day::of(now);
        match state.days.iter_mut().find(|(day, _)| *day == today) {
            Some((_, calls)) => *calls += 1,
            None => state.days.push((today, 1)),
        }
        let network = network_of(address(client));
        if state.habits.used(network, now) && self.allowed_ips.is_empty() {
            state.networks.push(KeyNetwork { key: self.keyed.key, network, seen: now });
        }
        state.habits.calls(today)
    }

    /// When it was last used and by whom, where that was in this process.
    pub(super) fn last(&self) -> Option<(Timestamp, Client)> {
        self.state().last
    }

    /// Calls that are not told yet.
    pub(super) fn days(&self) -> Vec<(Day, u64)> {
        self.state().days.clone()
    }

    /// What is not told yet; it counts as told from here on.
    pub(super) fn take(&self) -> Vec<KeyUse> {
        let mut state = self.state();
        let days = std::mem::take(&mut state.days);
        let key = self.keyed.key;
        let told = |(at, client): (Timestamp, Client)| {
            days.iter()
                .map(|(day, calls)| KeyUse { key, at, client: client.to_string(), day: *day, calls: *calls })
                .collect()
        };
        state.last.map(told).unwrap_or_default()
    }

    /// Networks that are not told yet; they count as told from here on.
    pub(super) fn take_networks(&self) -> Vec<KeyNetwork> {
        std::mem::take(&mut self.state().networks)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address of a client: which of its network makes no difference here.
fn address(client: Client) -> IpAddr {
    match client {
        Client::V4(v4) => v4.into(),
        Client::V6(prefix) => Ipv6Addr::from_bits(u128::from(prefix) << 64).into(),
    }
}
