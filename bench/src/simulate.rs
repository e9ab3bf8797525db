//! One budget over many nodes: 1 to 1,000 of them, up to ten million clients, and a network that is cut.
//!
//! What judges is the product's own: the windows of `core`, and of `store` and `store-redis` what stands between a node
//! and the home that all share. Only the network is made up, and time, which is moved and never waited for. Clients do
//! not know of each other, so they come in batches that fit the memory.
//!
//! Deliberately not here: what a round trip takes, and what PostgreSQL does.

use std::ops::RangeInclusive;

use anyhow::ensure;
use aspis_core::rate::Rate;

mod batch;
mod case;
mod crowd;
mod home;
mod lanes;
mod line;
mod node;
mod report;
mod row;
mod shape;
mod tally;

use report::Report;

/// What to go through.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Clients of each line of the table.
    #[arg(long, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    clients: Option<u32>,
    /// What a client may do, on all nodes together: 5 to 1000 in a unit.
    #[arg(long, default_value = "60/minute")]
    rate: Rate,
    /// Only for so many nodes.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    nodes: Option<u32>,
    /// What a node alone takes of each limit, such as 0.5; one part for each node if left out.
    #[arg(long)]
    share: Option<f64>,
    /// The same seed, the same numbers (but for what this machine takes).
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Ten million clients, in fewer lines.
    #[arg(long, conflicts_with = "clients")]
    full: bool,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// Clients of a line, where nothing else is said.
const CLIENTS: u32 = 100_000;
/// And where everything is to be gone through.
const FULL: u32 = 10_000_000;
/// Limits for which a client can be told that is within them from one that is not, and whose floods end.
const LIMITS: RangeInclusive<u32> = 5..=1_000;

/// Goes through all lines and prints them; true when no bound is broken.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let Options { rate, nodes, share, seed, .. } = *options;
    ensure!(LIMITS.contains(&rate.limit), "limits of {LIMITS:?} are gone through here");
    ensure!(share.is_none_or(|share| share > 0.0 && share <= 1.0), "a share is above 0 and at most 1");
    let clients = options.clients.unwrap_or(if options.full { FULL } else { CLIENTS });
    let mut rows = Vec::new();
    let cases = match nodes {
        Some(nodes) => case::of(nodes, rate, clients, share),
        None => case::all(rate, clients, share, options.full),
    };
    for case in cases {
        eprintln!("{case}");
        rows.push(lanes::run(&case, seed)?);
    }
    let report = Report { rate: rate.to_string(), clients, seed, rows };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.holds())
}

#[cfg(test)]
mod tests;
