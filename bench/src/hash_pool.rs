//! What the hash pool costs: Argon2id through the pool against as many threads that do nothing but hash.
//!
//! A hash is 20 ms of memory traffic, so threads compete for the memory as well as for the cores: both sides have the
//! same number of them, and every round measures both.

use std::{fmt, sync::Arc, time::Duration};

use anyhow::Context;
use aspis_core::{
    chance::SystemChance,
    clock::{Clock, SystemClock},
    secret::SecretText,
};
use aspis_identity::password::{Cost, Hasher, Pool};
use serde::Serialize;
use tokio::{runtime, task::JoinSet};

use crate::median::median;

/// The cost that Aspis ships.
const COST: Cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };
/// Callers that wait at the pool for each of its workers.
const CALLERS: usize = 4;
const PASSWORD: &str = "several unrelated words 42";

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of each side in each round.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Threads that hash; one a core if left out.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    workers: Option<u16>,
    /// The least share of the raw rate; below it the exit code is 1.
    #[arg(long, default_value_t = 0.95)]
    floor: f64,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// What a run has found: medians of the rounds.
#[derive(Debug, Serialize)]
struct Report {
    rounds: usize,
    workers: usize,
    raw_per_second: f64,
    pool_per_second: f64,
    /// The pool's rate over the raw one of the same round.
    ratio: f64,
    floor: f64,
}

/// Measures and prints; true when the floor holds.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let workers = match options.workers {
        Some(workers) => usize::from(workers),
        None => std::thread::available_parallelism().context("counting the cores")?.get(),
    };
    let span = Duration::from_secs(options.seconds);
    let mut rounds = Vec::new();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        rounds.push((raw(workers, span)?, pooled(workers, span)?));
    }
    let report = Report {
        rounds: rounds.len(),
        workers,
        raw_per_second: median(rounds.iter().map(|(raw, _)| *raw)),
        pool_per_second: median(rounds.iter().map(|(_, pool)| *pool)),
        ratio: median(rounds.iter().map(|(raw, pool)| pool / raw)),
        floor: options.floor,
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.ratio >= report.floor)
}

fn hasher() -> anyhow::Result<Hasher> {
    Hasher::new(COST, &SystemChance).context("making a hasher")
}

/// Hashes a second of threads that do nothing else.
fn raw(workers: usize, span: Duration) -> anyhow::Result<f64> {
    let (hasher, clock) = (hasher()?, SystemClock::start());
    let hash = || {
        let mut hashes = 0_u32;
        while clock.uptime() < span {
            hasher.verify(None, PASSWORD);
            hashes += 1;
        }
        hashes
    };
    let hashes: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(hash)).collect();
        threads.into_iter().map(|thread| thread.join().expect("hashing does not panic")).sum()
    });
    Ok(f64::from(hashes) / clock.uptime().as_secs_f64())
}

/// Hashes a second through the pool, in a runtime such as the server's.
fn pooled(workers: usize, span: Duration) -> anyhow::Result<f64> {
    let callers = workers * CALLERS;
    let pool = Arc::new(Pool::new(hasher()?, Arc::new(SystemChance), workers, callers, 10 * span));
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock::start());
    let hashes: u32 = runtime.block_on(async {
        let mut calling = JoinSet::new();
        for _ in 0..callers {
            calling.spawn(call(Arc::clone(&pool), Arc::clone(&clock), span));
        }
        let done = calling.join_all().await;
        done.into_iter().sum::<Result<u32, _>>()
    })?;
    Ok(f64::from(hashes) / clock.uptime().as_secs_f64())
}

async fn call(pool: Arc<Pool>, clock: Arc<SystemClock>, span: Duration) -> anyhow::Result<u32> {
    let mut hashes = 0;
    while clock.uptime() < span {
        pool.verify(None, SecretText::new(PASSWORD)).await?;
        hashes += 1;
    }
    Ok(hashes)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, workers, raw_per_second, pool_per_second, ratio, floor } = self;
        writeln!(f, "Argon2id (m=19456, t=2, p=1), {workers} threads, medians of {rounds} rounds\n")?;
        writeln!(f, "threads alone   {raw_per_second:>8.1} hashes/s")?;
        writeln!(f, "through the pool{pool_per_second:>8.1} hashes/s")?;
        let holds = if ratio >= floor { "holds" } else { "is missed" };
        write!(f, "\nThe floor of {floor:.2} {holds}: {ratio:.3} of the threads alone.")
    }
}
