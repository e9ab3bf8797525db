//! Backups and restores that are killed again and again, beside orders without a pause: what has a good name has to be good,
//! and a data folder the old one or the new one, whole.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::Serialize;
use tempfile::TempDir;

use crate::server::{self, Server};

mod orders;

use orders::Orders;

/// How often.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Backups that are killed, and as many restores.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    kills: u32,
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
    kills: u32,
    orders: u64,
    /// Backups with a good name, each of which was restored.
    backups: usize,
    backup_ms: f64,
    restore_ms: f64,
    /// Restores after which the old folder stood there, and the new one.
    old: u32,
    new: u32,
}

const SETTINGS: [&str; 5] = [
    "log.level=error",
    "backup.schedule=off",
    "rate.portfolio=60000/minute",
    "password.argon2_memory_kib=64",
    "password.argon2_passes=1",
];

/// The work of one run.
struct Run {
    binary: PathBuf,
    data: PathBuf,
    kills: u32,
}

/// Kills and prints; an error where anything that should be whole is not.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let place = TempDir::new().context("making a folder")?;
    let run = Run {
        binary: server::binary(options.aspis.as_deref())?,
        data: place.path().join("data"),
        kills: options.kills,
    };
    let server = Server::aspis(&run.binary, &run.data, &SETTINGS)?;
    let orders = Orders::start(server.address)?;
    // By the command itself: what the server makes goes on without whoever asked for it.
    let folder = place.path().join("backups");
    fs::create_dir(&folder)?;
    let folder_name = folder.display().to_string();
    let made = ["backup", "--out", &folder_name];
    let took = run.timed(&made)?;
    run.kill_backups(&made, took)?;
    let kept = place.path().join("kept.tar.gz");
    let kept_name = kept.display().to_string();
    run.well(&["backup", "--out", &kept_name])?;
    let placed = orders.stop()?;
    server.stop()?;
    let backups = run.restore_all(&folder, place.path())?;
    let trial = Run { data: place.path().join("trial"), binary: run.binary.clone(), kills: 0 };
    let again = trial.timed(&["restore", &kept_name])?;
    let (old, new) = run.kill_restores(&kept_name, again)?;
    let ms = |span: Duration| span.as_secs_f64() * 1000.0;
    let report = Report {
        kills: 2 * options.kills,
        orders: placed,
        backups,
        backup_ms: ms(took),
        restore_ms: ms(again),
        old,
        new,
    };
    print(&report, options.json)?;
    Ok(report.orders > 0 && report.backups > 0)
}

impl Run {
    #[expect(clippy::disallowed_methods, reason = "a benchmark starts the commands it judges")]
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(args).arg("--data").arg(&self.data).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn well(&self, args: &[&str]) -> anyhow::Result<()> {
        let output = self.command(args).output()?;
        ensure!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn timed(&self, args: &[&str]) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        self.well(args)?;
        Ok(begun.elapsed())
    }

    /// Ends a command as a power cut would, unless it was quicker.
    fn kill_after(&self, args: &[&str], span: Duration) -> anyhow::Result<()> {
        let mut child = self.command(args).stderr(Stdio::null()).spawn()?;
        thread::sleep(span);
        // It fails where the command has ended already.
        let _ = child.kill();
        child.wait()?;
        Ok(())
    }

    fn kill_backups(&self, made: &[&str], took: Duration) -> anyhow::Result<()> {
        (1..=self.kills).try_for_each(|at| self.kill_after(made, took * at / self.kills))
    }

    /// Every backup with a good name has to be a good one.
    fn restore_all(&self, folder: &Path, place: &Path) -> anyhow::Result<usize> {
        let mut good = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().to_string_lossy().starts_with("aspis-") {
                continue;
            }
            let fresh =
                Self { data: place.join(format!("fresh-{good}")), binary: self.binary.clone(), kills: 0 };
            fresh.well(&["restore", &entry.path().display().to_string()])?;
            fs::remove_dir_all(&fresh.data)?;
            good += 1;
        }
        Ok(good)
    }

    /// How often the old folder stood there afterwards, and the new one; either has to be whole.
    fn kill_restores(&self, file: &str, took: Duration) -> anyhow::Result<(u32, u32)> {
        let (mut old, mut new) = (0, 0);
        let marker = self.data.join("marker");
        for at in 1..=self.kills {
            fs::write(&marker, "of the old one")?;
            self.kill_after(&["restore", file, "--aside"], took * 5 / 4 * at / self.kills)?;
            *(if marker.exists() { &mut old } else { &mut new }) += 1;
            self.well(&["log", "verify"])?;
            self.well(&["users", "list"])?;
        }
        Ok((old, new))
    }
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    let Report { kills, orders, backups, backup_ms, restore_ms, old, new } = report;
    println!(
        "{kills} kills beside {orders} orders; a backup takes {backup_ms:.0} ms, a restore {restore_ms:.0} ms"
    );
    println!("{backups} backups had a good name, and all were restored");
    println!(
        "after a killed restore {old} times the old folder stood there, {new} times the new one, each whole"
    );
    Ok(())
}
