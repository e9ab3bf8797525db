//! `aspis replay`

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use aspis_watch::decisions;
use clap::Args;

use super::{Cli, say, say_json, trace::printable};
use crate::replay::{self, Report};

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// A log of decisions, plain or compressed, or a data folder: then all that is kept. The settings to be tried are
    /// those of --config
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

impl Replay {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let mut reader = decisions::open(&self.log)
            .map_err(|error| anyhow::anyhow!("{} cannot be read: {error}", self.log.display()))?;
        let report = replay::run(&mut reader, settings)?;
        if cli.json {
            say_json(&report)?;
        } else {
            say(text(&report))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// For people.
fn text(report: &Report) -> String {
    let mut text = String::new();
    let Report { requests, tries, metered, runs, lost, unreadable, .. } = report;
    let (from, until) = (report.from.as_deref().unwrap_or("-"), report.until.as_deref().unwrap_or("-"));
    // Writing into a text cannot fail.
    let _ = writeln!(
        text,
        "{from} to {until}: {requests} requests, {tries} tries of secrets, {metered} metered answers, {runs} starts"
    );
    if lost + unreadable > 0 {
        let _ = writeln!(text, "{lost} lines were never written, {unreadable} cannot be read");
    }
    if report.rules.is_empty() {
        text.push_str("\nNothing would be otherwise.\n");
    }
    for row in &report.rules {
        let _ = writeln!(
            text,
            "\n{} ({}): {} would be stopped that passed, {} would pass it that were stopped",
            printable(&row.rule),
            printable(&row.class),
            row.would_stop,
            row.would_pass
        );
        for example in &row.examples {
            let _ = writeln!(text, "  e.g. {example}");
        }
    }
    if !report.clients.is_empty() {
        text.push_str("\nMost touched:\n");
    }
    for client in &report.clients {
        let _ = writeln!(text, "  {:8}  {}", client.changed, printable(&client.client));
    }
    text.push_str("\nNot known:\n");
    for unknown in &report.cannot_know {
        let _ = writeln!(text, "  - {unknown}");
    }
    text
}
