//! Whether slow clients leave room for others: ten thousand connections at once, a third of which send a head a byte
//! now and then, a third a body, and a third read their answers so; and one normal client beside them, who opens a
//! connection for every price.
//!
//! Then the same client beside `slowhttptest`, where it is installed: somebody else's idea of slow.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tempfile::TempDir;
use tokio::{
    runtime,
    task::{LocalSet, spawn_blocking},
    time::sleep,
};

use crate::{
    cores::{self, Cores},
    server::{self, Server},
    steady::{self, Pace, Prices},
    usage,
};

mod crowd;
mod kind;
mod report;
mod tool;

use crowd::Crowd;
use report::{Memory, Report, Row};
use tool::Mode;

/// How to attack.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Slow connections at once.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(3..=60_000))]
    connections: u32,
    /// Seconds of the attack, once all connections are open.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Seconds of the quiet before it, and of each mode of slowhttptest; 0 leaves the latter out.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=3600))]
    tool_seconds: u64,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// 50 prices a second, each by a newcomer.
const PACE: Pace = Pace { period: Duration::from_millis(20), fresh: true };

/// No limit of rate stands between the slow and the connections they want, and none refuses them their long answers.
const SETTINGS: [&str; 5] = [
    "rate.prices=60000/second",
    "rate.predict=60000/second",
    "scraping.anonymous_quota=1099511627776",
    "safeguards.scraping=off",
    "log.level=error",
];

/// From the last connection to the first price: what is slow is meant, not the pages that all ask for as they come.
const SETTLE: Duration = Duration::from_secs(5);

/// Files beyond the connections: the normal client's, and this process's own.
const SPARE: u64 = 200;

/// Attacks and prints; true when every price was answered and the slowest hundredth took at most three times as long;
/// an error when other processes disturbed the run.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    raise_files(u64::from(options.connections) + SPARE)?;
    let cores = Cores::find()?;
    cores::stay_on(cores.load)?;
    let data = TempDir::new().context("making a data folder")?;
    let server = cores::on(cores.server, || Server::aspis(&binary, data.path(), &SETTINGS))??;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, attack(options, &server))?;
    server.stop()?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    report.holds().context("the run was disturbed; measure again on a quiet machine")
}

/// Room for so many open files; the server takes its own as it starts.
fn raise_files(needed: u64) -> anyhow::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    ensure!(most >= needed, "{needed} open files are needed, and the system allows {most} (ulimit -Hn)");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("raising the limit of open files")
}

async fn attack(options: &Options, server: &Server) -> anyhow::Result<Report> {
    let resident = || usage::resident(server.pid());
    let tool_span = Duration::from_secs(options.tool_seconds);
    // What a first request costs is nobody's attack.
    prices(server, Duration::from_secs(1)).await?;
    let before = resident()?;
    let quiet = prices(server, tool_span.max(Duration::from_secs(10))).await?.all_answered()?;
    let crowd = Crowd::gather(server.address, options.connections).await?;
    eprintln!("{} slow connections are open", crowd.open());
    sleep(SETTLE).await;
    let beside = prices(server, Duration::from_secs(options.seconds)).await?;
    let (open, ended, during) = (crowd.open(), crowd.ended(), resident()?);
    crowd.leave().await;
    let mut rows = vec![Row::of(format!("{open} slow connections open, {ended} ended"), &beside)];
    let skipped = match tool::find() {
        Ok(_) if tool_span.is_zero() => None,
        Ok(program) => {
            for mode in Mode::ALL {
                let running = mode.start(&program, server.address, tool_span)?;
                let beside = prices(server, tool_span).await?;
                drop(running);
                rows.push(Row::of(mode.name().to_owned(), &beside));
            }
            None
        }
        Err(skipped) => Some(skipped.to_string()),
    };
    Ok(Report::of(&quiet, rows, skipped, Memory { before, during, after: resident()? }))
}

/// What the normal client meets, on a thread of its own.
async fn prices(server: &Server, span: Duration) -> anyhow::Result<Prices> {
    let address = server.address;
    spawn_blocking(move || steady::read(address, PACE, span)).await?
}
