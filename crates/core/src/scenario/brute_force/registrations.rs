//! How many accounts one client makes in a day before a challenge must come with the next.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    failures::{Failure, Failures},
    table::{Counter, Key, Place, Table},
};
use crate::client::Client;

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Registrations of a client that need no challenge.
    pub challenge_after: u32,
    /// How long one counts.
    pub memory: Duration,
    /// How many clients are counted apart.
    pub clients: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { challenge_after: 2, memory: Duration::from_secs(86_400), clients: 65_536 }
    }
}

/// Registrations by client: bounded.
pub struct Registrations {
    rules: Rules,
    state: Mutex<State>,
}

struct State {
    now: Duration,
    next: u64,
    table: Table<Made>,
}

/// A registration that has begun. Dropped unsettled, it stays counted.
#[derive(Debug)]
#[must_use = "a registration that is not settled stays counted"]
pub struct Ticket {
    id: u64,
    key: Key,
    place: Place,
}

/// A challenge must come with the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChallengeNeeded;

#[derive(Debug, Default)]
struct Made(Failures);

impl Registrations {
    /// Nobody has registered yet.
    pub fn new(rules: Rules) -> Self {
        let table = Table::new(rules.clients, rules.memory);
        Self { rules, state: Mutex::new(State { now: Duration::ZERO, next: 0, table }) }
    }

    /// True when a challenge must come with the client's next registration. It counts nothing.
    pub fn needs_challenge(&self, client: Client, now: Duration) -> bool {
        let state = self.state(now);
        state.needs_challenge(key(client), &self.rules)
    }

    /// Begins a registration; it counts from here on, until it is settled otherwise.
    pub fn begin(&self, client: Client, challenged: bool, now: Duration) -> Result<Ticket, ChallengeNeeded> {
        let (mut state, key) = (self.state(now), key(client));
        if !challenged && state.needs_challenge(key, &self.rules) {
            return Err(ChallengeNeeded);
        }
        let (id, at) = (state.next, state.now);
        state.next += 1;
        let most = most(&self.rules);
        let failure = Failure { id, at, other: 0, wrong: false };
        let place = state.table.count(key, at, &self.rules, |made| made.0.push(failure, most));
        Ok(Ticket { id, key, place })
    }

    /// Says whether an account was made. One that was not counts no more.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is settled once")]
    pub fn settle(&self, ticket: Ticket, made: bool, now: Duration) {
        let mut state = self.state(now);
        if !made {
            state.table.change(ticket.key, ticket.place, &self.rules, |made| made.0.take(ticket.id));
        }
    }

    fn state(&self, now: Duration) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = state.now.max(now);
        state
    }
}

/// The registrations of one client, where they are kept elsewhere: by all nodes together.
///
/// Times are the keeper's own.
#[derive(Debug, Default)]
pub struct RegistrationFacts(Failures);

impl RegistrationFacts {
    /// What was written down; nothing where there is nothing. None where it is not ours.
    pub fn read(bytes: Option<&[u8]>) -> Option<Self> {
        bytes.map_or_else(|| Some(Self::default()), |bytes| Some(Self(serde_json::from_slice(bytes).ok()?)))
    }

    /// To be written down.
    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("a list of numbers has a form in JSON")
    }

    /// True when a challenge must come with the next one.
    pub fn needs_challenge(&self, now: Duration, rules: &Rules) -> bool {
        self.0.recent(now, rules.memory).len() >= rules.challenge_after as usize
    }

    /// Counts one. `id` is no other's.
    pub fn begin(&mut self, id: u64, now: Duration, rules: &Rules) {
        let at = now.max(self.0.last().unwrap_or_default());
        self.0.push(Failure { id, at, other: 0, wrong: false }, most(rules));
    }

    /// One that came to nothing counts no more.
    pub fn take(&mut self, id: u64) {
        self.0.take(id);
    }
}

/// More than the rule asks for, so that one that is taken back leaves those before it.
fn most(rules: &Rules) -> usize {
    rules.challenge_after as usize + 32
}

impl State {
    fn needs_challenge(&self, key: Key, rules: &Rules) -> bool {
        let made = self.table.look(key, self.now);
        let count = made.map_or(0, |made| made.0.recent(self.now, rules.memory).len());
        count >= rules.challenge_after as usize
    }
}

impl Counter for Made {
    type Rules = Rules;

    fn free_at(&self, rules: &Rules) -> Duration {
        let last = self.0.last().unwrap_or_default();
        // Who needs a challenge needs it until one more has grown old, whoever else comes.
        let all = self.0.all();
        let oldest = all.len().checked_sub(rules.challenge_after as usize).and_then(|index| all.get(index));
        oldest.map_or(last, |made| last.max(made.at + rules.memory))
    }
}

fn key(client: Client) -> Key {
    u128::from_be_bytes(client.key())
}

impl fmt::Debug for Registrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registrations").field("rules", &self.rules).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
