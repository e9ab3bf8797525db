//! `aspis replay`

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use aspis_watch::decisions;
use clap::Args;

use super::{Cli, say, say_json, trace::printable};
use crate::{
    replay::{self, Report, RuleReport},
    settings::Settings,
};

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// A log of decisions, plain or compressed, or a data folder: then all that is kept. The settings to be tried are
    /// those of --config
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// The log cannot be read, or holds nothing that could be judged.
const UNREADABLE: u8 = 2;

impl Replay {
    /// What was judged is 0, whatever would be otherwise; where nothing could be, that is no good news.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let report = match self.report(settings) {
            Ok(report) => report,
            Err(error) => {
                eprintln!("aspis: {} cannot be read: {error}", printable(&self.log.display().to_string()));
                return Ok(ExitCode::from(UNREADABLE));
            }
        };
        if cli.json {
            say_json(&report)?;
        } else if report.has_judged() {
            say(text(&report))?;
        }
        if report.has_judged() {
            return Ok(ExitCode::SUCCESS);
        }
        let shown = printable(&self.log.display().to_string());
        eprintln!("aspis: nothing in {shown} could be judged: {}", unread(report.lost, report.unreadable));
        Ok(ExitCode::from(UNREADABLE))
    }

    fn report(&self, settings: Settings) -> std::io::Result<Report> {
        replay::run(&mut decisions::open(&self.log)?, settings)
    }
}

/// How much of the log is not in the report.
fn unread(lost: u64, unreadable: u64) -> String {
    let lines = |count: u64| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    format!("{} could not be read, and {} never written", lines(unreadable), was(lost, &lines(lost)))
}

fn was(count: u64, lines: &str) -> String {
    if count == 1 { format!("{lines} was") } else { format!("{lines} were") }
}

/// What becomes of one rule.
fn rule(text: &mut String, row: &RuleReport) {
    let (rule, class, stop, pass) =
        (printable(&row.rule), printable(&row.class), row.would_stop, row.would_pass);
    // Writing into a text cannot fail.
    let _ = writeln!(
        text,
        "\n{rule} ({class}): {stop} would be stopped that passed, {pass} would pass it that were stopped"
    );
    for example in &row.examples {
        let _ = writeln!(text, "  e.g. {example}");
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
        let _ = writeln!(text, "Left out: {}.", unread(*lost, *unreadable));
    }
    if report.rules.is_empty() {
        text.push_str("\nNothing would be otherwise.\n");
    }
    for row in &report.rules {
        rule(&mut text, row);
    }
    if report.lured > 0 {
        let _ = writeln!(text, "\nSent by pages of other sites, and nobody's own: {}", report.lured);
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
