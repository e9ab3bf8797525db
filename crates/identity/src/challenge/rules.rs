//! What a challenge costs and how long it holds.

use std::time::Duration;

use aspis_core::clock::Timestamp;

/// The numbers of [`super::Challenges`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How many keys a solver must try on average at a difficulty of 100.
    pub keys: u32,
    /// Rounds of PBKDF2 a key. A solver pays them for each key it tries, we once a solution.
    pub cost: u32,
    /// How long a challenge may take to be solved and sent; whole seconds, one at least.
    pub lifetime: Duration,
    /// How many used challenges of each kind are remembered at once. When that many are, none is taken.
    pub remembered: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { keys: 4096, cost: 500, lifetime: Duration::from_secs(300), remembered: 262_144 }
    }
}

impl Rules {
    /// When a challenge of `now` ends: a whole second, as the wire has it.
    pub(super) fn expiry(&self, now: Timestamp) -> Timestamp {
        let span = self.lifetime.max(Duration::from_secs(1));
        Timestamp::from_seconds(now.plus(span).seconds())
    }
}
