//! A circuit breaker: a part that fails more often than it works is left alone for a while, then tried again by a few.
//!
//! Closed, it keeps the newest results and opens when there are enough of them and more than a share of them are
//! faults. Open, it refuses and says for how long. After that it is half open: so many probes are let in and no more,
//! however many ask at once. All good, and it is closed with a clean sheet; one fault, and it is open again.
//!
//! Every permit names the turn it was given in, and a result from an earlier turn counts for nothing: what was begun
//! before the breaker opened cannot open it again, nor close it. A permit that comes to nothing is given back as
//! [`Outcome::Void`] and its place among the probes is free. Only faults of the part count; what a caller did wrong
//! and who hung up are no faults.
//!
//! It may also be opened on the word of others who found the part broken. What it says of the part to them is its own
//! finding alone: a word that was only heard is not passed on, or a few would be many by being repeated. Deliberately
//! not here: a clock, a lock, what the part is, and how many others are enough (`votes`).

use std::time::Duration;

mod ring;

use ring::Ring;

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// The newest results that are judged.
    pub results: usize,
    /// As soon as there are so many.
    pub from: usize,
    /// The share of faults above which it opens; 1 never does.
    pub share: f64,
    /// How long it stays open.
    pub open: Duration,
    /// Probes at once, all of which must be good.
    pub probes: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { results: 100, from: 20, share: 0.5, open: Duration::from_secs(10), probes: 3 }
    }
}

/// How a permitted try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The part did its work, also where the answer is a refusal of the caller's making.
    Good,
    /// The part failed: an error, a panic, too long.
    Fault,
    /// Nothing was learned: the try was abandoned.
    Void,
}

/// Which way the breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// Everybody passes.
    Closed,
    /// A few try.
    HalfOpen,
    /// Nobody passes.
    Open,
}

/// What a result led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was closed and is open, by its own results or on the word of others.
    Opened,
    /// A probe failed: it is open once more.
    Reopened,
    /// Every probe was good, or others took their word back: it is closed.
    Closed,
}

/// Leave to try once. To be given back by [`Breaker::report`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit that is not given back keeps its place among the probes"]
pub struct Permit {
    turn: u64,
}

/// The breaker of one part.
#[derive(Debug)]
pub struct Breaker {
    rules: Rules,
    /// Counts the changes of state, so that old results are known for what they are.
    turn: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Closed(Ring),
    Open { until: Duration, by: By },
    HalfOpen { out: usize, good: usize, by: By },
}

/// On whose word it is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Its own results. Nobody may have asked since: then what it found is of no worth to others after a while.
    Own { stale: Duration },
    /// Its own results, of too long ago when it was next asked.
    Lapsed,
    /// That of others. It has tried nothing that failed.
    Others,
}

/// What a caller is told to wait while probes are under way: the least that `Retry-After` can say.
const SOON: Duration = Duration::from_secs(1);

impl Breaker {
    /// Closed, and nothing known.
    pub fn new(rules: Rules) -> Self {
        Self { rules, turn: 0, state: State::Closed(Ring::new(rules.results)) }
    }

    /// Which way it stands. Open turns half open by the passing of time alone.
    pub fn stance(&self, now: Duration) -> Stance {
        match self.state {
            State::Closed(_) => Stance::Closed,
            State::Open { until, .. } if now < until => Stance::Open,
            State::Open { .. } | State::HalfOpen { .. } => Stance::HalfOpen,
        }
    }

    /// Asks for leave to try; refused with the time after which to ask again.
    pub fn ask(&mut self, now: Duration) -> Result<Permit, Duration> {
        let finds_broken = self.finds_broken(now);
        if let State::Open { until, by } = self.state {
            if let Some(left) = until.checked_sub(now).filter(|left| !left.is_zero()) {
                return Err(left);
            }
            self.turn_to(State::HalfOpen { out: 0, good: 0, by });
        }
        if let State::HalfOpen { out, good, by } = &mut self.state {
            if *out + *good >= self.rules.probes {
                return Err(SOON);
            }
            *out += 1;
            if matches!(by, By::Own { .. }) && !finds_broken {
                *by = By::Lapsed;
            }
        }
        Ok(Permit { turn: self.turn })
    }

    /// Takes a permit back with what became of the try.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is given back once")]
    pub fn report(&mut self, permit: Permit, outcome: Outcome, now: Duration) -> Option<Turn> {
        if permit.turn != self.turn {
            return None;
        }
        match (&mut self.state, outcome) {
            (State::Closed(ring), Outcome::Good | Outcome::Fault) => {
                ring.push(outcome == Outcome::Fault);
                let fails = ring.fails(self.rules.from, self.rules.share);
                fails.then(|| self.open(Turn::Opened, now))
            }
            (State::HalfOpen { .. }, Outcome::Fault) => Some(self.open(Turn::Reopened, now)),
            (State::HalfOpen { out, good, .. }, outcome) => {
                *out -= 1;
                *good += usize::from(outcome == Outcome::Good);
                (*good >= self.rules.probes).then(|| self.close())
            }
            (State::Closed(_), Outcome::Void) | (State::Open { .. }, _) => None,
        }
    }

    /// True while its own results say that the part is broken: until its own tries say otherwise, and for twice the time
    /// it stays open where nobody tries.
    pub fn finds_broken(&self, now: Duration) -> bool {
        match self.state {
            State::Open { by: By::Own { stale }, .. } => now < stale,
            // Who is trying has not given up what was found: a part that fails slowly is found broken throughout.
            State::HalfOpen { by: By::Own { stale }, out, .. } => out > 0 || now < stale,
            State::Closed(_) | State::Open { .. } | State::HalfOpen { .. } => false,
        }
    }

    /// Others have found the part broken: if it is closed it opens as if it had found it. One that never opens does not.
    pub fn heed(&mut self, now: Duration) -> Option<Turn> {
        if !matches!(self.state, State::Closed(_)) || self.rules.share >= 1.0 {
            return None;
        }
        let until = now.saturating_add(self.rules.open);
        self.turn_to(State::Open { until, by: By::Others });
        Some(Turn::Opened)
    }

    /// They find it broken no longer: what opened on their word alone is closed. What it found itself stays.
    pub fn relent(&mut self) -> Option<Turn> {
        let on_their_word =
            matches!(self.state, State::Open { by: By::Others, .. } | State::HalfOpen { by: By::Others, .. });
        on_their_word.then(|| self.close())
    }

    fn open(&mut self, turn: Turn, now: Duration) -> Turn {
        let until = now.saturating_add(self.rules.open);
        let by = By::Own { stale: until.saturating_add(self.rules.open) };
        self.turn_to(State::Open { until, by });
        turn
    }

    fn close(&mut self) -> Turn {
        self.turn_to(State::Closed(Ring::new(self.rules.results)));
        Turn::Closed
    }

    fn turn_to(&mut self, state: State) {
        self.turn += 1;
        self.state = state;
    }
}

#[cfg(test)]
mod tests;
