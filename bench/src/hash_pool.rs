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

use crate::{median::median, usage};

/// The cost that Aspis ships.
const COST: Cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };
/// Callers that wait at the pool for each of its workers.
const CALLERS: usize = 4;
const PASSWORD: &str = "several unrelated words 42";

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of each side in each round.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
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

/// One side in one round.
#[derive(Debug, Clone, Copy)]
struct Figures {
    /// Hashes a second.
    rate: f64,
    /// Hashes a second of CPU time.
    by_cpu: f64,
    /// The share of its threads' time that they had a core.
    busy: f64,
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
    /// The same by CPU time: what the pool adds to each hash, whoever else is on the machine.
    cpu_ratio: f64,
    /// The share of their time that the raw threads had a core.
    busy: f64,
    floor: f64,
}

/// The share below which other processes took so much that the rates say nothing.
const BUSY: f64 = 0.9;

/// Measures and prints; true when the floor holds, an error when other processes disturbed the run.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let workers = match options.workers {
        Some(workers) => usize::from(workers),
        None => std::thread::available_parallelism().context("counting the cores")?.get(),
    };
    let span = Duration::from_secs(options.seconds);
    let mut rounds = Vec::new();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        // In turn first and second: neither side always has the machine that the other one has warmed up.
        rounds.push(if round % 2 == 1 {
            (measure(raw, workers, span)?, measure(pooled, workers, span)?)
        } else {
            let pooled = measure(pooled, workers, span)?;
            (measure(raw, workers, span)?, pooled)
        });
    }
    let report = Report::of(&rounds, workers, options.floor);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    report.holds().context("the run was disturbed; measure again on a quiet machine")
}

impl Report {
    fn of(rounds: &[(Figures, Figures)], workers: usize, floor: f64) -> Self {
        let over = |of: fn(&Figures, &Figures) -> f64| median(rounds.iter().map(|(raw, pool)| of(raw, pool)));
        Self {
            rounds: rounds.len(),
            workers,
            raw_per_second: over(|raw, _| raw.rate),
            pool_per_second: over(|_, pool| pool.rate),
            ratio: over(|raw, pool| pool.rate / raw.rate),
            cpu_ratio: over(|raw, pool| pool.by_cpu / raw.by_cpu),
            busy: over(|raw, _| raw.busy),
            floor,
        }
    }

    /// Whether the ratio is not below the floor; nothing when the run cannot tell.
    fn holds(&self) -> Option<bool> {
        (self.busy >= BUSY).then_some(self.ratio >= self.floor)
    }
}

type Side = fn(usize, Duration) -> anyhow::Result<u32>;

#[expect(clippy::cast_precision_loss, reason = "a few threads")]
fn measure(side: Side, workers: usize, span: Duration) -> anyhow::Result<Figures> {
    let (clock, before) = (SystemClock::start(), usage::cpu(std::process::id())?);
    let done = f64::from(side(workers, span)?);
    let used = usage::cpu(std::process::id())?.saturating_sub(before).as_secs_f64();
    let took = clock.uptime().as_secs_f64();
    Ok(Figures { rate: done / took, by_cpu: done / used, busy: used / took / workers as f64 })
}

fn hasher() -> anyhow::Result<Hasher> {
    Hasher::new(COST, &SystemChance).context("making a hasher")
}

/// The hashes of threads that do nothing else.
fn raw(workers: usize, span: Duration) -> anyhow::Result<u32> {
    let (hasher, clock) = (hasher()?, SystemClock::start());
    let hash = || {
        let mut done = 0_u32;
        while clock.uptime() < span {
            hasher.verify(None, PASSWORD);
            done += 1;
        }
        done
    };
    Ok(std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(hash)).collect();
        threads.into_iter().map(|thread| thread.join().expect("hashing does not panic")).sum()
    }))
}

/// The hashes through the pool, in a runtime such as the server's.
fn pooled(workers: usize, span: Duration) -> anyhow::Result<u32> {
    let callers = workers * CALLERS;
    let pool = Arc::new(Pool::new(hasher()?, Arc::new(SystemChance), workers, callers, 10 * span)?);
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock::start());
    runtime.block_on(async {
        let mut calling = JoinSet::new();
        for _ in 0..callers {
            calling.spawn(call(Arc::clone(&pool), Arc::clone(&clock), span));
        }
        calling.join_all().await.into_iter().sum()
    })
}

async fn call(pool: Arc<Pool>, clock: Arc<SystemClock>, span: Duration) -> anyhow::Result<u32> {
    let mut done = 0;
    while clock.uptime() < span {
        pool.verify(None, SecretText::new(PASSWORD)).await?;
        done += 1;
    }
    Ok(done)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, workers, raw_per_second, pool_per_second, ratio, cpu_ratio, busy, floor } = self;
        writeln!(f, "Argon2id (m=19456, t=2, p=1), {workers} threads, medians of {rounds} rounds\n")?;
        writeln!(
            f,
            "threads alone    {raw_per_second:>7.1} hashes/s, {:.0}% of their time on a core",
            busy * 100.0
        )?;
        writeln!(
            f,
            "through the pool {pool_per_second:>7.1} hashes/s, {cpu_ratio:.3} as many a second of CPU time"
        )?;
        match self.holds() {
            Some(true) => write!(f, "\nThe floor of {floor:.2} holds: {ratio:.3} of the threads alone."),
            Some(false) => write!(f, "\nThe floor of {floor:.2} is missed: {ratio:.3} of the threads alone."),
            None => write!(f, "\nOther processes took the cores: read nothing from this run."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_judged_on_a_quiet_machine_only() {
        let side = |rate, busy| Figures { rate, by_cpu: rate, busy };
        let report = |pool, busy| Report::of(&[(side(100.0, busy), side(pool, 1.0))], 2, 0.95);
        assert_eq!(report(96.0, 1.0).holds(), Some(true));
        assert_eq!(report(94.0, 1.0).holds(), Some(false));
        assert_eq!(report(96.0, 0.5).holds(), None);
    }
}
