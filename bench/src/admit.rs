//! Whether a limit of N admits exactly N: requests sent at once on as many connections, again and again, each time from
//! an address that was never seen before.
//!
//! One too many would be a gap between asking and counting; one too few a count that a refusal has used up. The server
//! runs on every core there is, or nothing would be at once.

use std::{
    collections::BTreeMap,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context;
use serde::Serialize;
use tempfile::TempDir;
use tokio::{
    runtime,
    task::{JoinSet, LocalSet},
    time::timeout,
};

use crate::{
    http::{Connection, request},
    server::{self, Server},
};

/// How to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Requests of a client in a minute.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=60_000))]
    limit: u16,
    /// Requests at once, each on a connection of its own; a client may have 256.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(2..=256))]
    requests: u16,
    /// How often, each time as another client.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=60_000))]
    times: u16,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many answers there were of each status.
pub(crate) type Answers = BTreeMap<u16, u16>;

/// What a run has found.
#[derive(Debug, Serialize)]
struct Report {
    limit: u16,
    requests: u16,
    times: u16,
    /// The times that were answered otherwise than they had to be.
    wrong: Vec<Answers>,
}

/// Tries and prints; true when every time exactly so many were admitted and all others refused.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let data = TempDir::new().context("making a data folder")?;
    let prices = format!("rate.prices={}/minute", options.limit);
    let settings = [prices.as_str(), "admission.in_progress=1000", "log.level=error"];
    let server = Server::aspis(&binary, data.path(), &settings)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, attempts(options, server.address))?;
    server.stop()?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.wrong.is_empty())
}

async fn attempts(options: &Options, to: SocketAddr) -> anyhow::Result<Report> {
    let Options { limit, requests, times, .. } = *options;
    let mut wrong = Vec::new();
    for number in 0..times {
        let [high, low] = number.to_be_bytes();
        let answers = attempt(Ipv4Addr::new(127, 10, high, low), to, requests).await?;
        if !exact(&answers, limit, requests) {
            wrong.push(answers);
        }
    }
    Ok(Report { limit, requests, times, wrong })
}

/// Whether as many were let in as may be, and every other one told to wait.
pub(crate) fn exact(answers: &Answers, limit: u16, requests: u16) -> bool {
    let of = |status| answers.get(&status).copied().unwrap_or(0);
    let admitted = limit.min(requests);
    of(200) == admitted && of(429) == requests - admitted
}

/// Opens all connections, and only then sends on all of them.
async fn attempt(from: Ipv4Addr, to: SocketAddr, requests: u16) -> anyhow::Result<Answers> {
    let mut connections = Vec::new();
    for _ in 0..requests {
        connections.push(Connection::open(from, to).await.context("connecting")?);
    }
    let mut sending = JoinSet::new();
    for mut connection in connections {
        sending.spawn_local(async move {
            let price = request("GET", "/api/v1/price/BTC", &[], None);
            let answer = timeout(PATIENCE, connection.exchange(&price)).await.context("no answer")??;
            anyhow::Ok(answer.status)
        });
    }
    let mut answers = Answers::new();
    for status in sending.join_all().await {
        *answers.entry(status?).or_default() += 1;
    }
    Ok(answers)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, requests, times, wrong } = self;
        write!(f, "{requests} requests at once at a limit of {limit} a minute, {times} times: ")?;
        if wrong.is_empty() {
            return write!(f, "exactly {} admitted every time.", limit.min(requests));
        }
        write!(f, "{} times NOT exactly {} admitted:", wrong.len(), limit.min(requests))?;
        wrong.iter().try_for_each(|answers| write!(f, "\n  {answers:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_or_less_or_another_answer_is_not_exact() {
        let answers = |of: &[(u16, u16)]| of.iter().copied().collect::<Answers>();
        assert!(exact(&answers(&[(200, 60), (429, 140)]), 60, 200));
        assert!(!exact(&answers(&[(200, 61), (429, 139)]), 60, 200));
        assert!(!exact(&answers(&[(200, 60), (429, 139), (503, 1)]), 60, 200));
        assert!(exact(&answers(&[(200, 10)]), 60, 10), "no limit reached");
    }
}
