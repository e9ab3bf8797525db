//! The time of one judgement by the limiter, for tables of a thousand to a million keys in random order, beside
//! `governor` with the same keys in the same run; and for a table that a flood of made-up clients has filled.
//!
//! One caller after the other, each judged before the next is known: of a million keys that is mostly waiting for
//! memory. And `under way`: as in a server with many requests, each caller is placed when it comes, so that what must
//! be read of it is fetched while others are judged, and judged eight callers later.
//!
//! `made-up` as an argument sends a hundred million made-up clients through one table, and prints what it held.
//! `count` with a number of keys and one of judgements does no more than these, for `perf stat` to count.

use std::{array, cell::LazyCell, hint::black_box, net::Ipv4Addr, num::NonZeroU32, time::Duration};

use aspis_core::{
    chance::{self, SystemChance},
    client::Client,
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Placed, Subject, Verdict, Windows},
};
use criterion::Criterion;
use governor::{DefaultKeyedRateLimiter, Quota};
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

fn ask(subject: Subject, rate: &Rate) -> Ask {
    Ask { class: 1, subject, rate: *rate }
}

fn address(key: u32) -> Client {
    Client::V4(Ipv4Addr::from_bits(key))
}

fn client(key: u32, rate: &Rate) -> Ask {
    ask(Subject::Client(address(key)), rate)
}

fn principal(key: u32, rate: &Rate) -> Ask {
    ask(Subject::Principal(Uuid::from_u128(u128::from(key))), rate)
}

fn rate(text: &str) -> Rate {
    text.parse().expect("a rate")
}

fn room_for(windows: u32) -> Windows {
    Windows::new(windows as usize, chance::bytes(&SystemChance))
}

/// A table with room for just as many windows as are in it.
fn table(keys: u32, rate: &Rate) -> Windows {
    let windows = room_for(keys);
    for key in 0..keys {
        windows.admit(client(key, rate), Duration::ZERO);
    }
    windows
}

fn both(keys: u32, rate: &Rate) -> Windows {
    let windows = room_for(2 * keys);
    for key in 0..keys {
        windows.admit_all([client(key, rate), principal(key, rate)], Duration::ZERO);
    }
    windows
}

fn main() {
    if std::env::args().any(|argument| argument == "made-up") {
        return made_up();
    }
    if let Some(at) = std::env::args().position(|argument| argument == "count") {
        let number =
            |nth| std::env::args().nth(at + nth).and_then(|text| text.parse().ok()).expect("a number");
        return count(number(1), number(2));
    }
    let mut bench = Criterion::default().configure_from_args();
    bench.bench_function("limiter: choosing the caller alone", |timed| {
        let mut callers = Callers::new(1_000);
        timed.iter(|| callers.next());
    });
    for keys in KEYS {
        of_a_client(&mut bench, keys);
        of_many_under_way(&mut bench, keys);
        of_two(&mut bench, keys);
        of_governor(&mut bench, keys);
    }
    flood(&mut bench);
    bench.final_summary();
}

/// So many judgements of so many keys.
fn count(keys: u32, judgements: u32) {
    let rate = rate("4000/second");
    let (windows, mut callers) = (table(keys, &rate), Callers::new(keys));
    for _ in 0..judgements {
        let (key, now) = callers.next();
        black_box(windows.admit(client(black_box(key), &rate), now));
    }
}

fn of_a_client(bench: &mut Criterion, keys: u32) {
    // So wide that nobody meets it, so that every judgement counts; and so narrow that soon nearly everybody does.
    for (rate, name) in [("4000/second", "a client"), ("5/day", "a client that is refused")] {
        let rate = rate.parse().expect("a rate");
        let (windows, mut callers) = (LazyCell::new(|| table(keys, &rate)), Callers::new(keys));
        bench.bench_function(&format!("limiter: {name}, {keys} keys"), |timed| {
            let windows = &*windows;
            timed.iter(|| {
                let (key, now) = callers.next();
                windows.admit(client(black_box(key), &rate), now)
            });
        });
    }
}

