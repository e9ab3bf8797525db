//! How often a secret may be tried: the lock of a name, the wait of a client, the challenge, in this order.
//!
//! A try is a failure from the moment it begins until it is settled otherwise, so that a hundred at once get no
//! further than one after the other, and one that is never settled stays a failure. Names are counted whether or not
//! there is such an account: only the count of tries decides between "wrong" and "locked". A device that the account
//! knows has counts of its own, so that nobody can lock an owner out.
//!
//! Deliberately not here: passwords, challenges and who has an account. All times are times since the process began.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::client::Client;

mod attempt;
mod book;
mod facts;
mod name;
mod rules;
mod signs;
mod site;
mod source;

pub use attempt::{Attempt, Lane, NameKey, Need, Outcome, Ticket};
use book::Book;
pub use facts::{Sides, SiteFacts};
pub use rules::{Rules, SiteRules};
pub use signs::{Signs, SiteChange, Stuffing};
use site::Site;

/// The count of all tries: bounded, and behind one lock that is held for a few microseconds.
pub struct Tries {
    state: Mutex<State>,
}

struct State {
    rules: Rules,
    /// The latest moment that was named: callers read the clock before they wait for the lock.
    now: Duration,
    next: u64,
    strangers: Book,
    known: Book,
    site: Site,
}

impl Tries {
    /// Nobody has failed yet.
    pub fn new(rules: Rules) -> Self {
        let state = State {
            rules,
            now: Duration::ZERO,
            next: 0,
            strangers: Book::new(&rules),
            known: Book::new(&rules),
            site: Site::new(rules.site),
        };
        Self { state: Mutex::new(state) }
    }

    /// Goes on by other numbers of failures and another longest wait: what was counted is judged by them from now on.
    /// How long anything counts, how many are told apart and when the site is under attack stays as it was.
    pub fn follow(&self, rules: &Rules) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Rules { challenge_over, wait_over, wait_most, lock_after, .. } = *rules;
        state.rules = Rules { challenge_over, wait_over, wait_most, lock_after, ..state.rules };
    }

    /// The numbers it goes by now.
    pub fn rules(&self) -> Rules {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).rules
    }

    /// What stands in the way of a try. It counts nothing, so another may come first.
    pub fn look(&self, attempt: &Attempt, now: Duration) -> Need {
        self.state(now).need(attempt)
    }

    /// Begins a try, or says what stands in its way. From here on it is a failure, until it is settled otherwise.
    pub fn begin(&self, attempt: Attempt, now: Duration) -> Result<Ticket, Need> {
        let mut state = self.state(now);
        match state.need(&attempt) {
            Need::Nothing => Ok(state.reserve(attempt)),
            need => Err(need),
        }
    }

    /// Says how a try ended. What else it is a sign of is told once.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is settled once")]
    pub fn settle(&self, ticket: Ticket, outcome: Outcome, now: Duration) -> Signs {
        let mut state = self.state(now);
        let (now, rules) = (state.now, state.rules);
        let mut signs = state.book(ticket.attempt.lane).settle(&ticket, outcome, now, &rules);
        match outcome {
            Outcome::Right => state.site.right(),
            Outcome::Wrong => state.site.wrong(ticket.attempt.client, now),
            Outcome::Void => {}
        }
        signs.site = state.site.change();
        signs
    }

    /// Every name that is locked for strangers now, and for how long. Names that share a counter are not among them.
    pub fn locked(&self, now: Duration) -> Vec<(NameKey, Duration)> {
        let state = self.state(now);
        state.strangers.locked(state.now, &state.rules)
    }

    /// Forgets the failures of strangers on a name. True when it was locked.
    pub fn lift(&self, name: NameKey, now: Duration) -> bool {
        let mut state = self.state(now);
        let (now, rules) = (state.now, state.rules);
        state.strangers.lift(name, now, &rules)
    }

    /// Failures of a client that count now, those of devices that are known aside.
    pub fn failures(&self, client: Client, now: Duration) -> u32 {
        let state = self.state(now);
        state.strangers.failures(client, state.now, &state.rules)
    }

    /// True while the whole site is under attack.
    pub fn site_under_attack(&self, now: Duration) -> bool {
        self.state(now).site.is_attacked()
    }

    /// What has changed for the site while nobody tried. To be asked now and then; each change is told once.
    pub fn tick(&self, now: Duration) -> Option<SiteChange> {
        self.state(now).site.change()
    }

    /// The state, moved to `now`. Time never goes back in it.
    fn state(&self, now: Duration) -> MutexGuard<'_, State> {
        // Every change is whole before anything that could panic.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = state.now.max(now);
        let now = state.now;
        state.site.advance(now);
        state
    }
}

impl State {
    fn book(&mut self, lane: Lane) -> &mut Book {
        match lane {
            Lane::Known(_) => &mut self.known,
            Lane::Everyone => &mut self.strangers,
        }
    }

    fn need(&mut self, attempt: &Attempt) -> Need {
        let attacked = attempt.lane == Lane::Everyone && self.site.is_attacked();
        let (now, rules) = (self.now, self.rules);
        self.book(attempt.lane).need(attempt, attacked, now, &rules)
    }

    fn reserve(&mut self, attempt: Attempt) -> Ticket {
        let (id, now, rules) = (self.next, self.now, self.rules);
        self.next += 1;
        self.book(attempt.lane).reserve(id, attempt, now, &rules)
    }
}

impl fmt::Debug for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tries").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
