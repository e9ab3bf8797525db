//! Settings read anew a thousand times while requests come without a pause: every third time they are wrong, and no
//! request may notice any of it.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::server::{self, Server};

mod caller;

use caller::Callers;

/// How often, and beside how many.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Reloads, every third of them of a file that is wrong.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(3..=1_000_000))]
    reloads: u32,
    /// Connections that ask without a pause.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    connections: u16,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    reloads: u32,
    refused: u32,
    requests: u64,
    /// Answers that were not due: any but 200 under one of the limits that were in force.
    failed: u64,
    /// The first of them.
    first: Option<String>,
    seconds: f64,
    median_reload_ms: f64,
}

/// Reloads and prints; true when no request failed and each reload was answered as it should be.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let place = TempDir::new().context("making a folder")?;
    let (file, data) = (place.path().join("aspis.toml"), place.path().join("data"));
    fs::write(&file, right(0))?;
    let server = Server::aspis_by(&binary, &data, &file)?;
    let callers = Callers::start(server.address, options.connections)?;
    let begun = now();
    let mut spans = Vec::new();
    for turn in 0..options.reloads {
        let broken = is_broken(turn);
        fs::write(&file, if broken { WRONG.to_owned() } else { right(turn) })?;
        let before = now();
        let answer = reload(&data)?;
        spans.push(before.elapsed());
        ensure!(answer["ok"] == !broken, "reload {turn} was answered {answer}");
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (requests, failed, first) = callers.stop();
    server.stop()?;
    spans.sort_unstable();
    let refused = (0..options.reloads).filter(|turn| is_broken(*turn)).count();
    let report = Report {
        reloads: options.reloads,
        refused: u32::try_from(refused)?,
        requests,
        failed,
        first,
        seconds,
        median_reload_ms: spans[spans.len() / 2].as_secs_f64() * 1000.0,
    };
    print(&report, options.json)?;
    Ok(report.failed == 0 && report.requests > 0)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

const fn is_broken(turn: u32) -> bool {
    turn % 3 == 2
}

/// A limit that nobody reaches, another one each time; and a list, so that more than one part changes.
fn right(turn: u32) -> String {
    let limit = caller::LIMIT + turn % 1000;
    format!(
        "[rate]\nprices = \"{limit}/second\"\n[cors]\norigins = [\"https://a{turn}.example\"]\n[safeguards]\nscraping = \"off\"\n"
    )
}

const WRONG: &str = "[rate]\nprices = \"no limit\"\n[body]\nmax_bytes = 0\n";

/// Asks the server to read its settings anew.
fn reload(data: &Path) -> anyhow::Result<Value> {
    let mut socket = UnixStream::connect(data.join("control.sock")).context("the control socket")?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    socket.write_all(b"{\"command\":\"reload\"}\n")?;
    let mut line = String::new();
    BufReader::new(socket).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let Report { reloads, refused, requests, failed, seconds, median_reload_ms, .. } = report;
    println!(
        "{reloads} reloads ({refused} of wrong files, all refused) in {seconds:.1} s, {median_reload_ms:.1} ms each"
    );
    println!("{requests} requests meanwhile, {failed} failed");
    if let Some(first) = &report.first {
        println!("the first that failed: {first}");
    }
    Ok(())
}