/// Eight callers between the one that comes and the one that is judged.
fn of_many_under_way(bench: &mut Criterion, keys: u32) {
    const UNDER_WAY: usize = 8;
    let rate = rate("4000/second");
    let (windows, mut callers) = (LazyCell::new(|| table(keys, &rate)), Callers::new(keys));
    bench.bench_function(&format!("limiter: a client of {UNDER_WAY} under way, {keys} keys"), |timed| {
        let windows = &*windows;
        let mut queue: [Placed; UNDER_WAY] =
            array::from_fn(|_| windows.place(client(callers.next().0, &rate)));
        let mut turn = 0;
        timed.iter(|| {
            let (key, now) = callers.next();
            let verdict = windows.judge([&queue[turn]], now);
            queue[turn] = windows.place(client(black_box(key), &rate));
            windows.approach(&mut queue[(turn + UNDER_WAY / 2) % UNDER_WAY]);
            turn = (turn + 1) % UNDER_WAY;
            verdict
        });
    });
}

fn of_two(bench: &mut Criterion, keys: u32) {
    let rate = rate("4000/second");
    let (windows, mut callers) = (LazyCell::new(|| both(keys, &rate)), Callers::new(keys));
    bench.bench_function(&format!("limiter: a client and its principal, {keys} keys of each"), |timed| {
        let windows = &*windows;
        timed.iter(|| {
            let (key, now) = callers.next();
            let key = black_box(key);
            windows.admit_all([client(key, &rate), principal(key, &rate)], now)
        });
    });
}

fn of_governor(bench: &mut Criterion, keys: u32) {
    let governor = LazyCell::new(|| {
        let quota = Quota::per_second(NonZeroU32::new(4_000).expect("not nought"));
        let governor: DefaultKeyedRateLimiter<Client> = DefaultKeyedRateLimiter::keyed(quota);
        for key in 0..keys {
            let _ = governor.check_key(&address(key));
        }
        governor
    });
    let mut callers = Callers::new(keys);
    bench.bench_function(&format!("governor: a client, {keys} keys"), |timed| {
        let governor = &*governor;
        timed.iter(|| {
            let (key, _) = callers.next();
            governor.check_key(&address(black_box(key))).is_ok()
        });
    });
}

/// A million clients in the table as shipped: most share the window of their network.
fn flood(bench: &mut Criterion) {
    let rate = rate("60/minute");
    let (windows, mut callers) = (room_for(65_536), Callers::new(1_000_000));
    bench.bench_function("limiter: a client, 1000000 keys in 65536 slots", |timed| {
        timed.iter(|| {
            let (key, now) = callers.next();
            windows.admit(client(black_box(key), &rate), now)
        });
    });
}

/// Everybody that can be made up in fifty seconds at two million a second, against a table as shipped.
fn made_up() {
    const KEYS: u32 = 100_000_000;
    let rate = rate("5/minute");
    let windows = room_for(65_536);
    let limited = client(u32::MAX, &rate);
    let still = |now| matches!(windows.admit(limited, now), Verdict::Refused(_));
    while !still(Duration::ZERO) {}
    println!("{} bytes in the table, {} resident", windows.bytes(), resident());
    let mut passed = 0_u64;
    for key in 0..KEYS {
        let now = Duration::from_nanos(500 * u64::from(key));
        passed += u64::from(matches!(windows.admit(client(key, &rate), now), Verdict::Admitted(_)));
        if key % 10_000_000 == 0 {
            assert!(still(now), "the flood has freed who was limited");
            println!("{key} made up, {passed} passed, {} resident", resident());
        }
    }
    assert!(still(Duration::from_secs(50)), "the flood has freed who was limited");
    println!(
        "{KEYS} made up, {passed} passed; {} bytes in the table, {} resident",
        windows.bytes(),
        resident()
    );
}

/// Memory of this process, as Linux tells it.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "an unknown amount".to_owned(), |kilobytes| kilobytes.trim().to_owned())
}
