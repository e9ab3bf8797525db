//! Under attack or not: what all requests share of it. When it begins and ends is a rule in `core`; what is done about
//! it, `doors/rate.rs` and `doors/challenge.rs` do.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    client::Client,
    event::{Event, Kind},
    rate::Rate,
    scenario::denial_of_service::{
        attack::{self, Attack, Seen, Turn},
        passes::Passes,
    },
};

use tokio::sync::MutexGuard;

use super::{Parts, Rates, Shared};
use crate::{door::DoorName, headers::Policy, modes::Mode, passage::Passage, surface::Class};

/// When the server is under attack, and what is done about it.
#[derive(Debug, Clone)]
pub struct Defence {
    /// When it begins and ends.
    pub rules: attack::Rules,
    /// The share of the places from which on the house is full.
    pub slots: f64,
    /// The share of every rate that is left meanwhile.
    pub tighten: f64,
    /// How long a solved challenge opens a class to its client.
    pub opens: Duration,
}

/// Classes opened at once, at most.
const PASSES: usize = 65_536;

/// Clients that other nodes are asked about at once, at most; two in one part wait for each other.
const TURNS: usize = 32;

/// What becomes of the rates meanwhile, and how that is announced.
pub(crate) struct Tight {
    rates: [Rate; Class::ALL.len()],
    policies: [Policy; Class::ALL.len()],
}

impl Tight {
    pub(super) fn new(defence: &Defence, rates: &Rates) -> Self {
        let rates = Class::ALL.map(|class| attack::tightened(rates.of(class), defence.tighten));
        Self { policies: Class::ALL.map(|class| Policy::new(class, rates[class as usize])), rates }
    }
}

/// Whether it is on, and who has shown meanwhile that a person sits there.
pub(crate) struct Watchman {
    attack: Mutex<Attack>,
    /// What the last turn said, for the everyday look of each request.
    on: AtomicBool,
    pub(crate) passes: Passes<RandomState>,
    /// Whose turn it is to open a class that other nodes are asked about.
    turns: [tokio::sync::Mutex<()>; TURNS],
    hasher: RandomState,
}

impl Watchman {
    pub(super) fn new(rules: attack::Rules) -> Self {
        Self {
            attack: Mutex::new(Attack::new(rules)),
            on: AtomicBool::new(false),
            passes: Passes::new(PASSES, RandomState::new()),
            turns: Default::default(),
            hasher: RandomState::new(),
        }
    }

    /// One at a time for each client: of several that come with one solution the first opens and the others find it open.
    pub(crate) async fn turn(&self, client: Client) -> MutexGuard<'_, ()> {
        let at = usize::try_from(self.hasher.hash_one(client) >> 32).unwrap_or(0) % TURNS;
        self.turns[at].lock().await
    }

    /// Goes on by other rules; one that has begun has begun.
    pub(super) fn follow(&self, rules: attack::Rules) {
        self.attack.lock().unwrap_or_else(PoisonError::into_inner).follow(rules);
    }

    /// True while the server is under attack.
    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    fn change(&self, change: impl FnOnce(&mut Attack) -> Option<Turn>) -> Option<Turn> {
        let mut attack = self.attack.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = change(&mut attack);
        self.on.store(attack.is_on(), Ordering::Relaxed);
        turn
    }
}

/// True where the table does anything about an attack, or at least wants to know of it.
fn is_watched(parts: &Parts) -> bool {
    parts.modes.iter().chain([&parts.default_modes]).any(|modes| modes.attack != Mode::Off)
}

impl Shared {
    /// True while something is done about an attack on the route that was asked for.
    pub(super) fn defends(&self, passage: &Passage) -> bool {
        self.state.watchman.is_on() && self.mode(passage, DoorName::Challenge) == Mode::Enforce
    }

    /// How often this caller may call a class now. Whoever runs the server is never slowed down.
    pub(crate) fn rate(&self, class: Class, passage: &Passage) -> Rate {
        if passage.is_operators() {
            self.parts.rates.of(class)
        } else if passage.attacked {
            self.tight.rates[class as usize]
        } else {
            self.held.rates.of(class)
        }
    }

    /// How a class is announced to a caller who was judged by this rate.
    pub(super) fn policy(&self, class: Class, rate: Rate) -> &Policy {
        let (usual, tight) = (&self.policies[class as usize], &self.tight.policies[class as usize]);
        let held = self.held.policy(class).filter(|held| held.is_of(rate));
        match class {
            Class::Refresh if self.family.is_of(rate) => &self.family,
            _ if tight.is_of(rate) && !usual.is_of(rate) => tight,
            _ => held.unwrap_or(usual),
        }
    }

    pub(super) fn beat(&self, queue_full: bool) {
        let now = self.parts.clock.uptime();
        let full = self.state.hall.look(now).max(self.state.entrance.look(now));
        if is_watched(&self.parts) {
            let seen = Seen { now, full, queue_full };
            self.tell_turn(self.state.watchman.change(|attack| attack.look(seen)));
        }
    }

    pub(super) fn set_attack(&self, on: bool) {
        self.tell_turn(self.state.watchman.change(|attack| attack.set(on)));
    }

    fn tell_turn(&self, turn: Option<Turn>) {
        let kind = match turn {
            Some(Turn::Began) => Kind::AttackBegan,
            Some(Turn::Ended) => Kind::AttackEnded,
            None => return,
        };
        let enforced = self.parts.default_modes.attack == Mode::Enforce;
        self.parts.events.record(Event { enforced, ..Event::of_server(kind, self.parts.clock.now()) });
    }
}
