//! The soak of the ledger: many connections trade on one account while the server is killed and started again.
//!
//! An order whose answer was lost is sent again under its key until it is answered. At the end every answered order
//! has to be in the books once, nothing else may be there, and every amount is added up by this checker's own
//! arithmetic. It asks nothing of the server's code but to open the database for the audit.

use std::{path::PathBuf, rc::Rc, time::Duration};

use anyhow::Context;
use tempfile::TempDir;
use tokio::{runtime, task::JoinSet, task::LocalSet, time::timeout};

use crate::{ledger::shopper::Shopper, server};

pub(crate) mod books;
mod decimal;
pub(crate) mod killer;
pub(crate) mod market;
mod order;
pub(crate) mod report;
pub(crate) mod shopper;

use killer::Killer;
use market::{Market, Tally};
use report::Report;

/// How to soak.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of trading, not counting restarts.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Connections, all on one account.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// How often the server is killed.
    #[arg(long, default_value_t = 10)]
    kills: u32,
    /// Where the orders come from: the same number gives the same orders.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// How long everything may take beyond the trading itself, restarts included.
const PATIENCE: Duration = Duration::from_secs(300);

/// Soaks and prints; true when every amount is right.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let data = TempDir::new().context("making a data folder")?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let killer = Killer::new(binary, data.path().to_owned(), &[]);
    let soaked = LocalSet::new().block_on(&runtime, soak(options, killer));
    if !soaked.as_ref().is_ok_and(Report::holds) {
        eprintln!("the data folder is kept for a look: {}", data.keep().display());
    }
    let report = soaked?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.holds())
}

async fn soak(options: &Options, mut killer: Killer) -> anyhow::Result<Report> {
    let market = Rc::new(Market::open(killer.start().await?, vec![killer.watch()]).await?);
    let opening = market.portfolio().await?;
    let mut shoppers = JoinSet::new();
    for number in 0..options.connections {
        shoppers.spawn_local(Shopper::new(Rc::clone(&market), options.seed, number).run());
    }
    let span = Duration::from_secs(options.seconds);
    killer.haunt(span, options.kills).await?;
    market.close();
    let mut tally = Tally::default();
    while let Some(ended) = timeout(PATIENCE, shoppers.join_next()).await.context("an order has no answer")? {
        tally.add(ended??);
    }
    let (closing, transactions) = (market.portfolio().await?, market.transactions().await?);
    let faults = books::check(&opening, &closing, &transactions, &tally.traded);
    let (outages, audit) = (killer.outages(), killer.audit().await?);
    Ok(Report::of(span, &tally, transactions.len(), faults, &outages, audit))
}
