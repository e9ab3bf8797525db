//! Whether expensive work starves cheap work: prices read by one steady client, first from a quiet server, then while
//! 64 connections send logins or predictions as fast as they are answered.
//!
//! Two floods of each: one that the limits stop, and one of 64 clients whom no limit holds. Logins of the latter keep
//! the threads that hash busy to the end; predictions begin with a server that has computed none of them, and go on as
//! fast as it can say what it knows by then. The server has one core, the load the other.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use tokio::{runtime, task::LocalSet};

use crate::{
    cores::{self, Cores},
    server,
};

mod kind;
mod measure;
mod predictions;
mod report;
mod senders;
mod site;

pub(crate) use kind::{Flood, LOGINS, PREDICTIONS};
use report::Report;

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of each measurement: quiet and flooded, in each round. The shipped one gives the slowest hundredth of
    /// the prices some to choose from.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Measures and prints; true when no flood makes the slowest hundredth of the prices more than twice as slow, and 1 ms;
/// an error when other processes disturbed the run.
pub(crate) fn run(options: &Options, floods: &[Flood]) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let cores = Cores::find()?;
    cores::stay_on(cores.load)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, async {
        let seconds = options.seconds.map(Duration::from_secs);
        let rounds = measure::rounds(floods, &binary, cores.server, options.rounds, seconds).await?;
        anyhow::Ok(Report::of(floods, &rounds))
    })?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    report.holds().context("the run was disturbed; measure again on a quiet machine")
}
