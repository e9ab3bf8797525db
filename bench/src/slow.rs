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
use kind::Kind;
use report::{Cpu, Memory, Report, Row};
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
    /// All of them slow with this alone.
    #[arg(long)]
    only: Option<Kind>,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// 50 prices a second by newcomers, and as many on connections that stay open.
const PERIOD: Duration = Duration::from_millis(20);

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

/// The threads of the normal clients outlast every pause.
const LONG: Duration = Duration::from_secs(24 * 3600);

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
    let bare = control_site(options, &cores)?;
    let mut runtime = runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().thread_keep_alive(LONG).build()?;
    let mut report = LocalSet::new().block_on(&runtime, attack(options, &server))?;
    server.stop()?;
    if let Some(bare) = bare {
        report.control(LocalSet::new().block_on(&runtime, control(options, &bare))?);
    }
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
    // The threads of the normal clients are there already.
    cores::step_back();
    let before = resident()?;
    let quiet = prices(server, tool_span.max(Duration::from_secs(10))).await?;
    let crowd = Crowd::gather(server.address, options.connections, options.only).await?;
    eprintln!("{} slow connections are open", crowd.open());
    sleep(SETTLE).await;
    let used = Used::now(server)?;
    let beside = prices(server, Duration::from_secs(options.seconds)).await?;
    let (open, ended, during) = (crowd.open(), crowd.ended(), resident()?);
    let cpu = used.since(server, Duration::from_secs(options.seconds))?;
    crowd.leave().await;
    let mut rows = beside.rows(&format!("{open} slow, {ended} ended"));
    let skipped = match tool::find() {
        Ok(_) if tool_span.is_zero() => None,
        Ok(program) => {
            for mode in Mode::ALL {
                let running = mode.start(&program, server.address, tool_span)?;
                let beside = prices(server, tool_span).await?;
                drop(running);
                rows.extend(beside.rows(mode.name()));
            }
            None
        }
        Err(skipped) => Some(skipped.to_string()),
    };
    Ok(Report::of(quiet.rows("quiet"), rows, skipped, cpu, Memory { before, during, after: resident()? }))
}

/// A server that has no safeguard at all. It starts before the attackers step back, or it would step back with them.
fn control_site(options: &Options, cores: &Cores) -> anyhow::Result<Option<Server>> {
    if options.tool_seconds == 0 || tool::find().is_err() {
        return Ok(None);
    }
    Ok(Some(cores::on(cores.server, || Server::bare("{}", &[]))??))
}

/// What the same heads do to it: whatever they cost it, they cost by arriving.
async fn control(options: &Options, bare: &Server) -> anyhow::Result<Vec<Row>> {
    let span = Duration::from_secs(options.tool_seconds);
    let program = tool::find().map_err(|skipped| anyhow::anyhow!("{skipped}"))?;
    prices(bare, Duration::from_secs(1)).await?;
    let mut rows = prices(bare, span).await?.rows("bare axum, quiet");
    let running = Mode::Heads.start(&program, bare.address, span)?;
    let beside = prices(bare, span).await?;
    drop(running);
    rows.extend(beside.rows("bare axum, heads (-H)"));
    Ok(rows)
}

/// What the normal clients meet.
struct Met {
    fresh: Prices,
    kept: Prices,
}

impl Met {
    fn rows(&self, name: &str) -> Vec<Row> {
        [("new", &self.fresh), ("kept", &self.kept)]
            .map(|(kind, prices)| Row::of(format!("{name}, {kind} connections"), prices))
            .into()
    }
}

/// The normal clients, each kind on a thread of its own.
async fn prices(server: &Server, span: Duration) -> anyhow::Result<Met> {
    let address = server.address;
    let read = |fresh| spawn_blocking(move || steady::read(address, Pace { period: PERIOD, fresh }, span));
    let (fresh, kept) = tokio::join!(read(true), read(false));
    Ok(Met { fresh: fresh??, kept: kept?? })
}

/// CPU time so far: the server's, and that of this process, most of which is the attackers'.
struct Used {
    server: Duration,
    load: Duration,
}

impl Used {
    fn now(server: &Server) -> anyhow::Result<Self> {
        Ok(Self { server: usage::cpu(server.pid())?, load: usage::cpu(std::process::id())? })
    }

    /// What each has used of its core since, as a part of it.
    fn since(&self, server: &Server, span: Duration) -> anyhow::Result<Cpu> {
        let now = Self::now(server)?;
        let part = |now: Duration, before: Duration| now.saturating_sub(before).div_duration_f64(span);
        Ok(Cpu { server: part(now.server, self.server), load: part(now.load, self.load) })
    }
}
