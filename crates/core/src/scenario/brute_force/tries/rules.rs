//! The numbers of the rules.

use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// What how many failures lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Failures of a client above which a challenge must come with the try.
    pub challenge_over: u32,
    /// Failures of a client above which it waits 2^failures seconds.
    pub wait_over: u32,
    /// The longest such wait.
    pub wait_most: Duration,
    /// Failures on a name that lock it; 0 is read as 1.
    pub lock_after: u32,
    /// How long it is locked, from the failure that locked it.
    pub lock: Duration,
    /// How long a failure counts.
    pub memory: Duration,
    /// Names that one client fails on, or clients that fail on one name, from which it looks like stolen passwords.
    pub stuffing: usize,
    /// How many clients, and how many known devices, are counted apart.
    pub clients: usize,
    /// How many names are counted apart.
    pub names: usize,
    /// When the whole site is under attack.
    pub site: SiteRules,
}

/// When the whole site is under attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteRules {
    /// Failures of everybody together ...
    pub failures: u32,
    /// ... from at least so many clients ...
    pub clients: usize,
    /// ... within this time ...
    pub window: Duration,
    /// ... and so many times as many as successes.
    pub ratio: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            challenge_over: 2,
            wait_over: 3,
            wait_most: Duration::from_secs(300),
            lock_after: 5,
            lock: HOUR,
            memory: HOUR,
            stuffing: 5,
            clients: 65_536,
            names: 65_536,
            site: SiteRules::default(),
        }
    }
}

impl Default for SiteRules {
    fn default() -> Self {
        Self { failures: 200, clients: 20, window: Duration::from_secs(600), ratio: 5 }
    }
}

impl Rules {
    /// Failures of one client that are remembered. More of them would change nothing: every bound is passed, and the
    /// wait has long been the longest.
    pub(super) fn kept(&self) -> usize {
        let bound = self.challenge_over.max(self.wait_over).max(23);
        (bound as usize + 1).max(self.stuffing)
    }

    /// Failures on one name that are remembered: it is locked before there are more.
    pub(super) fn bound(&self) -> usize {
        self.lock_after.max(1) as usize
    }

    /// How long a client with so many failures waits after the last one.
    pub(super) fn wait(&self, failures: u32) -> Option<Duration> {
        let seconds = 1_u64.checked_shl(failures).unwrap_or(u64::MAX);
        (failures > self.wait_over).then(|| Duration::from_secs(seconds).min(self.wait_most))
    }
}
