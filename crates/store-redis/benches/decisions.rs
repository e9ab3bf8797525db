//! Decisions a second through `Budgets::admit`, beside the bare client with the same script on the same server.
//!
//! Both ask for the windows of a client and of a principal, from as many tasks, over one connection, turn by turn.
//! Prints both and how they compare; fails below four fifths.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::{Clock, SystemClock},
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Subject},
    secret::{Secret, SecretText},
};
use aspis_store::fleeting::Budgets;
use aspis_store_redis::{Config, Shared};
use redis::{Client, Script, aio::MultiplexedConnection};
use tokio::task::JoinSet;
use uuid::Uuid;

#[path = "../../../tests/services/redis.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "tests do more with it, and may panic")]
mod server;

const TASKS: u32 = 64;
const KEYS: u32 = 10_000;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(3);
const LEAST: f64 = 0.8;

const SCRIPT: &str = concat!(include_str!("../src/time.lua"), include_str!("../src/windows/admit.lua"));

fn main() {
    let Some(server) = server::Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure(&server.url()));
}

async fn measure(url: &str) {
    let clock = Arc::new(SystemClock::start());
    let config = Config {
        limit: Duration::from_secs(10),
        ..Config::new(SecretText::new(url), Secret::new(*b"pepper"))
    };
    let shared = Arc::new(Shared::connect(&config, clock.clone()).expect("an address"));
    let client = Client::open(url).expect("an address");
    let bare = client.get_multiplexed_async_connection().await.expect("it is there");
    let script = Arc::new(Script::new(SCRIPT));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let node = shared.clone();
        ours.push(round(&clock, move |n| through(node.clone(), n)).await);
        let (bare, script) = (bare.clone(), script.clone());
        theirs.push(round(&clock, move |n| by_hand(bare.clone(), script.clone(), n)).await);
    }
    let (ours, theirs) = (middle(ours), middle(theirs));
    println!("through Budgets::admit  {ours:>9.0} decisions a second");
    println!("by the bare client      {theirs:>9.0} decisions a second");
    println!("share                   {:>9.2}", ours / theirs);
    assert!(ours >= LEAST * theirs, "less than {LEAST} of the bare client");
}

async fn through(shared: Arc<Shared>, n: u32) {
    let rate = Rate { limit: 1_000_000, window: Duration::from_secs(3600) };
    let client = aspis_core::client::Client::from_ip(std::net::Ipv4Addr::from_bits(n).into());
    let own = Subject::Principal(Uuid::from_u128(n.into()));
    let asks = [Subject::Client(client), own].map(|subject| Ask { class: 1, subject, rate });
    shared.admit(&asks).await.expect("judged");
}

async fn by_hand(mut bare: MultiplexedConnection, script: Arc<Script>, n: u32) {
    let mut call = script.prepare_invoke();
    call.key(b"{bare}l");
    for kind in 0..2_u128 {
        call.key([&b"{bare}w"[..], &(kind << 64 | u128::from(n)).to_be_bytes()].concat());
    }
    call.arg("");
    for _ in 0..2 {
        call.arg(1_000_000).arg(225_000_000);
    }
    let _: (u8, u64, u64, u64, u64) = call.invoke_async(&mut bare).await.expect("judged");
}

/// Decisions a second, by many tasks at once.
async fn round<F: Future<Output = ()> + Send>(
    clock: &Arc<SystemClock>,
    decide: impl Fn(u32) -> F + Clone + Send + 'static,
) -> f64 {
    let (count, began) = (Arc::new(AtomicU32::new(0)), clock.uptime());
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (decide, count, clock) = (decide.clone(), count.clone(), clock.clone());
        tasks.spawn(async move {
            let mut n = task;
            while clock.uptime().saturating_sub(began) < ROUND {
                decide(n % KEYS).await;
                n += TASKS;
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    let took = clock.uptime().saturating_sub(began).as_secs_f64();
    f64::from(count.load(Ordering::Relaxed)) / took
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
