//! Two nodes as one, under load: how soon one hears what the other has ended, what a dying Redis or PostgreSQL does to
//! callers, whether the books are exact where nodes die, and whether one budget admits exactly N.
//!
//! PostgreSQL and Redis are real ones of the run's own, in folders that go away with it. They share the cores with both
//! nodes and the load, so the latencies are those of a crowded machine.

use std::{fmt, path::PathBuf, time::Duration};

use clap::ValueEnum;
use serde::Serialize;
use tokio::{runtime, task::LocalSet};

use crate::server;

mod caller;
mod exact;
mod ground;
mod member;
mod orders;
mod pair;
mod postgres;
mod process;
mod redis;
mod told;
mod trouble;

/// How to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What is tried; everything if left out.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Trials of each kind of word that one node has to hear from the other.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    trials: u16,
    /// Nodes that are killed right after they have answered a sign-out.
    #[arg(long, default_value_t = 10)]
    crashes: u16,
    /// Reads a second with tokens, at each node, meanwhile.
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    reads: u32,
    /// Seconds in which Redis and PostgreSQL get into one trouble after the other.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(10..=86_400))]
    seconds: u32,
    /// How often a node is killed beside orders.
    #[arg(long, default_value_t = 10)]
    kills: u32,
    /// How often a thousand requests come at once.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=60_000))]
    times: u16,
    /// How many of a thousand are to be admitted.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=999))]
    limit: u16,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// What can be tried alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// How soon a node hears what the other one has ended.
    Told,
    /// Requests while Redis and PostgreSQL die, are silent, refuse and forget.
    Trouble,
    /// Orders on one account over both nodes while these are killed.
    Orders,
    /// A thousand requests at once under one budget.
    Exact,
}

/// What has been found, as far as it was tried.
#[derive(Debug, Default, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<told::Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<trouble::Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<orders::Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<exact::Report>,
}

/// Tries and prints; true when everything held.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    ground::programs()?;
    // One thread from the first to the last: the database and Redis die with the thread that started them.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, tried(options, &ground::Place::new(binary)))?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.holds())
}

async fn tried(options: &Options, place: &ground::Place) -> anyhow::Result<Report> {
    let is_wanted = |part| options.only.is_empty() || options.only.contains(&part);
    let mut report = Report::default();
    if is_wanted(Part::Told) {
        eprintln!("told: {} trials of each kind", options.trials);
        report.told = Some(told::run(place, options.trials, options.crashes, options.reads).await?);
    }
    if is_wanted(Part::Trouble) {
        eprintln!("trouble: {} seconds", options.seconds);
        let span = Duration::from_secs(options.seconds.into());
        report.trouble = Some(trouble::run(place, span).await?);
    }
    if is_wanted(Part::Orders) {
        eprintln!("orders: {} kills", options.kills);
        report.orders = Some(orders::run(place, options.kills).await?);
    }
    if is_wanted(Part::Exact) {
        eprintln!("exact: {} times", options.times);
        report.exact = Some(exact::run(place, options.limit, options.times).await?);
    }
    Ok(report)
}

impl Report {
    fn holds(&self) -> bool {
        self.told.as_ref().is_none_or(told::Report::holds)
            && self.trouble.as_ref().is_none_or(trouble::Report::holds)
            && self.orders.as_ref().is_none_or(orders::Report::holds)
            && self.exact.as_ref().is_none_or(exact::Report::holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told.as_ref().map_or(Ok(()), |part| writeln!(f, "{part}\n"))?;
        self.trouble.as_ref().map_or(Ok(()), |part| writeln!(f, "{part}\n"))?;
        self.orders.as_ref().map_or(Ok(()), |part| writeln!(f, "{part}\n"))?;
        self.exact.as_ref().map_or(Ok(()), |part| writeln!(f, "{part}\n"))?;
        write!(f, "{}", if self.holds() { "It held." } else { "It did NOT hold." })
    }
}
