//! Whether a use of a key is usual, and what follows for the key.

use std::{net::IpAddr, time::Duration};

use aspis_core::{
    clock::Timestamp,
    scenario::{
        data_scraping::quota::Day,
        key_leakage::habits::{Odd, Rules, network_of},
    },
};
use aspis_store::key_watch::KeyNetwork;
use ipnet::IpNet;

use super::{Live, Ordering};
use crate::keys::Stance;

/// What is thought of one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::keys) enum Opinion {
    /// It is as ever.
    Usual,
    /// It is odd: that is said once, and it passes.
    Signal(Odd),
    /// It is odd, and the key waits for its owner from now on.
    Suspend(Odd),
    /// It waits already.
    Waits(Odd),
}

/// A key that waits for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Suspended {
    /// What was odd about it.
    pub(super) odd: Odd,
    /// True once the store knows it: from then on it knows, too, when that is over.
    pub(super) told: bool,
}

impl Live {
    /// Judges a use before it is let in. Under one lock with the suspension: whoever comes next finds it suspended.
    pub(in crate::keys) fn judge(
        &self,
        address: IpAddr,
        now: Timestamp,
        stance: Stance,
        rules: Rules,
    ) -> Opinion {
        let mut state = self.state();
        if let Some(suspended) = state.suspended {
            return Opinion::Waits(suspended.odd);
        }
        if stance == Stance::Off {
            return Opinion::Usual;
        }
        let network = self.allowed_ips.is_empty().then(|| network_of(address));
        let Some(odd) = state.habits.judge(network, now, rules) else { return Opinion::Usual };
        if stance == Stance::Suspend {
            state.suspended = Some(Suspended { odd, told: false });
            return Opinion::Suspend(odd);
        }
        let is_new = state.habits.confirm(odd, now);
        if let (true, Odd::Network(network)) = (is_new, odd) {
            state.networks.push(KeyNetwork { key: self.keyed.key, network, seen: now });
        }
        Opinion::Signal(odd)
    }

    /// Its owner says that what was odd is right.
    pub(in crate::keys) fn go_on(&self, odd: Odd, now: Timestamp) {
        let mut state = self.state();
        state.suspended = None;
        state.habits.confirm(odd, now);
    }

    /// What it waits for.
    pub(in crate::keys) fn suspended(&self) -> Option<Odd> {
        self.state().suspended.map(|suspended| suspended.odd)
    }

    /// The store knows that it waits.
    pub(in crate::keys) fn suspension_told(&self) {
        if let Some(suspended) = &mut self.state().suspended {
            suspended.told = true;
        }
    }

    /// Takes in what the store remembers of its uses.
    pub(in crate::keys) fn recall(&self, networks: &[(IpNet, Timestamp)], days: &[(Day, u64)]) {
        let mut state = self.state();
        for (network, seen) in networks {
            state.habits.recall_network(*network, *seen);
        }
        for (day, calls) in days {
            state.habits.recall_calls(*day, *calls);
        }
    }

    /// Where it is at home, for its successor.
    pub(in crate::keys) fn networks(&self) -> Vec<(IpNet, Timestamp)> {
        self.state().habits.networks().collect()
    }

    /// The latest moment at which its owner should have been warned of its end and was not, of those that lie so long
    /// before it. A moment before the key was made is none.
    pub(in crate::keys) fn warning_due(&self, before: &[Duration], now: Timestamp) -> Option<Timestamp> {
        let state = self.state();
        if state.has_successor || self.is_over(now) {
            return None;
        }
        let expires = Timestamp(self.expires.load(Ordering::Acquire));
        let moments = before.iter().map(|span| expires.minus(*span));
        let due = moments.filter(|due| *due > self.created && *due <= now).max()?;
        state.warned.is_none_or(|warned| warned < due).then_some(due)
    }

    /// Its owner was warned.
    pub(in crate::keys) fn warned(&self, now: Timestamp) {
        self.state().warned = Some(now);
    }
}
