//! What the corridor costs: every variant in turn, several rounds, against bare axum in the same run.
//!
//! Read the ratios and the CPU time a request: requests per second are those of one machine on one day.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use tokio::{runtime, task::LocalSet};

use crate::{
    cores::{self, Cores},
    server,
};

mod many;
mod measure;
mod report;
mod sites;

use report::Report;
use sites::Sites;

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of each variant in each round.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// Clients that take turns, each with an account and a token of its own, where there are to be many.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    clients: u32,
    /// The least ratio to bare axum with one and with many tokens; below it the exit code is 1.
    #[arg(long, default_value_t = 0.70)]
    floor: f64,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Measures and prints; true when the floor holds, an error when other processes disturbed the run.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let cores = Cores::find()?;
    cores::stay_on(cores.load)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, async {
        let connections = usize::from(options.connections);
        let sites = Sites::open(&binary, cores.server, connections, options.clients).await?;
        let rounds =
            measure::rounds(&sites, options.rounds, Duration::from_secs(options.seconds), connections)
                .await?;
        anyhow::Ok(Report::of(&rounds, options.floor))
    })?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    report.holds().context("the run was disturbed; measure again on a quiet machine")
}
