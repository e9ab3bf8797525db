//! Stories of people and their tokens, over the in-memory store and a clock that is moved by hand.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
};

use aspis_core::{
    chance::SeededChance, client::Client, clock::ManualClock, scenario::brute_force::password::Length,
};
use aspis_store::memory::Memory;

use super::*;
use crate::{
    password::{Cost, Hasher},
    token::Presenter,
};

mod attacked;
mod heard;
mod invitation;
mod login;
mod refresh;
mod register;
mod revocation;

const START: Timestamp = Timestamp::from_seconds(1_760_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const MICRO: Duration = Duration::from_micros(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const COST: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
const PASSWORD: &str = "violet harbour 17 lanterns";
const ADA: &str = "ada@example.org";

/// Keeps every event.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Sink for Recorder {
    fn record(&self, event: Event) {
        self.0.lock().expect("no test panics while it records").push(event);
    }
}

/// One node with everything that outlives it.
pub(crate) struct Town {
    pub(crate) store: Durable,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) chance: Arc<SeededChance>,
    pub(crate) events: Arc<Recorder>,
    pub(crate) people: Arc<People>,
}

impl Town {
    async fn open() -> Self {
        let store = Durable::of(Arc::new(Memory::default()));
        let (clock, chance) = (Arc::new(ManualClock::at(START)), Arc::new(SeededChance::new(1)));
        let events = Arc::new(Recorder::default());
        let people = node(&store, &clock, &chance, &events).await;
        Self { store, clock, chance, events, people }
    }

    /// Ends the process and starts it again over the same store.
    pub(crate) async fn restarts(&mut self) {
        self.people = node(&self.store, &self.clock, &self.chance, &self.events).await;
    }

    pub(crate) fn later(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn registers(&self, email: &str, name: &str, password: &str) -> Result<Registered, Refusal> {
        self.people.make(person(email, name, password), Source::SERVER).await
    }

    async fn ada_registers(&self) -> Registered {
        self.registers(ADA, "Ada Lovelace", PASSWORD).await.expect("registered")
    }

    async fn logs_in(&self, email: &str, password: &str) -> Result<Tokens, Refusal> {
        let login = Login {
            email: email.to_owned(),
            password: SecretText::new(password),
            challenge: None,
            totp: None,
            device: None,
            kind: SignInKind::Tokens,
        };
        match self.people.login(login, &visitor(1)).await?.grant {
            Grant::Tokens(tokens) => Ok(tokens),
            Grant::Cookie(_) => unreachable!("tokens were asked for"),
        }
    }

    /// A town where Ada is signed in.
    pub(crate) async fn with_ada() -> (Self, Tokens) {
        let town = Self::open().await;
        town.ada_registers().await;
        let tokens = town.logs_in(ADA, PASSWORD).await.expect("signed in");
        (town, tokens)
    }

    /// Ada signs in once more, now.
    pub(crate) async fn ada_again(&self) -> SignedIn {
        let tokens = self.logs_in(ADA, PASSWORD).await.expect("signed in");
        self.asks(&tokens.access).expect("good")
    }

    /// Every event so far.
    pub(crate) fn log(&self) -> Vec<Event> {
        self.events.0.lock().expect("readable").clone()
    }

    async fn refreshes(&self, token: &SecretText, host: u8) -> Result<Tokens, Refusal> {
        self.people.refresh(token.clone(), &visitor(host)).await
    }

    /// What this town thinks of a bearer token.
    pub(crate) fn asks(&self, token: &SecretText) -> Result<SignedIn, Refusal> {
        let (token, visitor) = (token.expose(), visitor(1));
        let by = visitor.presenter();
        believes(&self.people, token, &by, self.clock.now())
    }

    fn happened(&self) -> Vec<Kind> {
        self.events.0.lock().expect("readable").iter().map(|event| event.kind).collect()
    }

    pub(crate) fn times(&self, kind: Kind) -> usize {
        self.happened().iter().filter(|other| **other == kind).count()
    }
}

async fn node(
    store: &Durable,
    clock: &Arc<ManualClock>,
    chance: &Arc<SeededChance>,
    events: &Arc<Recorder>,
) -> Arc<People> {
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
        chance: chance.clone(),
        events: events.clone(),
        courier: None,
        desk: Arc::new(Nobody),
        passkeys: None,
        shared: None,
    };
    Arc::new(People::open(parts, rules()).await.expect("open"))
}

fn rules() -> Rules {
    Rules {
        lifetimes: Lifetimes {
            issuer: "https://api.example.org".to_owned(),
            audience: "aspis-market".to_owned(),
            access: 15 * MINUTE,
        },
        keys: Schedule { period: 30 * DAY, overlap: DAY, after: 2 * HOUR },
        fingerprint: Binding::Off,
        sessions: Sessions {
            absolute: 12 * HOUR,
            idle: 30 * MINUTE,
            binding: aspis_core::scenario::session_hijacking::binding::Binding::Strict,
        },
        step_up: 10 * MINUTE,
        reset_link: HOUR,
        public_url: "https://api.example.org".to_owned(),
        tries: tries::Rules {
            lock_after: 1000,
            challenge_over: 1000,
            wait_over: 1000,
            ..tries::Rules::default()
        },
        registrations: registrations::Rules::default(),
        difficulty: Difficulty::default(),
        challenge: challenge::Rules::default(),
        proofs: dpop::Rules::default(),
        refresh: 7 * DAY,
        grace: MINUTE,
        passwords: Policy { length: Length { min: 8, max: 128 }, min_score: 2, list: None },
        cost: COST,
        workers: 2,
        queue: 64,
        opening_cash: "100000".parse().expect("a decimal"),
        currency: "USD".to_owned(),
    }
}

fn person(email: &str, name: &str, password: &str) -> NewPerson {
    NewPerson { email: email.to_owned(), password: SecretText::new(password), full_name: name.to_owned() }
}

pub(crate) fn visitor(host: u8) -> Visitor {
    let address = IpAddr::V4(Ipv4Addr::new(203, 0, 113, host));
    Visitor {
        client: Client::from_ip(address),
        address,
        agent: b"town/1".to_vec(),
        source: Source::SERVER,
        key: None,
        challenge: None,
        attacked: false,
    }
}

/// Who takes letters and does nothing with them.
struct Nobody;

impl Courier for Nobody {
    fn send(&self, _: aspis_core::courier::Letter) {}
}

/// The code of a refusal.
fn code<T>(answer: Result<T, Refusal>) -> Option<Code> {
    answer.err().map(|refusal| refusal.code())
}

/// What the corridor does with a bearer token: memory first, then the signature.
fn believes(people: &People, token: &str, by: &Presenter<'_>, now: Timestamp) -> Result<SignedIn, Refusal> {
    let known = match people.recall(token.as_bytes(), now) {
        Some(remembered) => people.alive(remembered, by),
        None => people.verify(token, by),
    };
    known.map(|known| known.who)
}
