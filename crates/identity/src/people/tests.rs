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
use crate::password::{Cost, Hasher};

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
struct Recorder(Mutex<Vec<Event>>);

impl Sink for Recorder {
    fn record(&self, event: Event) {
        self.0.lock().expect("no test panics while it records").push(event);
    }
}

/// One node with everything that outlives it.
struct Town {
    store: Durable,
    clock: Arc<ManualClock>,
    chance: Arc<SeededChance>,
    events: Arc<Recorder>,
    people: Arc<People>,
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
    async fn restarts(&mut self) {
        self.people = node(&self.store, &self.clock, &self.chance, &self.events).await;
    }

    fn later(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn registers(&self, email: &str, name: &str, password: &str) -> Result<Registered, Refusal> {
        self.people.register(person(email, name, password), Source::SERVER).await
    }

    async fn ada_registers(&self) -> Registered {
        self.registers(ADA, "Ada Lovelace", PASSWORD).await.expect("registered")
    }

    async fn logs_in(&self, email: &str, password: &str) -> Result<Tokens, Refusal> {
        self.people.login(email, SecretText::new(password), Source::SERVER).await
    }

    /// A town where Ada is signed in.
    async fn with_ada() -> (Self, Tokens) {
        let town = Self::open().await;
        town.ada_registers().await;
        let tokens = town.logs_in(ADA, PASSWORD).await.expect("signed in");
        (town, tokens)
    }

    async fn refreshes(&self, token: &SecretText, host: u8) -> Result<Tokens, Refusal> {
        self.people.refresh(token.clone(), client(host), Source::SERVER).await
    }

    /// What the corridor does with a bearer token: memory first, then the signature.
    fn asks(&self, token: &SecretText) -> Result<SignedIn, Refusal> {
        let hash = People::token_hash(token.expose());
        self.people.seen(&hash).unwrap_or_else(|| self.people.verify(token.expose(), hash))
    }

    fn happened(&self) -> Vec<Kind> {
        self.events.0.lock().expect("readable").iter().map(|event| event.kind).collect()
    }

    fn times(&self, kind: Kind) -> usize {
        self.happened().iter().filter(|other| **other == kind).count()
    }
}

async fn node(
    store: &Durable,
    clock: &Arc<ManualClock>,
    chance: &Arc<SeededChance>,
    events: &Arc<Recorder>,
) -> Arc<People> {
    let people = People::open(store.clone(), clock.clone(), chance.clone(), events.clone(), rules())
        .await
        .expect("open");
    Arc::new(people)
}

fn rules() -> Rules {
    Rules {
        lifetimes: Lifetimes {
            issuer: "https://api.example.org".to_owned(),
            audience: "aspis-market".to_owned(),
            access: 15 * MINUTE,
        },
        refresh: 7 * DAY,
        grace: MINUTE,
        passwords: Policy { length: Length { min: 8, max: 128 }, min_score: 2 },
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

fn client(host: u8) -> Client {
    Client::from_ip(IpAddr::V4(Ipv4Addr::new(203, 0, 113, host)))
}

/// The code of a refusal.
fn code<T>(answer: Result<T, Refusal>) -> Option<Code> {
    answer.err().map(|refusal| refusal.code())
}
