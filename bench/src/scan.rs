//! How fast the whole command looks through files that are in memory already, on one core: beside a plain read of the same
//! files, which is what no scanner can be quicker than.

use std::{
    fmt,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use nix::sys::{
    resource::{Usage, UsageWho, getrusage},
    time::TimeValLike,
};
use serde::Serialize;
use serde_json::Value;

use crate::{cores, median::median, server};

mod content;
mod tree;

use tree::Tree;

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Files.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    files: u64,
    /// What they come to, in megabytes.
    #[arg(long, default_value_t = 1500, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    megabytes: u64,
    /// Rounds; what is reported is the median of them.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The fewest megabytes in a second of CPU time; below it the exit code is 1.
    #[arg(long, default_value_t = 500.0)]
    floor: f64,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// What one pass took.
#[derive(Debug, Clone, Copy)]
struct Pass {
    wall: Duration,
    cpu: Duration,
}

/// What a run has found: medians of the rounds, in megabytes of files a second.
#[derive(Debug, Serialize)]
struct Report {
    files: u64,
    megabytes: f64,
    rounds: usize,
    scan: f64,
    /// By CPU time, whoever else is on the machine.
    scan_by_cpu: f64,
    read: f64,
    read_by_cpu: f64,
    /// CPU time of the plain read over that of the scan.
    ratio: f64,
    planted: usize,
    found: usize,
    false_alarms: usize,
    floor: f64,
}

/// Measures and prints; true when every planted key is found, nothing else is, and the floor holds.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let place = tempfile::TempDir::new().context("making a folder")?;
    eprintln!("writing {} files", options.files);
    let tree = Tree::plant(place.path(), options.files, options.megabytes * 1_000_000)?;
    let core = cores::Cores::find()?.server;
    read(&tree)?;
    let (mut scans, mut reads, mut seen) = (Vec::new(), Vec::new(), None);
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let scanned = cores::on(core, || scan(&binary, &tree))??;
        scans.push(scanned.0);
        reads.push(cores::on(core, || timed(UsageWho::RUSAGE_SELF, || read(&tree)))??.0);
        seen = Some(scanned.1);
    }
    let judged = tree.judge(&seen.context("no round was measured")?)?;
    let report = Report::of(options, &tree, &scans, &reads, judged);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.found == report.planted && report.false_alarms == 0 && report.scan_by_cpu >= report.floor)
}

impl Report {
    fn of(options: &Options, tree: &Tree, scans: &[Pass], reads: &[Pass], judged: (usize, usize)) -> Self {
        let megabytes = tree.megabytes();
        let rate = |passes: &[Pass], of: fn(&Pass) -> Duration| {
            median(passes.iter().map(|pass| megabytes / of(pass).as_secs_f64()))
        };
        let pairs = scans.iter().zip(reads);
        Self {
            files: options.files,
            megabytes,
            rounds: scans.len(),
            scan: rate(scans, |pass| pass.wall),
            scan_by_cpu: rate(scans, |pass| pass.cpu),
            read: rate(reads, |pass| pass.wall),
            read_by_cpu: rate(reads, |pass| pass.cpu),
            ratio: median(pairs.map(|(scan, read)| read.cpu.as_secs_f64() / scan.cpu.as_secs_f64())),
            planted: tree.planted(),
            found: judged.0,
            false_alarms: judged.1,
            floor: options.floor,
        }
    }
}

/// One pass of the command, and what it told.
#[expect(clippy::disallowed_methods, reason = "a benchmark starts the command it judges")]
fn scan(binary: &Path, tree: &Tree) -> anyhow::Result<(Pass, Value)> {
    let mut command = Command::new(binary);
    // No data folder: nothing is looked up.
    command.args(["scan", "--json", "--data"]).arg(tree.root().join("nowhere")).arg(tree.root());
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let (pass, output) = timed(UsageWho::RUSAGE_CHILDREN, || Ok(command.output()?))?;
    ensure!(output.status.code() == Some(1), "the scan ended with {}", output.status);
    Ok((pass, serde_json::from_slice(&output.stdout).context("reading what it told")?))
}

/// Every byte of every file, and nothing done with it.
fn read(tree: &Tree) -> anyhow::Result<u64> {
    let (mut room, mut bytes) = (vec![0; 256 * 1024], 0);
    for path in tree.files() {
        let mut file = File::open(path)?;
        loop {
            match file.read(&mut room)? {
                0 => break,
                count => bytes += count as u64,
            }
        }
    }
    Ok(bytes)
}

fn timed<T>(who: UsageWho, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(Pass, T)> {
    let (clock, before) = (SystemClock::start(), used(&getrusage(who)?));
    let done = work()?;
    let cpu = used(&getrusage(who)?).saturating_sub(before);
    Ok((Pass { wall: clock.uptime(), cpu }, done))
}

fn used(usage: &Usage) -> Duration {
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, megabytes, rounds, scan, scan_by_cpu, read, read_by_cpu, ratio, .. } = self;
        writeln!(f, "{files} files of {megabytes:.0} MB, in memory, on one core; {rounds} rounds")?;
        writeln!(f, "aspis scan   {scan:>7.0} MB/s, {scan_by_cpu:>7.0} by CPU time (floor {})", self.floor)?;
        writeln!(f, "plain read   {read:>7.0} MB/s, {read_by_cpu:>7.0} by CPU time; ratio {ratio:.2}")?;
        write!(f, "{} of {} keys found, {} false alarms", self.found, self.planted, self.false_alarms)
    }
}

/// Writes one file, with the folders before it.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}
