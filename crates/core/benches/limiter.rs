//! The time of one judgement by the limiter, for tables of a thousand to a million keys in random order, and for a
//! table that a flood of made-up clients has filled.

use std::{
    hash::RandomState,
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use aspis_core::{
    client::Client,
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Subject, Windows},
};
use criterion::Criterion;
use uuid::Uuid;

const KEYS: [u32; 3] = [1_000, 100_000, 1_000_000];

/// Callers in an order that no cache can foresee, each a microsecond after the one before.
struct Callers {
    state: u32,
    keys: u32,
    now: Duration,
}

impl Callers {
    fn new(keys: u32) -> Self {
        Self { state: 1, keys, now: Duration::ZERO }
    }

    fn next(&mut self) -> (u32, Duration) {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.now += Duration::from_micros(1);
        (self.state % self.keys, self.now)
    }
}

fn ask(subject: Subject) -> Ask {
    Ask { class: 1, subject, rate: Rate { limit: 60_000, window: Duration::from_secs(1) } }
}

fn client(key: u32) -> Ask {
    ask(Subject::Client(Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(key)))))
}

fn principal(key: u32) -> Ask {
    ask(Subject::Principal(Uuid::from_u128(u128::from(key))))
}

/// A table with room for twice the windows, each of which is in it already.
fn table(keys: u32) -> Windows<RandomState> {
    let windows = Windows::new(4 * keys as usize, RandomState::new());
    for key in 0..keys {
        windows.admit_all([client(key), principal(key)], Duration::ZERO);
    }
    windows
}

fn main() {
    let mut bench = Criterion::default().configure_from_args();
    bench.bench_function("limiter: choosing the caller alone", |timed| {
        let mut callers = Callers::new(1_000);
        timed.iter(|| callers.next());
    });
    for keys in KEYS {
        let (windows, mut callers) = (table(keys), Callers::new(keys));
        bench.bench_function(&format!("limiter: a client, {keys} keys"), |timed| {
            timed.iter(|| {
                let (key, now) = callers.next();
                windows.admit(black_box(client(key)), now)
            });
        });
        bench.bench_function(&format!("limiter: a client and its principal, {keys} keys of each"), |timed| {
            timed.iter(|| {
                let (key, now) = callers.next();
                windows.admit_all(black_box([client(key), principal(key)]), now)
            });
        });
    }
    flood(&mut bench);
    bench.final_summary();
}

/// A million clients in the table as shipped: most share the window of their network.
fn flood(bench: &mut Criterion) {
    let (windows, mut callers) = (Windows::new(65_536, RandomState::new()), Callers::new(1_000_000));
    bench.bench_function("limiter: a client, 1000000 keys in 65536 slots", |timed| {
        timed.iter(|| {
            let (key, now) = callers.next();
            windows.admit(black_box(client(key)), now)
        });
    });
}
