//! What a user would run instead, in the same rounds on the same core: bare axum, Aspis, nginx with limits, `HAProxy` with
//! a stick table in front of bare axum, and the usual Python stack (`FastAPI`, `SlowAPI` over Redis, python-jose).
//!
//! Everybody answers the same price and is sent a token. What is not installed is left out, loudly. Deliberately no
//! floor: what others do is not this house's promise.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use tokio::{runtime, task::LocalSet};

use crate::{
    cores::{self, Cores},
    figures::{self, Figures},
    server,
};

mod fastapi;
mod haproxy;
mod nginx;
mod peer;
mod report;

use peer::{Entry, Peer};
use report::Report;

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of each server in each round.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// A Python that has the packages of `bench/peers/requirements.txt`; `scripts/bench-peers` makes one.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Measures and prints; an error when other processes disturbed the run.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let cores = Cores::find()?;
    cores::stay_on(cores.load)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, async {
        let entries = peer::all(&binary, &options.python, cores.server).await?;
        let rounds = rounds(options, &entries).await?;
        anyhow::Ok(Report::of(&entries, &rounds))
    })?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    report.is_quiet().then_some(true).context("the run was disturbed; measure again on a quiet machine")
}

/// One round, in the order of the peers that are there.
type Round = Vec<Figures>;

async fn rounds(options: &Options, entries: &[Entry]) -> anyhow::Result<Vec<Round>> {
    let (span, connections) = (Duration::from_secs(options.seconds), usize::from(options.connections));
    let mut done = Vec::new();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let mut figures = Vec::new();
        for Peer { name, address, pids, calls, .. } in entries.iter().filter_map(Entry::peer) {
            let target = figures::Target { address: *address, pids, calls };
            let measured = figures::measure(target, span, connections).await;
            figures.push(measured.with_context(|| format!("measuring {name}"))?);
        }
        done.push(figures);
    }
    Ok(done)
}
